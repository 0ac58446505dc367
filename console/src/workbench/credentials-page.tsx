import { list } from '../api.ts'
import { ResourcePage } from './resource-page.tsx'
import { type Entity, type ResourceSpec, textOf } from './resource-spec.ts'

const spec: ResourceSpec = {
  title: 'Credentials',
  one: 'a credential',
  intro: 'What data actions log in with. Fields are encrypted, and never read back.',
  path: '/api/v2/integrations/credentials',
  columns: [
    { title: 'Type', draw: (one) => textOf(one, 'type', 'name') || textOf(one, 'type', 'id') },
  ],
  fields: [
    { name: 'name', label: 'Name', isRequired: true },
    {
      name: 'type',
      label: 'Type',
      kind: 'select',
      isRequired: true,
      read: (one) => textOf(one, 'type', 'id') || textOf(one, 'type', 'name'),
      choices: async () =>
        (await list<Entity>('/api/v2/integrations/credentials/types')).map(({ id, name }) => ({
          value: id,
          label: name ?? id,
        })),
    },
    {
      name: 'fields',
      label: 'Fields, as JSON',
      kind: 'secret',
      hint: 'Such as {"clientId": "…", "clientSecret": "…"}. Left empty, those that are set stay.',
    },
  ],
  permissions: {
    add: 'integrations:integration:add',
    change: 'integrations:integration:edit',
    remove: 'integrations:integration:delete',
  },
  body: (values) => ({
    name: values['name'],
    type: { id: values['type'] },
    ...(values['fields'] ? { credentialFields: parse(values['fields']) } : {}),
  }),
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text.startsWith('$') ? text : {}
  }
}

/** What data actions log in with. */
export function CredentialsPage() {
  return <ResourcePage spec={spec} />
}
