import { Plus } from 'lucide-react'
import { useState } from 'react'
import { api } from '../api.ts'
import { useAround } from '../me.ts'
import { useAction, useResource } from '../resource.ts'
import { Button } from '../ui/basics.tsx'
import { Code, CopyButton } from '../ui/copy.tsx'
import { Dialog } from '../ui/dialogs.tsx'
import { SelectField, TextArea, TextField } from '../ui/fields.tsx'
import { Empty, Loaded, Problem } from '../ui/states.tsx'
import { parsed } from './actions/action.ts'

interface Service {
  readonly service: string
  readonly url?: string
  readonly data: Readonly<Record<string, unknown>>
}

interface Section {
  readonly section: string
  readonly address: string
  readonly options: Readonly<Record<string, unknown>>
}

const base = '/nexus/v3/provisioning'
/** The services that a contact center can have. */
const names = ['PurecloudIDP', 'PorticoSMS', 'mGageSMS', 'SMS', 'Async']
const ccidKey = 'signalbox.ccid'

/** Digital Channels: the services and sender IDs of a contact center, as forms and as the calls that do the same. */
export function ChannelsPage() {
  const { me } = useAround()
  const [ccid, setCcid] = useState(() => localStorage.getItem(ccidKey) ?? me.organizationId)
  const [open, setOpen] = useState<Service | 'new' | undefined>(undefined)
  const center = ccid === '' ? me.organizationId : ccid
  const id = encodeURIComponent(center)
  const headers = { 'x-ccid': center }
  const known = useResource(`channels-${id}`, async () => {
    const [services, sections] = await Promise.all([
      api<{ data: readonly Service[] }>('GET', `${base}/services/${id}`, { headers }),
      me.can('nexus:channels:view')
        ? api<{ data: readonly Section[] }>('GET', `${base}/senderids/${id}`, { headers })
        : { data: [] },
    ])
    return { services: services.data, sections: sections.data }
  })
  const done = () => {
    setOpen(undefined)
    void known.reload()
  }
  return (
    <div className="page">
      <header>
        <div>
          <h1>Digital Channels</h1>
          <p>Services of a contact center, and the sender IDs that use them (API v3).</p>
        </div>
        {me.can('nexus:provisioning:edit') ? (
          <Button look="primary" icon={Plus} onPress={() => setOpen('new')}>
            New
          </Button>
        ) : null}
      </header>
      <div style={{ maxWidth: '18rem' }}>
        <TextField
          label="Contact center (ccid)"
          value={ccid}
          isMono
          onChange={(value) => {
            setCcid(value)
            localStorage.setItem(ccidKey, value)
          }}
        />
      </div>
      <Loaded resource={known}>
        {({ services, sections }) => (
          <>
            <h2>Services</h2>
            {services.length === 0 ? (
              <Empty title="This contact center has no services">Make one with New.</Empty>
            ) : (
              <div className="table-wrap">
                <table className="table">
                  <thead>
                    <tr>
                      <th scope="col">Service</th>
                      <th scope="col">Address</th>
                    </tr>
                  </thead>
                  <tbody>
                    {services.map((one) => (
                      <tr key={one.service}>
                        <td>
                          <button type="button" className="link" onClick={() => setOpen(one)}>
                            {one.service}
                          </button>
                        </td>
                        <td className="mono xs">{one.url}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )}
            <h2>Sender IDs</h2>
            {sections.length === 0 ? <p className="soft">None yet.</p> : null}
            {sections.map((one) => (
              <section key={one.section} className="card stack">
                <h3 className="mono">{one.section}</h3>
                <p className="small">{one.address}</p>
                <Code label={`Options of ${one.section}`}>
                  {JSON.stringify(one.options, null, 2)}
                </Code>
              </section>
            ))}
          </>
        )}
      </Loaded>
      <Dialog
        title={open === undefined || open === 'new' ? 'Make a service' : open.service}
        isOpen={open !== undefined}
        onClose={() => setOpen(undefined)}
        place="side"
      >
        {open === undefined ? null : (
          <ServiceForm
            path={`${base}/services/${id}`}
            headers={headers}
            service={open === 'new' ? undefined : open}
            onDone={done}
          />
        )}
      </Dialog>
    </div>
  )
}

function ServiceForm({
  path,
  headers,
  service,
  onDone,
}: {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly service: Service | undefined
  readonly onDone: () => void
}) {
  const [name, setName] = useState(service?.service ?? '')
  const [url, setUrl] = useState(service?.url ?? '')
  const [data, setData] = useState(JSON.stringify(service?.data ?? {}, null, 2))
  const [secret, setSecret] = useState('')
  const address = `${path}/${encodeURIComponent(name)}`
  const method = service === undefined ? 'POST' : 'PUT'
  const body = () => ({
    ...(url === '' ? {} : { url }),
    data: parsed(data, 'Data'),
    ...(secret === '' ? {} : { secret: parsed(secret, 'Secret') }),
  })
  const save = useAction(async () => {
    await api(method, address, { body: body(), headers })
    onDone()
  })
  const remove = useAction(async () => {
    await api('DELETE', address, { headers })
    onDone()
  })
  const shown = {
    ...(url === '' ? {} : { url }),
    data: safe(data),
    ...(secret === '' ? {} : { secret: '$SECRET' }),
  }
  const curl = `curl -X ${method} '${location.origin}${address}' \\\n  -H "x-api-key: $API_KEY" -H 'x-ccid: ${headers['x-ccid']}' \\\n  -H 'Content-Type: application/json' \\\n  -d '${JSON.stringify(shown, null, 2)}'`
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault()
        void save.run()
      }}
    >
      <SelectField
        label="Service *"
        value={name}
        empty="–"
        choices={(service === undefined ? names : [service.service]).map((value) => ({
          value,
          label: value,
        }))}
        onChange={setName}
      />
      <TextField label="Address" value={url} onChange={setUrl} />
      <TextArea label="Data (JSON)" isMono rows={6} value={data} onChange={setData} />
      <TextField
        label="Secret (JSON)"
        type="password"
        hint='Such as {"apiKey": "…"}. It is kept encrypted; left empty, what is set stays.'
        value={secret}
        onChange={setSecret}
      />
      {save.error === undefined ? null : <Problem error={save.error} />}
      {remove.error === undefined ? null : <Problem error={remove.error} />}
      <div className="row between">
        <Button type="submit" look="primary" isDisabled={name === '' || save.isBusy}>
          {service === undefined ? 'Make' : 'Save'}
        </Button>
        {service === undefined ? null : (
          <Button look="danger" isDisabled={remove.isBusy} onPress={() => void remove.run()}>
            Remove
          </Button>
        )}
      </div>
      <details>
        <summary>The same with curl</summary>
        <div className="stack">
          <Code label="curl command">{curl}</Code>
          <div>
            <CopyButton text={curl} />
          </div>
        </div>
      </details>
    </form>
  )
}

function safe(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return '…'
  }
}
