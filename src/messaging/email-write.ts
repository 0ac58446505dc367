import {
  type Conversation,
  currentLeg,
  customerOf,
  type Participant,
} from '../domain/conversation.ts'
import { leave, open } from '../domain/conversation-flow.ts'
import type { Moment, Step } from '../domain/conversation-legs.ts'
import { agentless } from '../domain/conversation-programs.ts'
import {
  domainOf,
  type EmailAddress,
  type EmailAttachment,
  type EmailContent,
  type EmailMessage,
  isEmailAddress,
  overLimit,
  ownProvider,
  recipientsOf,
} from '../domain/email.ts'
import { messageIdOf, referencesOfReply } from '../domain/email-threading.ts'
import { AppError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import { queueEmail } from './deliver.ts'
import { addEmail } from './email-fate.ts'
import { accountFor, routeOf } from './email-routes.ts'
import { type Messaging, momentOf } from './messaging.ts'
import { conversationNotFound } from './send.ts'
import { chain, saveStep } from './step.ts'

/** E-mails of a conversation that are looked at for threading and attachments. */
const emailsMax = 1000

/** A conversation of that id that is one of e-mail; the vendor's 404 otherwise. */
export async function emailConversation(store: Store, id: string): Promise<Conversation> {
  const conversation = await store.conversations.get(id)
  if (conversation?.channel !== 'email') throw conversationNotFound(id)
  return conversation
}

/** What an agent sends. Attachments are named by ids: those of the draft, or of a mail of the conversation. */
export interface Reply extends Omit<EmailContent, 'attachments'> {
  readonly conversationId: string
  readonly userId: string
  readonly attachmentIds: readonly string[]
  readonly historyIncluded: boolean
}

/**
 * Sends what a connected agent wrote, and drops the draft that it was. Errors are the vendor's `postino.error.reply.*`,
 * `email.error.external.provider`, `conversation.error.forbidden.not.active.participant`.
 */
export async function sendReply(
  store: Store,
  reply: Reply,
  messaging: Messaging,
): Promise<EmailMessage> {
  return store.transaction(async (store) => {
    const conversation = await emailConversation(store, reply.conversationId)
    requireOwn(conversation)
    checkReply(reply)
    const agent = connectedAgent(conversation, reply.userId)
    const draft = await store.emails.draft(conversation.id)
    const attachments = await attachmentsNamed(store, conversation.id, reply.attachmentIds)
    const answered = await answeredMail(store, conversation.id, draft?.sourceId)
    const { conversationId: _, userId, attachmentIds: _ids, historyIncluded, ...content } = reply
    const email = await sendMail(
      store,
      {
        content: { ...content, attachments },
        conversation,
        communicationId: currentLeg(agent)?.id ?? '',
        ...(answered === undefined ? {} : { answered }),
        historyIncluded,
        userId,
      },
      messaging,
    )
    await store.emails.removeDraft(conversation.id)
    return email
  })
}

/** `email.error.external.provider` for a conversation whose mails another system has (vendor: not for those). */
export function requireOwn({ email }: Conversation): void {
  if (email?.provider === ownProvider) return
  throw new AppError(
    'email.error.external.provider',
    'The mails of this conversation are with {provider}: answer there.',
    {
      params: { provider: email?.provider ?? 'another system' },
      details: [{ errorCode: 'email.error.external.provider' }],
    },
  )
}

function checkReply(reply: Reply): void {
  const missing = (code: 'body' | 'sender' | 'to', fieldName: string, sentence: string) =>
    new AppError(`postino.error.reply.no.${code}`, sentence, {
      details: [{ errorCode: `postino.error.reply.no.${code}`, fieldName }],
    })
  if (reply.from.email === '')
    throw missing('sender', 'from', 'The mail has no sender: give from.email.')
  if (reply.to.length === 0) throw missing('to', 'to', 'The mail goes to nobody: give to.')
  if (reply.textBody === '' && (reply.htmlBody ?? '') === '')
    throw missing('body', 'textBody', 'The mail is empty: give textBody.')
}

/** The user's participant that is connected in the conversation. */
function connectedAgent(conversation: Conversation, userId: string): Participant {
  const agent = conversation.participants.findLast(
    (one) => one.userId === userId && currentLeg(one)?.state === 'connected',
  )
  if (agent !== undefined && agent.monitoredParticipantId === undefined) return agent
  throw new AppError(
    'conversation.error.forbidden.not.active.participant',
    'Only a connected participant can send: answer the conversation first (PATCH the participant with state connected).',
  )
}

/** Attachments by id, from the draft or any mail of the conversation. */
export async function attachmentsNamed(
  store: Store,
  conversationId: string,
  ids: readonly string[],
): Promise<readonly EmailAttachment[]> {
  if (ids.length === 0) return []
  const draft = await store.emails.draft(conversationId)
  const mails = await store.emails.ofConversation(conversationId, emailsMax)
  const known = [draft, ...mails].flatMap((one) => one?.attachments ?? [])
  return ids.map((id) => {
    const found = known.find((attachment) => attachment.id === id)
    if (found !== undefined) return found
    throw new AppError('bad.request', 'The conversation has no attachment {id}: upload it first.', {
      params: { id },
      details: [{ errorCode: 'bad.request', fieldName: 'attachments', entityId: id }],
    })
  })
}

/** The mail that a new one of the conversation answers: the draft's, or else the last. */
export async function answeredMail(
  store: Store,
  conversationId: string,
  sourceId: string | undefined,
): Promise<EmailMessage | undefined> {
  const last = (await store.emails.ofConversation(conversationId, 1)).at(-1)
  const id = sourceId ?? last?.id
  return id === undefined ? undefined : store.emails.get(id)
}

/** A mail that is to go out in a conversation; without a user it is a program's. */
export interface Outgoing {
  readonly content: EmailContent
  readonly conversation: Conversation
  readonly communicationId: string
  readonly answered?: EmailMessage
  readonly historyIncluded: boolean
  readonly userId?: string
  /** Says of itself that a machine wrote it, so that no other machine answers (RFC 3834). */
  readonly autoGenerated?: boolean
}

/** Adds a mail to a conversation and queues its delivery, in the transaction that is given. */
export async function sendMail(
  store: Store,
  { content: written, conversation, communicationId, answered, ...rest }: Outgoing,
  messaging: Messaging,
): Promise<EmailMessage> {
  const account = await accountFor(store, written.from.email, messaging)
  const route = await routeOf(store, written.from.email)
  const content = { ...written, bcc: [...written.bcc, ...(route?.autoBcc ?? [])] }
  checkContent(content)
  const id = messaging.outside.ids.messageId()
  const email: EmailMessage = {
    ...content,
    id,
    conversationId: conversation.id,
    communicationId,
    direction: 'outbound',
    messageId: messageIdOf(id, domainOf(content.from.email)),
    ...(answered === undefined ? {} : { inReplyTo: answered.messageId }),
    references: answered === undefined ? [] : referencesOfReply(answered),
    timeMs: messaging.outside.clock.now(),
    historyIncluded: rest.historyIncluded,
    autoGenerated: rest.autoGenerated ?? false,
    ...(rest.userId === undefined ? {} : { createdByUserId: rest.userId }),
    agentless: rest.userId === undefined && rest.autoGenerated !== true,
    status: 'queued',
  }
  await addEmail(store, email)
  await queueEmail(store, { account, email }, messaging)
  return email
}

/** Refuses what is no address and what goes beyond the vendor's limits. */
export function checkContent(content: EmailContent): void {
  const { from, replyTo } = content
  for (const { email } of [
    from,
    ...recipientsOf(content),
    ...(replyTo === undefined ? [] : [replyTo]),
  ]) {
    requireAddress(email)
  }
  const over = overLimit(content)
  if (over === undefined) return
  const tooBig = over.field === 'attachments'
  throw new AppError(
    tooBig ? 'postino.error.attachments.upload.size' : 'bad.request',
    over.problem,
    { details: [{ errorCode: 'bad.request', fieldName: over.field }] },
  )
}

/** `email.error.invalid.email` for what is no mail address. */
export function requireAddress(email: string): void {
  if (isEmailAddress(email)) return
  throw new AppError('email.error.invalid.email', '{email} is no e-mail address.', {
    params: { email: email === '' ? 'An empty text' : email },
    details: [{ errorCode: 'email.error.invalid.email' }],
  })
}

/** A mail on behalf of nobody. */
export interface AgentlessEmail {
  readonly from: EmailAddress
  readonly to: EmailAddress
  readonly replyTo?: EmailAddress
  readonly subject: string
  readonly textBody: string
  readonly htmlBody?: string
  /** Goes into this conversation instead of one of its own. */
  readonly conversationId?: string
}

/**
 * Sends for a program (vendor: agentless): a conversation of its own with an `api` participant, over at once. That it
 * could not be delivered shows later, as `errorInfo` of that participant.
 */
export async function sendAgentlessEmail(
  store: Store,
  send: AgentlessEmail,
  messaging: Messaging,
): Promise<{ readonly email: EmailMessage; readonly conversation: Conversation }> {
  return store.transaction(async (store) => {
    const moment = momentOf(messaging)
    const before =
      send.conversationId === undefined
        ? undefined
        : await emailConversation(store, send.conversationId)
    const step = before === undefined ? newAgentless(send, moment) : agentless(before, moment)
    const conversation = await saveStep(store, { before, step }, moment.nowMs)
    const api = conversation.participants.at(-1)
    const { from, to, replyTo, subject, textBody, htmlBody } = send
    const email = await sendMail(
      store,
      {
        content: {
          from,
          to: [to],
          cc: [],
          bcc: [],
          ...(replyTo === undefined ? {} : { replyTo }),
          subject,
          textBody,
          ...(htmlBody === undefined ? {} : { htmlBody }),
          attachments: [],
        },
        conversation,
        communicationId: api === undefined ? '' : (currentLeg(api)?.id ?? ''),
        historyIncluded: false,
      },
      messaging,
    )
    return { email, conversation }
  })
}

function newAgentless({ from, to, subject }: AgentlessEmail, moment: Moment): Step {
  const { email: id, name } = to
  const customer = {
    id,
    idType: 'Email' as const,
    ...(name === undefined ? {} : { nickname: name }),
  }
  return chain(
    open(
      { channel: 'email', platformAddress: from.email, customer, direction: 'outbound' },
      moment,
    ),
    (conversation) => ({
      conversation: { ...conversation, email: { subject, provider: ownProvider } },
      details: [],
    }),
    (conversation) => agentless(conversation, moment),
    (conversation) => leave(conversation, customerOf(conversation).id, moment),
  )
}
