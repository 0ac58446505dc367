import { type Conversation, currentLeg, customerOf } from '../domain/conversation.ts'
import { joinAsAgent, open, reopen, setAttributes } from '../domain/conversation-flow.ts'
import type { Moment, Step } from '../domain/conversation-legs.ts'
import { type EmailAddress, type EmailMessage, ownProvider } from '../domain/email.ts'
import { isInThreadingWindow } from '../domain/email-threading.ts'
import { AppError } from '../errors.ts'
import type { EmailRoute, Queue } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { acwOf } from './assign.ts'
import { checkDestination, type Destination } from './destination.ts'
import { startDraft } from './email-drafts.ts'
import { addEmail } from './email-fate.ts'
import { hearMail, routeStep } from './email-receive.ts'
import { addressOf } from './email-routes.ts'
import { emailConversation, requireAddress } from './email-write.ts'
import { type Messaging, momentOf } from './messaging.ts'
import { chain, saveStep } from './step.ts'

/** What an e-mail conversation is opened with (vendor models `CreateEmailRequest` and `InboundMessageRequest`). */
export interface EmailOpening extends Destination {
  readonly provider: string
  readonly attributes: Readonly<Record<string, string>>
  /** The customer. */
  readonly customer?: EmailAddress | undefined
  /** Our end. */
  readonly ours?: EmailAddress | undefined
  readonly subject: string
  readonly textBody?: string | undefined
  readonly htmlBody?: string | undefined
}

/**
 * Opens a conversation about mails that another system has (vendor: external, direction INBOUND), and routes it like
 * one of ours. Errors: `email.error.external.provider` for the name that is reserved, `email.error.invalid.queue`.
 */
export async function openExternal(
  store: Store,
  opening: EmailOpening,
  messaging: Messaging,
): Promise<Conversation> {
  requireForeign(opening.provider)
  if (opening.customer !== undefined) requireAddress(opening.customer.email)
  return store.transaction(async (store) => {
    const moment = momentOf(messaging)
    await requireDestination(store, opening)
    const opened = openStep(opening, 'inbound', moment)
    const saved = await routeStep(store, { before: undefined, opened, to: opening }, messaging)
    const email = externalMail(opening, saved, messaging)
    if (opening.textBody !== undefined || opening.htmlBody !== undefined) {
      await addEmail(store, email)
    }
    return hearMail(store, { conversation: saved, email }, messaging)
  })
}

/** Says that a mail has come in a chain that another system has: opens an ended conversation again in its window. */
export async function signalExternal(
  store: Store,
  signal: EmailOpening & { readonly conversationId: string },
  messaging: Messaging,
): Promise<Conversation> {
  requireForeign(signal.provider)
  return store.transaction(async (store) => {
    const before = await emailConversation(store, signal.conversationId)
    if (before.email?.provider === ownProvider) throw reserved()
    const moment = momentOf(messaging)
    const withAttributes = (step: Step) => attributed(step, signal.attributes)
    const heard = (conversation: Conversation) =>
      hearMail(store, { conversation, email: externalMail(signal, before, messaging) }, messaging)
    if (before.endMs === undefined) {
      const step = withAttributes({ conversation: before, details: [] })
      return heard(await saveStep(store, { before, step }, moment.nowMs))
    }
    if (!isInThreadingWindow(before, moment.nowMs)) {
      throw new AppError(
        'conflict',
        'The conversation ended more than 30 days ago: open a new one.',
      )
    }
    await requireDestination(store, signal)
    const opened = withAttributes(reopen(before, 'inbound', moment))
    return heard(await routeStep(store, { before, opened, to: signal }, messaging))
  })
}

/**
 * An agent begins a conversation on behalf of a queue (vendor: direction OUTBOUND): he is connected, and what he gave
 * is the draft. Errors: `email.outbound.queue.required`, `email.outbound.queue.address.required`.
 */
export async function openOutbound(
  store: Store,
  opening: EmailOpening & { readonly userId: string },
  messaging: Messaging,
): Promise<Conversation> {
  if (opening.queueId === undefined) {
    throw new AppError(
      'email.outbound.queue.required',
      'An outbound mail is sent on behalf of a queue: give queueId.',
      { details: [{ errorCode: 'email.outbound.queue.required', fieldName: 'queueId' }] },
    )
  }
  if (opening.customer !== undefined) requireAddress(opening.customer.email)
  return store.transaction(async (store) => {
    const moment = momentOf(messaging)
    const queue = await queueOf(store, opening.queueId)
    const ours = addressOf(await outboundRoute(store, queue))
    const agent = await agentOf(store, opening.userId, queue)
    const step = chain(
      openStep({ ...opening, provider: ownProvider, ours }, 'outbound', moment),
      (conversation) => joinAsAgent(conversation, agent, moment),
    )
    const saved = await saveStep(store, { before: undefined, step }, moment.nowMs)
    await startDraft(
      store,
      {
        conversationId: saved.id,
        from: ours,
        to: opening.customer === undefined ? [] : [opening.customer],
        subject: opening.subject,
        textBody: opening.textBody ?? '',
        ...(opening.htmlBody === undefined ? {} : { htmlBody: opening.htmlBody }),
      },
      messaging,
    )
    return saved
  })
}

/** The caller comes back to a conversation that is over, with its last customer (vendor: `reconnect`). */
export async function reconnectEmail(
  store: Store,
  given: { readonly conversationId: string; readonly userId: string },
  messaging: Messaging,
): Promise<void> {
  await store.transaction(async (store) => {
    const before = await emailConversation(store, given.conversationId)
    if (before.endMs === undefined) {
      throw new AppError(
        'conflict',
        'The conversation goes on: only one that is over is reconnected.',
      )
    }
    const moment = momentOf(messaging)
    const queueId = before.participants.findLast(({ queueId }) => queueId !== undefined)?.queueId
    const queue = queueId === undefined ? undefined : await store.records.get('queue', queueId)
    const agent = await agentOf(store, given.userId, queue)
    const step = chain(reopen(before, 'outbound', moment), (conversation) =>
      joinAsAgent(conversation, agent, moment),
    )
    await saveStep(store, { before, step }, moment.nowMs)
  })
}

function requireForeign(provider: string): void {
  if (provider === ownProvider) throw reserved()
}

function reserved(): AppError {
  return new AppError(
    'email.error.external.provider',
    `The provider "${ownProvider}" stands for mails that are carried here: name the system that has them.`,
    { details: [{ errorCode: 'email.error.external.provider', fieldName: 'provider' }] },
  )
}

const destinationFields = { flow: 'flowId', skills: 'skillIds', language: 'languageId' } as const

/** Refuses a destination that is not there, before anything is written. */
async function requireDestination(store: Store, to: Destination): Promise<void> {
  if (to.flowId === undefined) await queueOf(store, to.queueId)
  await checkDestination(store, to, destinationFields)
}

async function queueOf(store: Store, id: string | undefined): Promise<Queue> {
  const queue = id === undefined ? undefined : await store.records.get('queue', id)
  if (queue !== undefined) return queue
  throw new AppError('email.error.invalid.queue', 'There is no queue {id}.', {
    params: { id: id ?? '' },
    details: [{ errorCode: 'email.error.invalid.queue', fieldName: 'queueId' }],
  })
}

async function outboundRoute(store: Store, queue: Queue): Promise<EmailRoute> {
  const route =
    queue.emailRouteId === undefined
      ? undefined
      : await store.records.get('emailRoute', queue.emailRouteId)
  if (route !== undefined) return route
  throw new AppError(
    'email.outbound.queue.address.required',
    'The queue {name} has no address to send from: set its outboundEmailAddress.',
    {
      params: { name: queue.name },
      details: [{ errorCode: 'email.outbound.queue.address.required', fieldName: 'queueId' }],
    },
  )
}

async function agentOf(store: Store, userId: string, queue: Queue | undefined) {
  const user = await store.records.get('user', userId)
  const onBehalf =
    queue === undefined ? {} : { queueId: queue.id, queueName: queue.name, acw: acwOf(queue) }
  return { userId, name: user?.name ?? userId, ...onBehalf }
}

function openStep(opening: EmailOpening, direction: 'inbound' | 'outbound', moment: Moment): Step {
  const { email: id = '', name } = opening.customer ?? {}
  const opened = open(
    {
      channel: 'email',
      platformAddress: opening.ours?.email ?? '',
      customer: { id, idType: 'Email', ...(name === undefined ? {} : { nickname: name }) },
      direction,
    },
    moment,
  )
  const email = { subject: opening.subject, provider: opening.provider }
  return attributed(
    { ...opened, conversation: { ...opened.conversation, email } },
    opening.attributes,
  )
}

function attributed(step: Step, attributes: Readonly<Record<string, string>>): Step {
  if (Object.keys(attributes).length === 0) return step
  return chain(step, (conversation) =>
    setAttributes(conversation, customerOf(conversation).id, attributes),
  )
}

function externalMail(
  { customer, ours, subject, textBody, htmlBody }: EmailOpening,
  conversation: Conversation,
  messaging: Messaging,
): EmailMessage {
  const id = messaging.outside.ids.messageId()
  return {
    id,
    conversationId: conversation.id,
    communicationId: currentLeg(customerOf(conversation))?.id ?? '',
    direction: 'inbound',
    from: customer ?? { email: '' },
    to: ours === undefined ? [] : [ours],
    cc: [],
    bcc: [],
    subject,
    textBody: textBody ?? '',
    ...(htmlBody === undefined ? {} : { htmlBody }),
    attachments: [],
    messageId: `<${id}@external.invalid>`,
    references: [],
    timeMs: messaging.outside.clock.now(),
    historyIncluded: false,
    autoGenerated: false,
    agentless: false,
    status: 'received',
  }
}
