import { useAround } from '../me.ts'
import { exactTime } from '../ui/time.tsx'
import type { WireParticipant } from '../wire.ts'
import type { Interaction } from './interaction.ts'

const purposes: Readonly<Record<string, string>> = {
  customer: 'Customer',
  external: 'Customer',
  workflow: 'Flow',
  acd: 'Queue',
  agent: 'Agent',
  user: 'User',
  api: 'Program',
}

/** Who has been in the conversation, in order: what the vendor calls its journey. */
export default function Journey({ interaction }: { readonly interaction: Interaction }) {
  const { me } = useAround()
  return (
    <ol className="journey">
      {interaction.raw.participants.map((one) => (
        <li key={one.id}>
          <strong>
            {one.userId === me.id ? 'You' : (one.name ?? one.queueName ?? purposes[one.purpose])}
          </strong>{' '}
          <span className="xs soft">{purposes[one.purpose] ?? one.purpose}</span>
          <Legs participant={one} />
          {one.wrapup === undefined ? null : (
            <p className="small">
              Wrap-up: {one.wrapup.name ?? one.wrapup.code}
              {one.wrapup.notes === undefined ? '' : ` – ${one.wrapup.notes}`}
            </p>
          )}
        </li>
      ))}
    </ol>
  )
}

function Legs({ participant }: { readonly participant: WireParticipant }) {
  const legs = [...(participant.messages ?? []), ...(participant.emails ?? [])]
  return legs.map((leg) => (
    <p key={leg.id} className="xs soft">
      {leg.connectedTime === undefined
        ? leg.state
        : `From ${exactTime(Date.parse(leg.connectedTime))}`}
      {leg.disconnectedTime === undefined
        ? ''
        : ` to ${exactTime(Date.parse(leg.disconnectedTime))} (${leg.disconnectType ?? 'over'})`}
    </p>
  ))
}
