import { Badge, type Tone } from '../ui/basics.tsx'
import { Age } from '../ui/time.tsx'
import { ResourcePage } from './resource-page.tsx'
import { type Entity, filled, type ResourceSpec, textOf } from './resource-spec.ts'

const tones: Readonly<Record<string, Tone>> = {
  IDLE: 'good',
  INTERACTING: 'accent',
  NOT_RESPONDING: 'bad',
}
const words: Readonly<Record<string, string>> = {
  OFF_QUEUE: 'Off queue',
  IDLE: 'On queue, idle',
  INTERACTING: 'Interacting',
  NOT_RESPONDING: 'Not responding',
  COMMUNICATING: 'Communicating',
}
const path = '/api/v2/users'

function status(user: Entity) {
  const code = textOf(user, 'routingStatus', 'status')
  const since = textOf(user, 'routingStatus', 'startTime')
  return (
    <span className="row">
      <Badge tone={tones[code] ?? 'plain'}>{words[code] ?? code}</Badge>
      {since === '' ? null : (
        <span className="xs soft">
          <Age timeMs={Date.parse(since)} />
        </span>
      )}
    </span>
  )
}

const spec: ResourceSpec = {
  title: 'Users',
  one: 'a user',
  intro: 'Who is there and takes work. Queues say who belongs to them.',
  path: `${path}?expand=routingStatus`,
  pathOf: ({ id }) => `${path}/${id}`,
  columns: [
    { title: 'E-mail address', draw: (one) => textOf(one, 'email') },
    { title: 'Routing status', draw: status },
  ],
  fields: [
    { name: 'name', label: 'Name', isRequired: true },
    { name: 'email', label: 'E-mail address', isRequired: true },
    {
      name: 'password',
      label: 'Password',
      kind: 'secret',
      only: 'new',
      hint: 'Eight characters at least.',
    },
  ],
  permissions: {
    add: 'directory:user:add',
    change: 'directory:user:edit',
    remove: 'directory:user:delete',
  },
  changeMethod: 'PATCH',
  follows: ['agent'],
  body: (values, entity) => ({
    ...filled(values, ['name', 'email', 'password']),
    ...(entity?.version === undefined ? {} : { version: entity.version }),
  }),
}

/** Who is there, and whether they take work. */
export function UsersPage() {
  return <ResourcePage spec={spec} />
}
