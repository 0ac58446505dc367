import { useState } from 'react'
import { list } from '../api.ts'
import { useResource } from '../resource.ts'
import { SelectField } from '../ui/fields.tsx'
import { Loaded } from '../ui/states.tsx'
import { ResourcePage } from './resource-page.tsx'
import { type Entity, filled, type ResourceSpec, textOf } from './resource-spec.ts'

const path = '/api/v2/routing/email/domains'
const manage = {
  add: 'routing:email:manage',
  change: 'routing:email:manage',
  remove: 'routing:email:manage',
}

const domainSpec: ResourceSpec = {
  title: 'E-mail domains',
  one: 'a domain',
  intro:
    'Domains whose mail comes here. It leaves through an SMTP account, or stays in the embedded mailbox.',
  path,
  columns: [
    {
      title: 'Leaves through',
      draw: (one) => textOf(one, 'customSMTPServer', 'id') || 'Embedded mailbox',
    },
  ],
  fields: [
    {
      name: 'id',
      label: 'Domain',
      isRequired: true,
      only: 'new',
      hint: 'Such as support.example.com.',
    },
    {
      name: 'server',
      label: 'Leaves through',
      kind: 'select',
      read: (one) => textOf(one, 'customSMTPServer', 'id'),
      choices: async () =>
        (await list<Entity>('/api/signalbox/accounts'))
          .filter((one) => one['connector'] === 'smtp' || one['connector'] === 'capture')
          .map(({ id, name }) => ({ value: id, label: name ?? id })),
    },
  ],
  permissions: manage,
  changeMethod: 'PATCH',
  body: (values) => ({
    ...filled(values, ['id']),
    subDomain: false,
    ...(values['server'] ? { customSMTPServer: { id: values['server'] } } : {}),
  }),
}

function routeSpec(domain: string): ResourceSpec {
  return {
    title: `Addresses of ${domain}`,
    one: 'an address',
    intro: 'Where the mail of each address goes, and under which name its answers leave.',
    path: `${path}/${encodeURIComponent(domain)}/routes`,
    columns: [
      { title: 'Address', draw: (one) => `${textOf(one, 'pattern')}@${domain}` },
      { title: 'From', draw: (one) => textOf(one, 'fromName') },
    ],
    fields: [
      {
        name: 'pattern',
        label: `Before @${domain}`,
        isRequired: true,
        hint: '* stands for all that have none.',
      },
      { name: 'fromName', label: 'Name that answers leave under' },
      {
        name: 'queueId',
        label: 'Goes to',
        kind: 'select',
        choices: async () =>
          (await list<Entity>('/api/v2/routing/queues')).map(({ id, name }) => ({
            value: id,
            label: name ?? id,
          })),
        read: (one) => textOf(one, 'queue', 'id'),
      },
    ],
    permissions: manage,
    body: (values) => ({
      ...filled(values, ['pattern', 'fromName']),
      fromEmail: `${values['pattern']}@${domain}`,
      ...(values['queueId'] ? { queue: { id: values['queueId'] } } : {}),
    }),
  }
}

/** Domains, and the addresses of the one that is chosen. */
export function EmailPage() {
  const [chosen, setChosen] = useState('')
  const domains = useResource('email-domains', () => list<Entity>(path), { everyMs: 5000 })
  return (
    <>
      <ResourcePage spec={domainSpec} />
      <Loaded resource={domains}>
        {(all) => {
          const domain = chosen === '' ? (all[0]?.id ?? '') : chosen
          if (domain === '') return null
          return (
            <>
              <div className="page" style={{ paddingBottom: 0 }}>
                <div style={{ maxWidth: '18rem' }}>
                  <SelectField
                    label="Domain"
                    value={domain}
                    choices={all.map(({ id }) => ({ value: id, label: id }))}
                    onChange={setChosen}
                  />
                </div>
              </div>
              <ResourcePage key={domain} spec={routeSpec(domain)} />
            </>
          )
        }}
      </Loaded>
    </>
  )
}
