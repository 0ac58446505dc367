import { KeyRound, Plus } from 'lucide-react'
import { useState } from 'react'
import { api, problemOf } from '../../api.ts'
import { useAround } from '../../me.ts'
import { useAction, useResource } from '../../resource.ts'
import { AsCurl, curlOf } from '../../ui/as-curl.tsx'
import { Badge, Button } from '../../ui/basics.tsx'
import { CopyButton } from '../../ui/copy.tsx'
import { Dialog } from '../../ui/dialogs.tsx'
import { CheckList, TextField } from '../../ui/fields.tsx'
import { Empty, Loaded, Problem } from '../../ui/states.tsx'
import { exactTime } from '../../ui/time.tsx'

interface ApiKey {
  readonly id: string
  readonly name: string
  readonly tenant: string
  readonly permissions: readonly string[]
  readonly lastFour: string
  readonly dateCreated: string
}

const path = '/nexus/v3/provisioning/apikeys'
const permissions = [
  { value: 'nexus:*', label: 'Everything' },
  { value: 'nexus:provisioning:view', label: 'See services' },
  { value: 'nexus:provisioning:edit', label: 'Change services' },
  { value: 'nexus:channels:view', label: 'See sender IDs' },
  { value: 'nexus:channels:edit', label: 'Change sender IDs' },
  { value: 'nexus:sms:*', label: 'Send and receive texts' },
]

/** The keys that programs call Digital Channels with: each is shown once, when it is made. */
export function ApiKeys({ headers }: { readonly headers: Readonly<Record<string, string>> }) {
  const { me } = useAround()
  const mayEdit = me.can('nexus:apikeys:edit')
  const [isNew, setNew] = useState(false)
  const [sure, setSure] = useState<string | undefined>(undefined)
  const keys = useResource('api-keys', () =>
    api<{ data: readonly ApiKey[] }>('GET', path, { headers }),
  )
  const revoke = useAction(async (id: string) => {
    await api('DELETE', `${path}/${id}`, { headers })
    setSure(undefined)
    await keys.reload()
  })
  return (
    <section className="stack">
      <div className="row between">
        <h2>API keys</h2>
        {mayEdit ? (
          <Button icon={Plus} onPress={() => setNew(true)}>
            New key
          </Button>
        ) : null}
      </div>
      {revoke.error === undefined ? null : <Problem error={revoke.error} />}
      <Loaded resource={keys}>
        {({ data }) =>
          data.length === 0 ? (
            <Empty icon={KeyRound} title="No key yet">
              Programs send one as <code>x-api-key</code>.
            </Empty>
          ) : (
            <div className="table-wrap">
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">Name</th>
                    <th scope="col">Ends in</th>
                    <th scope="col">Permissions</th>
                    <th scope="col">Made</th>
                    <th scope="col">
                      <span className="sr-only">Actions</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {data.map((one) => (
                    <tr key={one.id}>
                      <td>{one.name}</td>
                      <td className="mono">…{one.lastFour}</td>
                      <td>
                        <span className="row tight">
                          {one.permissions.map((permission) => (
                            <Badge key={permission}>{permission}</Badge>
                          ))}
                        </span>
                      </td>
                      <td>{exactTime(Date.parse(one.dateCreated))}</td>
                      <td>
                        {!mayEdit ? null : sure === one.id ? (
                          <Button
                            look="danger"
                            isDisabled={revoke.isBusy}
                            onPress={() => void revoke.run(one.id)}
                          >
                            Yes, revoke it
                          </Button>
                        ) : (
                          <Button look="quiet" onPress={() => setSure(one.id)}>
                            Revoke
                          </Button>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Loaded>
      <Dialog
        title="Make an API key"
        isOpen={isNew}
        onClose={() => setNew(false)}
        place="side"
        isWide
      >
        <NewKey headers={headers} onMade={() => void keys.reload()} />
      </Dialog>
    </section>
  )
}

function NewKey({
  headers,
  onMade,
}: {
  readonly headers: Readonly<Record<string, string>>
  readonly onMade: () => void
}) {
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState<readonly string[]>(['nexus:*'])
  const [made, setMade] = useState<string | undefined>(undefined)
  const body = { name, permissions: chosen }
  const make = useAction(async () => {
    const reply = await api<{ data: { apikey: string } }>('POST', path, { body, headers })
    setMade(reply.data.apikey)
    onMade()
  })
  if (made !== undefined) {
    return (
      <div className="notice good" role="status">
        <div className="stack">
          <strong>{name} is made. This is the key, shown only now:</strong>
          <code>{made}</code>
          <div>
            <CopyButton text={made} label="Copy the key" />
          </div>
        </div>
      </div>
    )
  }
  return (
    <div className="two">
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          void make.run()
        }}
      >
        <TextField
          label="Name *"
          hint="What it is for."
          value={name}
          onChange={setName}
          problem={problemOf(make.error, 'name')}
        />
        <CheckList label="It may" choices={permissions} value={chosen} onChange={setChosen} />
        {make.error === undefined ? null : <Problem error={make.error} />}
        <div>
          <Button
            type="submit"
            look="primary"
            isDisabled={name === '' || chosen.length === 0 || make.isBusy}
          >
            Make
          </Button>
        </div>
      </form>
      <AsCurl
        text={curlOf({
          method: 'POST',
          path,
          headers: ['x-api-key: $API_KEY', `x-ccid: ${headers['x-ccid'] ?? ''}`],
          body,
        })}
      />
    </div>
  )
}
