import { isoTime } from '../../../clock.ts'
import { joinParts, joinStatus, statusOfReceipt } from '../../../domain/delivery.ts'
import type { MessageStatus } from '../../../domain/message.ts'
import { type Happening, happeningsOf } from './events.ts'
import type { Material } from './gather.ts'

/** One line of a timeline. */
export interface Step {
  readonly time: string
  /** Milliseconds since the step before. */
  readonly lagMs: number
  readonly kind: Happening['kind'] | 'status'
  readonly text: string
  readonly details: object
}

interface Draft extends Omit<Step, 'time' | 'lagMs'> {
  readonly timeMs: number
}

/** The timeline of a message, and the status that it leads to. */
export function stepsOf(material: Material): {
  readonly steps: readonly Step[]
  readonly status: MessageStatus
} {
  const drafts: Draft[] = []
  const parts = new Map<string, MessageStatus>()
  let status: MessageStatus = directionOf(material) === 'inbound' ? 'received' : 'queued'
  for (const happening of happeningsOf(material)) {
    const news = concerns(happening, material) ? newsOf(happening, parts) : undefined
    const next: MessageStatus = news === undefined ? status : joinStatus(status, news)
    drafts.push({ ...draftOf(happening), text: textOf(happening, { status, news }) })
    if (next !== status) drafts.push(change(happening.timeMs, status, next))
    status = next
  }
  const known = material.message?.status
  if (known !== undefined && known !== status) {
    drafts.push(change(drafts.at(-1)?.timeMs ?? 0, status, known))
    status = known
  }
  return { steps: withLags(drafts), status }
}

function directionOf({ message, email }: Material) {
  return (message ?? email)?.direction
}

/** Whether it can move the message: its own way out, or for another platform's message the way through the relay. */
function concerns({ hop }: Happening, { message }: Material): boolean {
  if (hop === undefined) return true
  if (hop.delivery.kind === 'platform') return false
  return message === undefined || hop.delivery.relayId === undefined
}

/** What a happening says about the status; the rules are those that moved the message itself. */
function newsOf(
  { kind, attempt, arrival, hop, details }: Happening,
  parts: Map<string, MessageStatus>,
): MessageStatus | undefined {
  if (kind === 'decision') {
    return 'decision' in details && details.decision === 'give-up' ? 'delivery-failed' : undefined
  }
  if (kind === 'answer') {
    if (attempt?.outcome === 'sent') return 'sent'
    return attempt?.outcome === 'failed' ? 'delivery-failed' : undefined
  }
  if (arrival === undefined) return undefined
  const { providerId, status } = arrival.receipt
  const news = statusOfReceipt(status)
  const partCount = hop?.providerIds.length ?? 0
  if (providerId === undefined || partCount < 2) return arrival.receipt.applied ? news : undefined
  parts.set(providerId, joinStatus(parts.get(providerId) ?? news, news))
  return arrival.receipt.applied ? joinParts([...parts.values()], partCount) : undefined
}

function draftOf({ timeMs, kind, text, details }: Happening): Draft {
  return { timeMs, kind, text, details }
}

/** A receipt's sentence also says why it changed nothing, and that it was early. */
function textOf(
  { text, arrival, details }: Happening,
  at: { readonly status: MessageStatus; readonly news: MessageStatus | undefined },
): string {
  if (arrival === undefined) return text
  const held =
    'heldMs' in details ? ` It came ${String(details.heldMs)} ms before it could be placed.` : ''
  if (arrival.receipt.applied) return text + held
  const reported = statusOfReceipt(arrival.receipt.status)
  const why =
    reported === at.status
      ? `the message was ${at.status} already`
      : joinStatus(at.status, reported) === at.status
        ? `it comes too late: the message is ${at.status}, and a status never moves back`
        : 'the other parts have not been reported yet'
  return `${text} It changed nothing: ${why}.${held}`
}

function change(timeMs: number, from: MessageStatus, to: MessageStatus): Draft {
  return {
    timeMs,
    kind: 'status',
    text: `The message is now ${to}; it was ${from}.`,
    details: { from, to },
  }
}

function withLags(drafts: readonly Draft[]): readonly Step[] {
  return drafts.map(({ timeMs, ...rest }, index) => ({
    time: isoTime(timeMs),
    lagMs: timeMs - (drafts[index - 1]?.timeMs ?? timeMs),
    ...rest,
  }))
}
