import { Plus } from 'lucide-react'
import { useState } from 'react'
import { api, list } from '../api.ts'
import { useAround } from '../me.ts'
import { useAction, useResource } from '../resource.ts'
import { Badge, Button } from '../ui/basics.tsx'
import { Dialog } from '../ui/dialogs.tsx'
import { CheckField, SelectField, TextField } from '../ui/fields.tsx'
import { Empty, Loaded, Problem } from '../ui/states.tsx'
import { Detail } from './details.tsx'

interface Property {
  readonly type?: string
  readonly title?: string
  readonly description?: string
  readonly default?: unknown
  readonly secret?: boolean
  readonly anyOf?: readonly { readonly const?: string }[]
  readonly enum?: readonly string[]
}

interface Connector {
  readonly name: string
  readonly title: string
  readonly carries: string
  readonly dropsDoubles: boolean
  readonly settings: {
    readonly required?: readonly string[]
    readonly properties: Readonly<Record<string, Property>>
  }
  readonly readme: string
}

interface Account {
  readonly id: string
  readonly name: string
  readonly connector: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly secretsSet: readonly string[]
  readonly uncertain: string
  readonly allowPrivateNetwork: boolean
  readonly callbackUrl: string
}

const path = '/api/signalbox/accounts'

/** Accounts of providers, or connections to platforms: their settings are drawn from the connector's own schema. */
export function AccountsPage({ isConnections }: { readonly isConnections: boolean }) {
  const { me } = useAround()
  const [open, setOpen] = useState<Account | 'new' | undefined>(undefined)
  const known = useResource('accounts-connectors', async () => ({
    accounts: await list<Account>(path),
    connectors: (await api<{ entities: readonly Connector[] }>('GET', '/api/signalbox/connectors'))
      .entities,
  }))
  const isOne = (connector: string) => (connector === 'genesys-cloud') === isConnections
  const title = isConnections ? 'Connections' : 'Providers'
  const done = () => {
    setOpen(undefined)
    void known.reload()
  }
  return (
    <div className="page">
      <header>
        <div>
          <h1>{title}</h1>
          <p>
            {isConnections
              ? 'Organizations of the platform that relays answer to, this server among them.'
              : 'Accounts with the providers that carry texts and mails. Secrets are kept encrypted and never shown.'}
          </p>
        </div>
        {me.can('signalbox:accounts:edit') ? (
          <Button look="primary" icon={Plus} onPress={() => setOpen('new')}>
            New
          </Button>
        ) : null}
      </header>
      <Loaded resource={known}>
        {({ accounts, connectors }) => (
          <>
            <Accounts
              accounts={accounts.filter(({ connector }) => isOne(connector))}
              connectors={connectors}
              onOpen={setOpen}
            />
            <Dialog
              title={open === undefined || open === 'new' ? 'Add an account' : open.name}
              isOpen={open !== undefined}
              onClose={() => setOpen(undefined)}
              place="side"
            >
              {open === undefined ? null : (
                <AccountForm
                  account={open === 'new' ? undefined : open}
                  connectors={connectors.filter(
                    ({ name }) => isOne(name) && name !== 'open-webhook',
                  )}
                  onDone={done}
                />
              )}
            </Dialog>
          </>
        )}
      </Loaded>
    </div>
  )
}

function Accounts({
  accounts,
  connectors,
  onOpen,
}: {
  readonly accounts: readonly Account[]
  readonly connectors: readonly Connector[]
  readonly onOpen: (account: Account) => void
}) {
  if (accounts.length === 0) return <Empty title="None yet">Add one with New.</Empty>
  return (
    <div className="table-wrap">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Connector</th>
            <th scope="col">When it is not known whether a send was taken</th>
            <th scope="col">Secrets</th>
          </tr>
        </thead>
        <tbody>
          {accounts.map((one) => (
            <tr key={one.id}>
              <td>
                <button type="button" className="link" onClick={() => onOpen(one)}>
                  {one.name}
                </button>
              </td>
              <td>
                {connectors.find(({ name }) => name === one.connector)?.title ?? one.connector}
              </td>
              <td>{one.uncertain}</td>
              <td>
                <Badge tone={one.secretsSet.length > 0 ? 'good' : 'plain'}>
                  {one.secretsSet.length} set
                </Badge>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function AccountForm({
  account,
  connectors,
  onDone,
}: {
  readonly account: Account | undefined
  readonly connectors: readonly Connector[]
  readonly onDone: () => void
}) {
  const { me } = useAround()
  const mayEdit = me.can('signalbox:accounts:edit')
  const [name, setName] = useState(account?.name ?? '')
  const [connectorName, setConnectorName] = useState(
    account?.connector ?? connectors[0]?.name ?? '',
  )
  const [uncertain, setUncertain] = useState(account?.uncertain ?? 'hold')
  const [isPrivate, setPrivate] = useState(account?.allowPrivateNetwork ?? false)
  const connector = connectors.find((one) => one.name === connectorName)
  const [settings, setSettings] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(
      Object.entries(account?.settings ?? {}).map(([key, value]) => [
        key,
        value === '***' ? '' : asText(value),
      ]),
    ),
  )
  const save = useAction(async () => {
    const body = {
      name,
      settings: settingsBody(connector, settings),
      uncertain,
      allowPrivateNetwork: isPrivate,
    }
    if (account === undefined)
      await api('POST', path, { body: { ...body, connector: connectorName } })
    else await api('PUT', `${path}/${account.id}`, { body })
    onDone()
  })
  const remove = useAction(async () => {
    await api('DELETE', `${path}/${account?.id}`)
    onDone()
  })
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault()
        void save.run()
      }}
    >
      <TextField label="Name *" value={name} onChange={setName} isRequired isReadOnly={!mayEdit} />
      {account === undefined ? (
        <SelectField
          label="Connector"
          value={connectorName}
          choices={connectors.map((one) => ({ value: one.name, label: one.title }))}
          onChange={setConnectorName}
        />
      ) : null}
      {Object.entries(connector?.settings.properties ?? {}).map(([key, property]) => (
        <Setting
          key={key}
          name={key}
          property={property}
          isRequired={connector?.settings.required?.includes(key) === true}
          isSet={account?.secretsSet.includes(key) === true}
          value={settings[key] ?? ''}
          onChange={(value) => setSettings({ ...settings, [key]: value })}
        />
      ))}
      <SelectField
        label="When it is not known whether a send was taken"
        value={uncertain}
        choices={[
          { value: 'hold', label: 'Hold it until somebody decides' },
          { value: 'resend', label: 'Send it again' },
          { value: 'fail', label: 'Count it as failed' },
        ]}
        onChange={setUncertain}
      />
      <CheckField label="May be at a private address" value={isPrivate} onChange={setPrivate} />
      {save.error === undefined ? null : <Problem error={save.error} />}
      {remove.error === undefined ? null : <Problem error={remove.error} />}
      {mayEdit ? (
        <div className="row between">
          <Button type="submit" look="primary" isDisabled={name === '' || save.isBusy}>
            {account === undefined ? 'Add' : 'Save'}
          </Button>
          {account === undefined ? null : (
            <Button look="danger" isDisabled={remove.isBusy} onPress={() => void remove.run()}>
              Remove
            </Button>
          )}
        </div>
      ) : null}
      {account === undefined ? null : (
        <Detail facts={[['Callback address', account.callbackUrl]]} />
      )}
      {connector === undefined ? null : <HowTo connector={connector} />}
    </form>
  )
}

/** How to set the provider up, and what its adapter was proved to do. */
function HowTo({ connector }: { readonly connector: Connector }) {
  return (
    <section className="stack">
      <p className="small">
        <Badge tone={connector.dropsDoubles ? 'good' : 'warn'}>
          {connector.dropsDoubles ? 'Drops doubles' : 'Does not drop doubles'}
        </Badge>{' '}
        carries {connector.carries}
      </p>
      {connector.readme === '' ? null : (
        <details>
          <summary>How to set it up</summary>
          <div className="text small">{connector.readme}</div>
        </details>
      )}
    </section>
  )
}

function Setting({
  name,
  property,
  isRequired,
  isSet,
  value,
  onChange,
}: {
  readonly name: string
  readonly property: Property
  readonly isRequired: boolean
  readonly isSet: boolean
  readonly value: string
  readonly onChange: (value: string) => void
}) {
  const title = property.title ?? name
  const options = property.enum ?? (property.anyOf ?? []).flatMap((one) => one.const ?? [])
  const hint = isSet ? 'It is set. Left empty, it stays.' : property.description
  const around = {
    label: isRequired && !isSet ? `${title} *` : title,
    ...(hint === undefined ? {} : { hint }),
    value: value === '' && property.secret !== true ? asText(property.default) : value,
    onChange,
  }
  if (property.type === 'boolean') {
    return (
      <CheckField label={title} value={value === 'true'} onChange={(on) => onChange(String(on))} />
    )
  }
  if (options.length > 0) {
    return (
      <SelectField
        {...around}
        empty="–"
        choices={options.map((one) => ({ value: one, label: one }))}
      />
    )
  }
  return <TextField {...around} type={property.secret === true ? 'password' : 'text'} />
}

function asText(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** The settings as their schema wants them; what is empty is left out, so that a secret that is set stays. */
function settingsBody(
  connector: Connector | undefined,
  settings: Readonly<Record<string, string>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(connector?.settings.properties ?? {}).flatMap(
      ([key, { type, default: initial }]) => {
        const value = settings[key] ?? asText(initial)
        if (value === '') return []
        if (type === 'integer' || type === 'number') return [[key, Number(value)]]
        if (type === 'boolean') return [[key, value === 'true']]
        return [[key, type === 'object' || type === 'array' ? JSON.parse(value) : value]]
      },
    ),
  )
}
