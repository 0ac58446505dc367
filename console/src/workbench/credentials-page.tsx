import { CredentialFields, credentialTypes } from './credential-fields.tsx'
import { ResourcePage } from './resource-page.tsx'
import { type ResourceSpec, textOf } from './resource-spec.ts'

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
      choices: credentialTypes,
    },
    {
      name: 'fields',
      label: 'Fields',
      kind: 'secret',
      draw: ({ value, onChange, problem, values }) => (
        <CredentialFields type={values['type'] ?? ''} {...{ value, onChange, problem }} />
      ),
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
