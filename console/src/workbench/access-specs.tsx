import { list } from '../api.ts'
import { useResource } from '../resource.ts'
import { Badge } from '../ui/basics.tsx'
import { CopyButton } from '../ui/copy.tsx'
import { CheckList, TextArea } from '../ui/fields.tsx'
import { ClientSecret } from './client-secret.tsx'
import { type Entity, filled, type ResourceSpec, textOf } from './resource-spec.ts'

const lines = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .split(/[\s,]+/)
    .map((one) => one.trim())
    .filter((one) => one !== '')

const joined =
  (name: string) =>
  (one: Entity): string =>
    ((one[name] as readonly string[] | undefined) ?? []).join('\n')

const grantWords: Readonly<Record<string, string>> = {
  'CLIENT-CREDENTIALS': 'Client credentials',
  CODE: 'Authorization code, PKCE',
}

const grantChoices = async () => [
  { value: 'CLIENT-CREDENTIALS', label: 'Client credentials: a program by itself' },
  { value: 'CODE', label: 'Authorization code with PKCE: people who sign in' },
]

/** The roles of a program, by name. */
function RoleChoice({
  value,
  onChange,
}: {
  readonly value: string
  readonly onChange: (value: string) => void
}) {
  const roles = useResource('roles', () => list<Entity>('/api/v2/authorization/roles'))
  const choices = (roles.data ?? []).map(({ id, name }) => ({ value: id, label: name ?? id }))
  return (
    <CheckList
      label="Roles"
      hint={roles.error?.message ?? 'What the program may do.'}
      choices={choices}
      value={lines(value)}
      onChange={(chosen) => onChange(chosen.join('\n'))}
    />
  )
}

export const clientSpec: ResourceSpec = {
  title: 'OAuth clients',
  one: 'an OAuth client',
  intro:
    'Programs that call the APIs. A secret is shown once, when it is made; a client can do what its roles say.',
  path: '/api/v2/oauth/clients',
  columns: [
    {
      title: 'Grant',
      draw: (one) =>
        grantWords[textOf(one, 'authorizedGrantType')] ?? textOf(one, 'authorizedGrantType'),
    },
    {
      title: 'State',
      draw: (one) => (
        <Badge tone={one['state'] === 'active' ? 'good' : 'plain'}>{textOf(one, 'state')}</Badge>
      ),
    },
    {
      title: 'Roles',
      draw: (one) =>
        one['authorizedGrantType'] === 'CODE'
          ? 'Those of who signs in'
          : joined('roleIds')(one).replaceAll('\n', ', ') ||
            joined('permissions')(one).replaceAll('\n', ', ') ||
            'None',
    },
  ],
  fields: [
    { name: 'name', label: 'Name', isRequired: true },
    { name: 'description', label: 'Description' },
    {
      name: 'authorizedGrantType',
      label: 'Grant',
      kind: 'select',
      initial: 'CLIENT-CREDENTIALS',
      choices: grantChoices,
    },
    {
      name: 'roles',
      label: 'Roles',
      read: joined('roleIds'),
      draw: ({ value, onChange, values }) =>
        values['authorizedGrantType'] === 'CODE' ? null : (
          <RoleChoice value={value} onChange={onChange} />
        ),
    },
    {
      name: 'redirects',
      label: 'Addresses to return to, one a line',
      read: joined('registeredRedirectUri'),
      draw: ({ values, ...given }) =>
        values['authorizedGrantType'] === 'CODE' ? (
          <TextArea {...given} label="Addresses to return to, one a line" isMono />
        ) : null,
    },
    {
      name: 'accessTokenValiditySeconds',
      label: 'Tokens are valid for, seconds',
      kind: 'number',
      initial: '86400',
    },
    {
      name: 'state',
      label: 'State',
      kind: 'select',
      initial: 'active',
      choices: async () => [
        { value: 'active', label: 'Active' },
        { value: 'disabled', label: 'Disabled' },
      ],
    },
  ],
  permissions: {
    add: 'oauth:client:add',
    change: 'oauth:client:edit',
    remove: 'oauth:client:delete',
  },
  body: (values) => ({
    ...filled(values, ['name', 'description', 'authorizedGrantType', 'state']),
    accessTokenValiditySeconds: Number(values['accessTokenValiditySeconds']),
    roleIds: lines(values['roles']),
    registeredRedirectUri: lines(values['redirects']),
  }),
  made: (reply) =>
    textOf(reply, 'secret') === '' ? undefined : (
      <div className="notice good" role="status">
        <div className="stack">
          <strong>{reply.name} is made. This is its secret, shown only now:</strong>
          <code>{textOf(reply, 'secret')}</code>
          <span>
            Client id: <code>{reply.id}</code>
          </span>
          <div>
            <CopyButton text={textOf(reply, 'secret')} label="Copy the secret" />
          </div>
        </div>
      </div>
    ),
  more: (entity) =>
    entity['authorizedGrantType'] === 'CODE' ? null : <ClientSecret clientId={entity.id} />,
}
