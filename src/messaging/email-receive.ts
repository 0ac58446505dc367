import { type Conversation, currentLeg, customerOf } from '../domain/conversation.ts'
import { open, reopen, requestQueue } from '../domain/conversation-flow.ts'
import type { Step } from '../domain/conversation-legs.ts'
import { type EmailMessage, ownProvider, sameAddressForm } from '../domain/email.ts'
import { isInThreadingWindow, threadCandidates } from '../domain/email-threading.ts'
import { AppError } from '../errors.ts'
import type { EmailRoute, Queue } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { assignQueue } from './assign.ts'
import type { Destination } from './destination.ts'
import { addEmail } from './email-fate.ts'
import { keepFile } from './email-files.ts'
import { routeOf } from './email-routes.ts'
import { beginFlow, flowParticipant, hearFlow } from './flow.ts'
import { type Messaging, momentOf } from './messaging.ts'
import type { ReceivedMail } from './parse-mail.ts'
import { chain, saveStep } from './step.ts'

/** A mail that was taken: where it went, and whether it had been taken before. */
export interface TakenMail {
  readonly email: EmailMessage
  readonly conversation: Conversation
  readonly repeated: boolean
}

/**
 * Takes a mail for those of its recipients that are ours: one conversation for each route. `not.found` when none is;
 * then nothing is kept.
 */
export async function takeMail(
  store: Store,
  given: { readonly mail: ReceivedMail; readonly recipients: readonly string[] },
  messaging: Messaging,
): Promise<readonly TakenMail[]> {
  return store.transaction(async (store) => {
    const routes = new Map<string, { route: EmailRoute; address: string }>()
    for (const address of given.recipients) {
      const route = await routeOf(store, address)
      if (route !== undefined && !routes.has(route.id)) routes.set(route.id, { route, address })
    }
    if (routes.size === 0) {
      throw new AppError(
        'not.found',
        'None of the recipients is an address here: add a route to its domain first.',
        { details: [{ errorCode: 'not.found', fieldName: 'to' }] },
      )
    }
    const taken: TakenMail[] = []
    for (const { route, address } of routes.values()) {
      const ours = sameAddressForm(address)
      taken.push(await takeForRoute(store, { mail: given.mail, route, ours }, messaging))
    }
    return taken
  })
}

interface Arrival {
  readonly mail: ReceivedMail
  readonly route: EmailRoute
  /** The address of ours that it was sent to. */
  readonly ours: string
}

/** Takes it once for each (route, Message-ID): mail servers that lose the answer send again. */
async function takeForRoute(
  store: Store,
  arrival: Arrival,
  messaging: Messaging,
): Promise<TakenMail> {
  const scope = `inbound|email|${arrival.route.id}`
  const nowMs = messaging.outside.clock.now()
  const id = messaging.outside.ids.messageId()
  const first = (await store.answers.add(scope, arrival.mail.messageId, id, nowMs))
    ? undefined
    : await store.answers.get(scope, arrival.mail.messageId)
  if (first !== undefined) return repeatedMail(store, String(first))
  const conversation = await joinThread(store, arrival, messaging)
  const email = await keptMail(store, { arrival, conversation, id }, messaging)
  await addEmail(store, email)
  const current = await hearMail(store, { conversation, email }, messaging)
  return { email, conversation: current, repeated: false }
}

/** Lets the routing application go on that has the conversation, where one has it. */
export async function hearMail(
  store: Store,
  given: {
    readonly conversation: Conversation
    readonly email: Pick<EmailMessage, 'subject' | 'textBody'>
  },
  messaging: Messaging,
): Promise<Conversation> {
  const { conversation, email } = given
  if (flowParticipant(conversation) === undefined) return conversation
  const said = { conversation, text: email.textBody, subject: email.subject }
  await hearFlow(store, said, messaging)
  return (await store.conversations.get(conversation.id)) ?? conversation
}

async function repeatedMail(store: Store, emailId: string): Promise<TakenMail> {
  const email = await store.emails.get(emailId)
  const conversation =
    email === undefined ? undefined : await store.conversations.get(email.conversationId)
  if (email === undefined || conversation === undefined) {
    throw new Error('A repeated mail has its first answer, but is not there itself.')
  }
  return { email, conversation, repeated: true }
}

async function joinThread(
  store: Store,
  arrival: Arrival,
  messaging: Messaging,
): Promise<Conversation> {
  const moment = momentOf(messaging)
  const before = await threadOf(store, arrival, moment.nowMs)
  if (before !== undefined && before.endMs === undefined) return before
  const opened = before === undefined ? openFor(arrival, moment) : reopen(before, 'inbound', moment)
  return routeStep(store, { before, opened, to: arrival.route }, messaging)
}

function openFor({ mail, ours }: Arrival, moment: Parameters<typeof open>[1]): Step {
  const { email: id, name } = mail.from
  const customer = {
    id,
    idType: 'Email' as const,
    ...(name === undefined ? {} : { nickname: name }),
  }
  const { conversation, details } = open(
    { channel: 'email', platformAddress: ours, customer, direction: 'inbound' },
    moment,
  )
  const email = { subject: mail.subject, provider: ownProvider }
  return { conversation: { ...conversation, email }, details }
}

/** The conversation that the mail answers, within its window; of several the one at the same address of ours. */
async function threadOf(
  store: Store,
  { mail, ours }: Arrival,
  nowMs: number,
): Promise<Conversation | undefined> {
  const candidates = threadCandidates(mail)
  const places = await store.emails.byMessageIds(candidates)
  let other: Conversation | undefined
  for (const candidate of candidates) {
    for (const { conversationId } of places.filter(({ messageId }) => messageId === candidate)) {
      const conversation = await store.conversations.get(conversationId)
      if (conversation === undefined || !isInThreadingWindow(conversation, nowMs)) continue
      if (conversation.platformAddress === ours) return conversation
      other ??= conversation
    }
  }
  return other
}

/**
 * Saves a conversation that has just begun or come back: with the routing application that takes it, or in the queue
 * where it goes, and looks for an agent.
 */
export async function routeStep(
  store: Store,
  given: {
    readonly before: Conversation | undefined
    readonly opened: Step
    readonly to: Destination
  },
  messaging: Messaging,
): Promise<Conversation> {
  const moment = momentOf(messaging)
  const { queueId, flowId, skillIds, languageId, priority } = given.to
  const flow = flowId === undefined ? undefined : await store.records.known('flow', flowId)
  if (flow !== undefined) {
    const step = beginFlow(given.opened, flow, moment)
    return saveStep(store, { before: given.before, step }, moment.nowMs)
  }
  const wishes = {
    ...(skillIds === undefined || skillIds.length === 0 ? {} : { skillIds }),
    ...(languageId === undefined ? {} : { languageId }),
    ...(priority === undefined || priority === 0 ? {} : { priority }),
  }
  const queue = await queueNamed(store, queueId)
  const step =
    queue === undefined
      ? given.opened
      : chain(given.opened, (conversation) =>
          requestQueue(conversation, { ...wishes, id: queue.id, name: queue.name }, moment),
        )
  const saved = await saveStep(store, { before: given.before, step }, moment.nowMs)
  if (queue === undefined) return saved
  await assignQueue(store, queue.id, messaging)
  return (await store.conversations.get(saved.id)) ?? saved
}

/** The queue of that id, or else the organization's only one, as for messages. */
export async function queueNamed(store: Store, id: string | undefined): Promise<Queue | undefined> {
  if (id !== undefined) return store.records.get('queue', id)
  const queues = await store.records.list('queue', { size: 2, number: 1 })
  return queues.entities.length === 1 ? queues.entities[0] : undefined
}

async function keptMail(
  store: Store,
  given: {
    readonly arrival: Arrival
    readonly conversation: Conversation
    readonly id: string
  },
  messaging: Messaging,
): Promise<EmailMessage> {
  const { files, ...mail } = given.arrival.mail
  const attachments: EmailMessage['attachments'][number][] = []
  const conversationId = given.conversation.id
  for (const file of files)
    attachments.push(await keepFile(store, { conversationId, file }, messaging))
  return {
    ...mail,
    id: given.id,
    conversationId,
    communicationId: currentLeg(customerOf(given.conversation))?.id ?? '',
    direction: 'inbound',
    bcc: [],
    attachments,
    timeMs: messaging.outside.clock.now(),
    historyIncluded: false,
    agentless: false,
    status: 'received',
  }
}
