import { api, list } from '../../api.ts'
import { Badge, type Tone } from '../../ui/basics.tsx'
import { CheckList } from '../../ui/fields.tsx'
import { ResourcePage } from '../resource-page.tsx'
import { type Entity, type ResourceSpec, textOf } from '../resource-spec.ts'
import { RulesField, ruleTitle, ruleWords } from './rules-field.tsx'

const channels = ['message', 'email', 'social', 'video', 'cobrowse', 'internal', 'fax']
const tones: Readonly<Record<string, Tone>> = { allow: 'good', confirm: 'info', deny: 'bad' }

const named = (path: string) => async () =>
  (await list<Entity>(path)).map(({ id, name }) => ({ value: id, label: name ?? id }))

const connections = async () => {
  const { entities } = await api<{ entities: readonly Entity[] }>(
    'GET',
    '/api/signalbox/connections',
  )
  return entities.map(({ id, name }) => ({ value: id, label: name ?? id }))
}

const rulesOf = (one: Entity) => Object.entries((one['rules'] ?? {}) as Record<string, string>)

const spec: ResourceSpec = {
  title: 'Tool policies',
  one: 'a policy',
  intro:
    'What agents may do through tools (MCP). Of several policies that fit a call, the strictest counts; within one, the most exact rule.',
  path: '/api/signalbox/tool-policies',
  columns: [
    { title: 'Holds for', draw: (one) => whoOf(one) },
    {
      title: 'Rules',
      draw: (one) => (
        <span className="row tight">
          {rulesOf(one).map(([key, rule]) => (
            <Badge key={key} tone={tones[rule] ?? 'plain'}>
              {ruleTitle(key)}: {ruleWords[rule as keyof typeof ruleWords] ?? rule}
            </Badge>
          ))}
          {one['readOnly'] === true ? <Badge tone="info">Reads only</Badge> : null}
          {one['maskPersonalData'] === true ? <Badge>Masks personal data</Badge> : null}
        </span>
      ),
    },
  ],
  fields: [
    { name: 'name', label: 'Name', isRequired: true },
    {
      name: 'connectionId',
      label: 'Only on the connection',
      kind: 'select',
      emptyLabel: 'All connections',
      choices: connections,
    },
    {
      name: 'clientId',
      label: 'Only for the OAuth client',
      kind: 'select',
      emptyLabel: 'All clients',
      choices: named('/api/v2/oauth/clients'),
    },
    {
      name: 'userId',
      label: 'Only for the user',
      kind: 'select',
      emptyLabel: 'All users',
      choices: named('/api/v2/users'),
    },
    {
      name: 'rules',
      label: 'Rules',
      initial: '{}',
      read: (one) => JSON.stringify(one['rules'] ?? {}),
      draw: (given) => <RulesField {...given} />,
    },
    { name: 'readOnly', label: 'Tools may only read', kind: 'check' },
    {
      name: 'channels',
      label: 'Only tools of these channels',
      read: (one) => ((one['channels'] ?? []) as readonly string[]).join(' '),
      draw: ({ value, onChange }) => (
        <CheckList
          label="Only tools of these channels"
          hint="None chosen: of all."
          choices={channels.map((channel) => ({
            value: channel,
            label: ruleTitle(`channel:${channel}`),
          }))}
          value={value.split(' ').filter((one) => one !== '')}
          onChange={(chosen) => onChange(chosen.join(' '))}
        />
      ),
    },
    {
      name: 'withoutElicitation',
      label: 'Where a client cannot ask a person',
      kind: 'select',
      initial: 'token',
      choices: async () => [
        { value: 'token', label: 'The call comes again with a token' },
        { value: 'refuse', label: 'The call is refused' },
      ],
    },
    { name: 'maskPersonalData', label: 'Mask personal data in replies', kind: 'check' },
    { name: 'plainText', label: 'Leave customers’ words unmarked', kind: 'check' },
    { name: 'keepPayload', label: 'Keep arguments in the audit', kind: 'check' },
    { name: 'callsPerMinute', label: 'Calls a minute at the most', kind: 'number' },
    { name: 'writesPerMinute', label: 'Writes a minute at the most', kind: 'number' },
  ],
  permissions: {
    add: 'signalbox:toolPolicies:edit',
    change: 'signalbox:toolPolicies:edit',
    remove: 'signalbox:toolPolicies:edit',
  },
  body: (values, entity) => ({
    ...unseen(entity),
    name: values['name'],
    rules: JSON.parse(values['rules'] || '{}') as unknown,
    withoutElicitation: values['withoutElicitation'] || 'token',
    ...Object.fromEntries(
      ['readOnly', 'maskPersonalData', 'plainText', 'keepPayload'].map((name) => [
        name,
        values[name] === 'true',
      ]),
    ),
    ...given(values, ['connectionId', 'clientId', 'userId'], (text) => text),
    ...given(values, ['callsPerMinute', 'writesPerMinute'], Number),
    ...given(values, ['channels'], (text) => text.split(' ')),
  }),
}

function given(
  values: Readonly<Record<string, string>>,
  names: readonly string[],
  as: (text: string) => unknown,
) {
  return Object.fromEntries(
    names.flatMap((name) => (values[name] ? [[name, as(values[name])]] : [])),
  )
}

/** What the form does not show of a policy stays as it is. */
function unseen(entity: Entity | undefined): Record<string, unknown> {
  return Object.fromEntries(
    ['conversationIds', 'queueIds', 'version'].flatMap((name) =>
      entity?.[name] === undefined ? [] : [[name, entity[name]]],
    ),
  )
}

function whoOf(one: Entity): string {
  const parts = [
    textOf(one, 'connectionId') === '' ? '' : 'one connection',
    textOf(one, 'clientId') === '' ? '' : 'one client',
    textOf(one, 'userId') === '' ? '' : 'one user',
  ].filter((part) => part !== '')
  return parts.length === 0 ? 'All' : parts.join(', ')
}

/** What agents may do through tools: allowed, asked of a person, or refused, by tool and connection. */
export function ToolPoliciesPage() {
  return <ResourcePage spec={spec} />
}
