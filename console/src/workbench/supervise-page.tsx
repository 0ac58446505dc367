import { Ear } from 'lucide-react'
import { useLocation } from 'wouter'
import { api, type Listing } from '../api.ts'
import { interactionOf } from '../desk/interaction.ts'
import { channels } from '../desk/roster.tsx'
import { useLiveResource } from '../feed.ts'
import { useAround } from '../me.ts'
import { useAction } from '../resource.ts'
import { Badge, Button } from '../ui/basics.tsx'
import { Freshness } from '../ui/freshness.tsx'
import { Empty, Loaded, Problem } from '../ui/states.tsx'
import { Age } from '../ui/time.tsx'
import type { WireConversation, WireParticipant } from '../wire.ts'

/** Everybody's conversations that are not over: who is in them, how long they wait, and a way to listen. */
export function SupervisePage() {
  const { me, desk } = useAround()
  const [, navigate] = useLocation()
  const found = useLiveResource(
    'supervise',
    () =>
      api<Listing<WireConversation>>('GET', '/api/signalbox/conversations', {
        query: { pageSize: 100 },
      }),
    ['conversation', 'agent'],
  )
  const monitor = useAction(async (conversationId: string, participantId: string) => {
    await api(
      'POST',
      `/api/v2/conversations/messages/${conversationId}/participants/${participantId}/monitor`,
    )
    await desk.refresh(conversationId)
    navigate(`/desk/${conversationId}`)
  })
  const mayMonitor = me.can('conversation:message:monitor')
  return (
    <div className="page">
      <header>
        <div>
          <h1>
            Conversations <Freshness />
          </h1>
          <p>What goes on in all queues, and a way to listen to it.</p>
        </div>
      </header>
      {monitor.error === undefined ? null : <Problem error={monitor.error} />}
      <Loaded resource={found}>
        {({ entities }) =>
          entities.length === 0 ? (
            <Empty title="Nothing goes on">No conversation is open.</Empty>
          ) : (
            <div className="table-wrap">
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">Customer</th>
                    <th scope="col">Channel</th>
                    <th scope="col">Queue</th>
                    <th scope="col">With</th>
                    <th scope="col">Open for</th>
                    <th scope="col">Messages</th>
                    <th scope="col">
                      <span className="sr-only">Listen</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {entities.map((raw) => (
                    <Row
                      key={raw.id}
                      raw={raw}
                      userId={me.id}
                      onMonitor={mayMonitor ? monitor.run : undefined}
                    />
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Loaded>
    </div>
  )
}

function Row({
  raw,
  userId,
  onMonitor,
}: {
  readonly raw: WireConversation
  readonly userId: string
  readonly onMonitor:
    | ((conversationId: string, participantId: string) => Promise<boolean>)
    | undefined
}) {
  const interaction = interactionOf({ version: 0, conversation: raw, messages: [] }, userId)
  const legs = raw.participants.flatMap(({ messages = [] }) => messages)
  const agent = raw.participants.findLast(isConnected)
  return (
    <tr>
      <td>{interaction.customerName}</td>
      <td>{channels[interaction.channel].name}</td>
      <td>{interaction.queueName}</td>
      <td>
        {agent === undefined ? <Badge tone="warn">Waiting</Badge> : (agent.name ?? 'An agent')}
      </td>
      <td>
        <Age timeMs={interaction.startMs} />
      </td>
      <td>{legs.reduce((sum, { messages = [] }) => sum + messages.length, 0)}</td>
      <td>
        {agent === undefined ||
        onMonitor === undefined ||
        interaction.channel === 'email' ? null : (
          <Button icon={Ear} onPress={() => void onMonitor(interaction.id, agent.id)}>
            Monitor
          </Button>
        )}
      </td>
    </tr>
  )
}

function isConnected({
  userId,
  messages = [],
  emails = [],
  monitoredParticipantId,
}: WireParticipant): boolean {
  return (
    userId !== undefined &&
    monitoredParticipantId === undefined &&
    [...messages, ...emails].at(-1)?.state === 'connected'
  )
}
