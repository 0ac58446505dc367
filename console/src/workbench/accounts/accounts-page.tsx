import { Plus } from 'lucide-react'
import { useState } from 'react'
import { api, list } from '../../api.ts'
import { useAround } from '../../me.ts'
import { useResource } from '../../resource.ts'
import { Badge, Button } from '../../ui/basics.tsx'
import { Dialog } from '../../ui/dialogs.tsx'
import { Empty, Loaded } from '../../ui/states.tsx'
import { Table } from '../../ui/table.tsx'
import { type Account, accountsPath, type Connector, uncertainChoices } from './account.ts'
import { AccountForm } from './account-form.tsx'
import { Connectors, KitBadge } from './connectors.tsx'

/** Connectors whose accounts come with an integration or an ordered number. */
const madeElsewhere = new Set(['open-webhook', 'portico-webhook'])

/** Accounts of providers, or connections to platforms: their settings are drawn from the connector's own schema. */
export function AccountsPage({ isConnections }: { readonly isConnections: boolean }) {
  const { me } = useAround()
  const [open, setOpen] = useState<Account | 'new' | undefined>(undefined)
  const known = useResource('accounts-connectors', async () => {
    const [accounts, connectors] = await Promise.all([
      list<Account>(accountsPath),
      api<{ entities: readonly Connector[] }>('GET', '/api/signalbox/connectors'),
    ])
    const carried = new Map(connectors.entities.map(({ name, carries }) => [name, carries]))
    return {
      accounts: accounts.map((one) => ({ ...one, carries: carried.get(one.connector) ?? '' })),
      connectors: connectors.entities,
    }
  })
  const isOne = (connector: string) => (connector === 'genesys-cloud') === isConnections
  const isOffered = ({ name }: Connector) => isOne(name) && !madeElsewhere.has(name)
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
            {isConnections ? null : <Connectors connectors={connectors.filter(isOffered)} />}
            <Dialog
              title={open === undefined || open === 'new' ? 'Add an account' : open.name}
              isOpen={open !== undefined}
              onClose={() => setOpen(undefined)}
              place="side"
            >
              {open === undefined ? null : (
                <AccountForm
                  account={open === 'new' ? undefined : open}
                  accounts={accounts}
                  connectors={connectors.filter(isOffered)}
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
    <Table heads={['Name', 'Connector', 'Test kit', 'Falls back to', 'In doubt', 'Secrets']}>
      {accounts.map((one) => (
        <tr key={one.id}>
          <td>
            <button type="button" className="link" onClick={() => onOpen(one)}>
              {one.name}
            </button>
          </td>
          <td>{connectors.find(({ name }) => name === one.connector)?.title ?? one.connector}</td>
          <td>
            <KitBadge kit={connectors.find(({ name }) => name === one.connector)?.kit} />
          </td>
          <td>
            {accounts.find(({ id }) => id === one.fallbackAccountId)?.name ?? (
              <span className="soft">None</span>
            )}
          </td>
          <td>{uncertainChoices.find(({ value }) => value === one.uncertain)?.short}</td>
          <td>
            <Badge tone={one.secretsSet.length > 0 ? 'good' : 'plain'}>
              {one.secretsSet.length} set
            </Badge>
          </td>
        </tr>
      ))}
    </Table>
  )
}
