import { isoTime } from '../../../clock.ts'
import { activeUserIds } from '../../../domain/conversation.ts'
import type { Hop, Material } from './gather.ts'

/** Where a message is now and what happens next, in sentences for people. */
export interface Whereabouts {
  readonly where: string
  readonly next: string
  /** When the next attempt is due, ISO-8601. */
  readonly nextAttempt?: string
}

/** Says where the message is: of an inbound one the conversation tells, of an outbound one its last way out. */
export function whereaboutsOf(material: Material): Whereabouts {
  if ((material.message ?? material.email)?.direction === 'inbound') return inConversation(material)
  const hop = material.hops.findLast(({ delivery }) => delivery.kind !== 'platform')
  if (hop !== undefined) return onItsWay(hop)
  return { where: 'In its conversation.', next: 'Nothing: no delivery is queued for it.' }
}

function inConversation({ conversation }: Material): Whereabouts {
  if (conversation === undefined) return { where: 'Stored.', next: 'Nothing.' }
  const name = `conversation ${conversation.id}`
  if (conversation.endMs !== undefined) {
    return {
      where: `In ${name}, which has ended.`,
      next: "Nothing. The customer's next message may open the conversation again.",
    }
  }
  if (conversation.waiting !== undefined) {
    return {
      where: `In ${name}, which waits in queue ${conversation.waiting.queueId} since ${isoTime(conversation.waiting.sinceMs)}.`,
      next: 'An agent of the queue is alerted as soon as one is free.',
    }
  }
  const agents = activeUserIds(conversation)
  return agents.length === 0
    ? { where: `In ${name}, which is open.`, next: 'Somebody has to take the conversation.' }
    : { where: `In ${name}, with ${agents.join(', ')}.`, next: 'The agent answers.' }
}

function onItsWay({ delivery, through }: Hop): Whereabouts {
  const { id, failure } = delivery
  const resend = `POST /api/signalbox/deliveries/${id}/resend`
  switch (delivery.state) {
    case 'queued':
      return delivery.attempts === 0
        ? {
            where: `In the queue for ${through.name}.`,
            next: 'It leaves as soon as those before it in its lane have.',
            nextAttempt: isoTime(delivery.dueMs),
          }
        : {
            where: `Here, after ${delivery.attempts} attempt${delivery.attempts === 1 ? '' : 's'}.`,
            next: `Next attempt at ${isoTime(delivery.dueMs)}.`,
            nextAttempt: isoTime(delivery.dueMs),
          }
    case 'sending':
      return {
        where: `Attempt ${delivery.attempts} is under way: it is being handed to ${through.name}.`,
        next: 'The answer decides.',
      }
    case 'sent':
      return {
        where: `With ${through.name}.`,
        next:
          delivery.kind === 'open'
            ? 'The integration may report what became of it.'
            : 'A receipt is awaited.',
      }
    case 'delivered':
      return { where: 'With the recipient.', next: 'Nothing: it has arrived.' }
    case 'failed':
      return {
        where: `Nowhere: it failed. ${failure?.message ?? ''}`.trim(),
        next: `Nothing by itself. To send it once more: ${resend}`,
      }
    case 'uncertain':
      return {
        where:
          `Not known: ${through.name} may or may not have it. ${failure?.message ?? ''}`.trim(),
        next: `Somebody has to decide: ${resend} or …/give-up.`,
      }
    case 'canceled':
      return { where: 'Nowhere: it was given up.', next: 'Nothing, unless a receipt still comes.' }
  }
}
