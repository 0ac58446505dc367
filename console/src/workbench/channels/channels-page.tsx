import { Plus } from 'lucide-react'
import { useState } from 'react'
import { api } from '../../api.ts'
import { useAround } from '../../me.ts'
import { useResource } from '../../resource.ts'
import { Badge, Button } from '../../ui/basics.tsx'
import { Dialog } from '../../ui/dialogs.tsx'
import { TextField } from '../../ui/fields.tsx'
import { Empty, Loaded } from '../../ui/states.tsx'
import { Table } from '../../ui/table.tsx'
import { ApiKeys } from './api-keys.tsx'
import { type Section, SenderIdForm } from './sender-id-form.tsx'
import { type Center, type Service, ServiceForm } from './service-form.tsx'
import { serviceKinds } from './services.ts'

type Open =
  | { readonly kind: 'service'; readonly service?: Service }
  | { readonly kind: 'sender'; readonly section?: Section }

const base = '/nexus/v3/provisioning'
const ccidKey = 'signalbox.ccid'

/** Digital Channels: services, sender IDs and keys of a contact center, as forms and as the calls that do the same. */
export function ChannelsPage() {
  const { me } = useAround()
  const [ccid, setCcid] = useState(() => localStorage.getItem(ccidKey) ?? '')
  const [open, setOpen] = useState<Open | undefined>(undefined)
  const id = ccid === '' ? me.organizationId : ccid
  const center: Center = { id, headers: { 'x-ccid': id } }
  const { headers } = center
  const known = useResource(`channels-${id}`, async () => {
    const path = encodeURIComponent(id)
    const [services, sections] = await Promise.all([
      api<{ data: readonly Service[] }>('GET', `${base}/services/${path}`, { headers }),
      me.can('nexus:channels:view')
        ? api<{ data: readonly Section[] }>('GET', `${base}/senderids/${path}`, { headers })
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
          <p>
            Services, sender IDs and keys of a contact center (API v3). Each form shows the call
            that does the same.
          </p>
        </div>
        {me.can('nexus:provisioning:edit') ? (
          <Button look="primary" icon={Plus} onPress={() => setOpen({ kind: 'service' })}>
            New
          </Button>
        ) : null}
      </header>
      <div style={{ maxWidth: '24rem' }}>
        <TextField
          label="Contact center (ccid)"
          hint="Left empty: this organization."
          placeholder={me.organizationId}
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
            <Services
              services={services}
              onOpen={(service) => setOpen({ kind: 'service', service })}
            />
            <SenderIds
              sections={sections}
              mayEdit={me.can('nexus:channels:edit')}
              onOpen={(section) =>
                setOpen(section === undefined ? { kind: 'sender' } : { kind: 'sender', section })
              }
            />
          </>
        )}
      </Loaded>
      {me.can('nexus:apikeys:view') ? <ApiKeys headers={headers} /> : null}
      <Dialog
        title={titleOf(open)}
        isOpen={open !== undefined}
        onClose={() => setOpen(undefined)}
        place="side"
        isWide
      >
        {open === undefined ? null : open.kind === 'service' ? (
          <ServiceForm center={center} service={open.service} onDone={done} />
        ) : (
          <SenderIdForm center={center} section={open.section} onDone={done} />
        )}
      </Dialog>
    </div>
  )
}

function titleOf(open: Open | undefined): string {
  if (open?.kind === 'service') return open.service?.service ?? 'Make a service'
  return open?.section?.section ?? 'Make a sender ID'
}

function Services({
  services,
  onOpen,
}: {
  readonly services: readonly Service[]
  readonly onOpen: (service: Service) => void
}) {
  return (
    <section className="stack">
      <h2>Services</h2>
      {services.length === 0 ? (
        <Empty title="This contact center has no services">
          Begin with mGageSMS, Async or the two halves of Portico; SMS then says which one carries
          texts.
        </Empty>
      ) : (
        <Table heads={['Service', 'What it is for', 'Address']}>
          {services.map((one) => (
            <tr key={one.service}>
              <td>
                <button type="button" className="link" onClick={() => onOpen(one)}>
                  {one.service}
                </button>
              </td>
              <td>{serviceKinds.find(({ name }) => name === one.service)?.about}</td>
              <td className="mono xs">{one.url ?? '–'}</td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  )
}

function SenderIds({
  sections,
  mayEdit,
  onOpen,
}: {
  readonly sections: readonly Section[]
  readonly mayEdit: boolean
  readonly onOpen: (section: Section | undefined) => void
}) {
  return (
    <section className="stack">
      <div className="row between">
        <h2>Sender IDs</h2>
        {mayEdit ? (
          <Button icon={Plus} onPress={() => onOpen(undefined)}>
            New sender ID
          </Button>
        ) : null}
      </div>
      {sections.length === 0 ? (
        <p className="soft">None yet. A sender ID needs a service that carries it.</p>
      ) : (
        <Table heads={['Section', 'Number', 'Endpoint', 'Provider']}>
          {sections.map((one) => (
            <tr key={one.section}>
              <td>
                <button type="button" className="link mono" onClick={() => onOpen(one)}>
                  {one.section}
                </button>
              </td>
              <td className="mono">{one.address}</td>
              <td>{String(one.options['endpoint'] ?? '–')}</td>
              <td>
                <Badge>{String(one.options['provider'] ?? 'as the service SMS says')}</Badge>
              </td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  )
}
