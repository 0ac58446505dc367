import type { Detail } from '../domain/conversation-legs.ts'
import type { FeedEvent } from './feed-event.ts'
import type { FeedDraft } from './session.ts'

/** Events of one moment as the feed keeps them: when that was, in epoch milliseconds, and what happened. */
export type FeedMoment = [timeMs: number, ...events: (readonly unknown[])[]]

type Kind = FeedEvent['type']
type MembersOf<T extends Kind> = Exclude<keyof Extract<FeedEvent, { type: T }>, 'type'>

/**
 * The kinds of events in the order of their numbers, and of each its members in the order of their places. Both are
 * part of the form of the database: what is new comes last. What is left out does not compile.
 */
const kinds: { readonly [T in Kind]: { readonly [Name in MembersOf<T>]-?: true } } = {
  conversation: {
    conversationId: true,
    version: true,
    userIds: true,
    queueIds: true,
    details: true,
  },
  message: { messageId: true, conversationId: true, status: true },
  delivery: { deliveryId: true, state: true, accountId: true },
  typing: { conversationId: true, userIds: true, durationMs: true },
  agent: { userId: true, routingStatus: true, presence: true },
  consent: { entryId: true, applied: true },
  campaign: { campaignId: true },
}

/** The names of details in the order of their numbers, which is part of the form as well. */
const detailNames: { readonly [Name in Detail['name']]: true } = {
  'customer.start': true,
  'customer.end': true,
  'acd.start': true,
  'acd.end': true,
  'flow.start': true,
  'flow.end': true,
  'user.start': true,
  'user.end': true,
  attributes: true,
  wrapup: true,
  acw: true,
  outbound: true,
}

const forms = Object.entries(kinds).map(([type, members], number) => ({
  type,
  number,
  names: Object.keys(members),
}))
const formOf = new Map(forms.map((form) => [form.type, form]))
const names = Object.keys(detailNames)

/** Stands for the conversation that the event before of the same moment is about. */
const sameConversation = 0

/** Gathers events into moments, each event as the number of its kind and what is in its places. */
export function packMoments(drafts: readonly FeedDraft[]): readonly FeedMoment[] {
  const moments: FeedMoment[] = []
  let moment: FeedMoment | undefined
  let conversationId: unknown
  for (const { event, timeMs } of drafts) {
    if (moment?.[0] !== timeMs) {
      moment = [timeMs]
      moments.push(moment)
      conversationId = undefined
    }
    const form = formOf.get(event.type)
    if (form === undefined) throw new Error(`The feed does not know events of type ${event.type}.`)
    const members: Readonly<Record<string, unknown>> = event
    const packed: unknown[] = [form.number]
    for (const name of form.names) {
      const member = members[name]
      if (name === 'conversationId') {
        packed.push(member === conversationId ? sameConversation : member)
        conversationId = member
      } else if (name === 'details' && event.type === 'conversation') {
        packed.push(packDetails(event.details))
      } else packed.push(member)
    }
    moment.push(packed)
  }
  return moments
}

/** What was packed: the events of a moment. */
export function unpackMoment([, ...events]: FeedMoment): readonly FeedEvent[] {
  let conversationId: unknown
  return events.map(([number, ...packed]) => {
    const form = forms[Number(number)]
    if (form === undefined) throw new Error(`The feed does not know events of kind ${number}.`)
    const event: Record<string, unknown> = { type: form.type }
    for (const [index, name] of form.names.entries()) {
      const member = packed[index]
      if (name === 'conversationId') {
        if (member !== sameConversation) conversationId = member
        event[name] = conversationId
      } else if (name === 'details') event[name] = unpackDetails(member as Details)
      else if (member !== undefined && member !== null) event[name] = member
    }
    return event as FeedEvent // it was packed from one
  })
}

/** The number of each one's name, and its participant: one who came before as the place where he did. */
type Details = readonly (number | string)[]

function packDetails(details: readonly Detail[]): Details {
  const packed: (number | string)[] = []
  for (const { name, participantId } of details) {
    const before = packed.indexOf(participantId)
    packed.push(names.indexOf(name), before === -1 ? participantId : before)
  }
  return packed
}

function unpackDetails(packed: Details) {
  const details: { name: string | undefined; participantId: string | number | undefined }[] = []
  for (let index = 0; index < packed.length; index += 2) {
    const participant = packed[index + 1]
    details.push({
      name: names[Number(packed[index])],
      participantId: typeof participant === 'number' ? packed[participant] : participant,
    })
  }
  return details
}
