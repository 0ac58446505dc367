import { Play, Square } from 'lucide-react'
import { api, list } from '../api.ts'
import { useLiveResource } from '../feed.ts'
import { useAround } from '../me.ts'
import { useAction } from '../resource.ts'
import { Badge, Button } from '../ui/basics.tsx'
import { Loaded, Problem } from '../ui/states.tsx'
import { type Entity, type ResourceSpec, textOf } from './resource-spec.ts'

const path = '/api/v2/outbound/messagingcampaigns'

interface Progress {
  readonly numberOfContactsMessaged: number
  readonly totalNumberOfContacts: number
  readonly percentage: number
  readonly counts: Readonly<Record<string, number>>
}

/** How far a campaign has come, and the ways to start and to stop it. */
function CampaignProgress({
  id,
  onChanged,
}: {
  readonly id: string
  readonly onChanged: () => void
}) {
  const { me } = useAround()
  const progress = useLiveResource(
    `progress-${id}`,
    async () => ({
      campaign: await api<Entity>('GET', `${path}/${id}`),
      progress: await api<Progress>('GET', `${path}/${id}/progress`),
    }),
    ['campaign', 'delivery'],
  )
  const order = useAction(async (what: 'start' | 'stop') => {
    await api('POST', `${path}/${id}/${what}`)
    await progress.reload()
    onChanged()
  })
  return (
    <section className="card stack">
      <h3>Progress</h3>
      <Loaded resource={progress}>
        {({ campaign, progress: now }) => (
          <>
            <p className="row">
              <Badge tone={campaign['campaignStatus'] === 'on' ? 'good' : 'plain'}>
                {textOf(campaign, 'campaignStatus')}
              </Badge>
              {now.numberOfContactsMessaged} of {now.totalNumberOfContacts} contacts
            </p>
            <progress
              className="progress"
              aria-label="Contacts messaged"
              value={now.percentage}
              max={100}
            />
            <Bars counts={now.counts} />
            {me.can('outbound:messagingCampaign:edit') ? (
              <div className="row">
                {campaign['campaignStatus'] === 'on' ? (
                  <Button
                    look="danger"
                    icon={Square}
                    isDisabled={order.isBusy}
                    onPress={() => void order.run('stop')}
                  >
                    Stop
                  </Button>
                ) : (
                  <Button
                    look="primary"
                    icon={Play}
                    isDisabled={order.isBusy}
                    onPress={() => void order.run('start')}
                  >
                    Start
                  </Button>
                )}
              </div>
            ) : null}
          </>
        )}
      </Loaded>
      {order.error === undefined ? null : <Problem error={order.error} />}
    </section>
  )
}

/** What became of the texts, as lengths and numbers. */
function Bars({ counts }: { readonly counts: Readonly<Record<string, number>> }) {
  const all = Object.entries(counts)
  const most = Math.max(1, ...all.map(([, total]) => total))
  return (
    <dl className="bars">
      {all.map(([name, total]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <span className="bar" style={{ width: `${(total / most) * 100}%` }} />
            {total}
          </dd>
        </div>
      ))}
    </dl>
  )
}

export const campaignSpec: ResourceSpec = {
  title: 'Campaigns',
  one: 'a campaign',
  intro:
    'Texts to every contact of a list, at a pace, to those who may be written to. Nothing happens until one is started.',
  path,
  follows: ['campaign'],
  columns: [
    {
      title: 'Status',
      draw: (one) => (
        <Badge tone={one['campaignStatus'] === 'on' ? 'good' : 'plain'}>
          {textOf(one, 'campaignStatus')}
        </Badge>
      ),
    },
    { title: 'Messages a minute', draw: (one) => textOf(one, 'messagesPerMinute') },
  ],
  fields: [
    { name: 'name', label: 'Name', isRequired: true },
    {
      name: 'contactListId',
      label: 'Contact list',
      kind: 'select',
      isRequired: true,
      read: (one) => textOf(one, 'contactList', 'id'),
      choices: async () =>
        (await list<Entity>('/api/v2/outbound/contactlists')).map(({ id, name }) => ({
          value: id,
          label: name ?? id,
        })),
    },
    { name: 'messagesPerMinute', label: 'Messages a minute', kind: 'number', initial: '60' },
    {
      name: 'sender',
      label: 'Sender',
      kind: 'select',
      isRequired: true,
      read: (one) => textOf(one, 'smsConfig', 'senderSmsPhoneNumber', 'phoneNumber'),
      choices: async () =>
        (await list<Entity>('/api/signalbox/senders')).map((one) => ({
          value: textOf(one, 'address'),
          label: textOf(one, 'address'),
        })),
    },
    {
      name: 'phoneColumn',
      label: 'Column with the number',
      isRequired: true,
      read: (one) => textOf(one, 'smsConfig', 'phoneColumn'),
    },
    {
      name: 'messageColumn',
      label: 'Column with the text',
      read: (one) => textOf(one, 'smsConfig', 'messageColumn'),
    },
  ],
  permissions: {
    add: 'outbound:messagingCampaign:add',
    change: 'outbound:messagingCampaign:edit',
    remove: 'outbound:messagingCampaign:delete',
  },
  body: (values, entity) => ({
    name: values['name'],
    contactList: { id: values['contactListId'] },
    messagesPerMinute: Number(values['messagesPerMinute']),
    smsConfig: {
      phoneColumn: values['phoneColumn'],
      senderSmsPhoneNumber: { phoneNumber: values['sender'] },
      ...(values['messageColumn'] ? { messageColumn: values['messageColumn'] } : {}),
    },
    ...(entity?.version === undefined ? {} : { version: entity.version }),
  }),
  more: (entity, reload) => <CampaignProgress id={entity.id} onChanged={reload} />,
}

export const contactListSpec: ResourceSpec = {
  title: 'Contact lists',
  one: 'a contact list',
  intro:
    'Who a campaign writes to. Contacts come by the API, or as CSV by the upload of the vendor.',
  path: '/api/v2/outbound/contactlists',
  columns: [
    {
      title: 'Columns',
      draw: (one) => ((one['columnNames'] as readonly string[] | undefined) ?? []).join(', '),
    },
  ],
  fields: [
    { name: 'name', label: 'Name', isRequired: true },
    {
      name: 'columns',
      label: 'Columns, separated by commas',
      isRequired: true,
      initial: 'phone, text',
      read: (one) => ((one['columnNames'] as readonly string[] | undefined) ?? []).join(', '),
    },
  ],
  permissions: {
    add: 'outbound:contactList:add',
    change: 'outbound:contactList:edit',
    remove: 'outbound:contactList:delete',
  },
  body: (values, entity) => ({
    name: values['name'],
    columnNames: (values['columns'] ?? '').split(',').map((one) => one.trim()),
    ...(entity?.version === undefined ? {} : { version: entity.version }),
  }),
}
