import { Ear } from 'lucide-react'
import { useLocation } from 'wouter'
import { api } from '../api.ts'
import { interactionOf } from '../desk/interaction.ts'
import { channels } from '../desk/roster.tsx'
import { useAround } from '../me.ts'
import { useAction } from '../resource.ts'
import { Badge, Button } from '../ui/basics.tsx'
import { Freshness } from '../ui/freshness.tsx'
import { Empty, Loaded, Problem } from '../ui/states.tsx'
import { Age } from '../ui/time.tsx'
import type { DeskView, WireParticipant } from '../wire.ts'
import { useSupervised } from './supervised.ts'

/** Everybody's conversations that are not over: who is in them, how long they wait, and a way to listen. */
export function SupervisePage() {
  const { me, desk } = useAround()
  const [, navigate] = useLocation()
  const found = useSupervised()
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
        {({ views, total }) =>
          views.length === 0 ? (
            <Empty title="Nothing goes on">No conversation is open.</Empty>
          ) : (
            <div className="table-wrap">
              {total > views.length ? (
                <p className="small soft">
                  The newest {views.length} of {total}.
                </p>
              ) : null}
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">Customer</th>
                    <th scope="col">Channel</th>
                    <th scope="col">Queue</th>
                    <th scope="col">With</th>
                    <th scope="col">Open for</th>
                    <th scope="col">Last message</th>
                    <th scope="col">
                      <span className="sr-only">Listen</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {views.map((view) => (
                    <Row
                      key={view.conversation.id}
                      view={view}
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
  view,
  userId,
  onMonitor,
}: {
  readonly view: DeskView
  readonly userId: string
  readonly onMonitor:
    | ((conversationId: string, participantId: string) => Promise<boolean>)
    | undefined
}) {
  const interaction = interactionOf(view, userId)
  const { participants } = view.conversation
  const agent = participants.findLast((one) => isIn(one, 'connected'))
  const alerted = participants.findLast((one) => isIn(one, 'alerting'))
  const last = view.messages.at(-1)
  return (
    <tr>
      <td>{interaction.customerName}</td>
      <td>{channels[interaction.channel].name}</td>
      <td>{interaction.queueName}</td>
      <td>
        {agent === undefined ? (
          <>
            <Badge tone="warn">{alerted === undefined ? 'Waiting' : 'Alerting'}</Badge>{' '}
            {alerted?.name}
          </>
        ) : (
          (agent.name ?? 'An agent')
        )}
      </td>
      <td>
        <Age timeMs={interaction.startMs} />
      </td>
      <td className="last-said">
        {last === undefined ? (
          '–'
        ) : (
          <>
            <span className="truncate">
              {last.direction === 'inbound' ? '' : 'We: '}
              {last.textBody ?? 'A file'}
            </span>{' '}
            <span className="xs soft">
              <Age timeMs={Date.parse(last.timestamp)} />
            </span>
          </>
        )}
      </td>
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

function isIn(
  { userId, messages = [], emails = [], monitoredParticipantId }: WireParticipant,
  state: 'connected' | 'alerting',
): boolean {
  return (
    userId !== undefined &&
    monitoredParticipantId === undefined &&
    [...messages, ...emails].at(-1)?.state === state
  )
}
