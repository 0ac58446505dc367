import Type, { type Static } from 'typebox'
import { isoTime } from '../../clock.ts'
import { AppError } from '../../errors.ts'
import {
  type EmailOpening,
  openExternal,
  openOutbound,
  signalExternal,
} from '../../messaging/email-open.ts'
import { sendAgentlessEmail } from '../../messaging/email-write.ts'
import { around } from '../conversations/around.ts'
import { operation } from '../operation.ts'
import { presentAddress, presentEmailConversation } from './present.ts'
import {
  Address,
  addressOf,
  ConversationPath,
  conversationPath,
  EmailConversation,
} from './schema.ts'

const routing = {
  provider: Type.Optional(Type.String({ maxLength: 256 })),
  queueId: Type.Optional(Type.String({ maxLength: 100 })),
  flowId: Type.Optional(Type.String({ maxLength: 100 })),
  skillIds: Type.Optional(Type.Array(Type.String({ maxLength: 100 }), { maxItems: 100 })),
  languageId: Type.Optional(Type.String({ maxLength: 100 })),
  priority: Type.Optional(Type.Integer()),
  attributes: Type.Optional(Type.Record(Type.String(), Type.String())),
  toAddress: Type.Optional(Type.String()),
  toName: Type.Optional(Type.String()),
  fromAddress: Type.Optional(Type.String()),
  fromName: Type.Optional(Type.String()),
  subject: Type.Optional(Type.String({ maxLength: 400 })),
}

const InboundBody = Type.Object(routing)
const CreateBody = Type.Object({
  ...routing,
  direction: Type.Optional(Type.Enum(['INBOUND', 'OUTBOUND'])),
  textBody: Type.Optional(Type.String()),
  htmlBody: Type.Optional(Type.String()),
})

export const postConversationsEmails = operation({
  id: 'postConversationsEmails',
  method: 'POST',
  path: '/api/v2/conversations/emails',
  summary:
    'Opens an e-mail conversation: about the mails of another system (INBOUND), or from an agent on behalf of a queue (OUTBOUND).',
  scopes: ['conversations'],
  permission: { any: ['conversation:email:create'] },
  tool: { name: 'genesys_conversations_digital_post_emails', effect: 'write' },
  input: { body: CreateBody },
  reply: { status: 200, schema: EmailConversation },
  async handle({ body }, { store, messaging, principal }) {
    const opening = openingOf(body)
    const bodies = { textBody: body.textBody, htmlBody: body.htmlBody }
    if (body.direction !== 'OUTBOUND') {
      requireOneDestination(body)
      const conversation = await openExternal(store, { ...opening, ...bodies }, messaging)
      return presentEmailConversation(conversation, await around(store, conversation))
    }
    const { userId } = principal
    if (userId === undefined) {
      throw new AppError(
        'user.context.required',
        "This request requires a user context. An outbound mail is written by an agent: use the agent's own token.",
      )
    }
    const { customer, ours } = opening
    const ends = { customer: ours, ours: customer }
    const outbound = { ...opening, ...bodies, ...ends, userId }
    const conversation = await openOutbound(store, outbound, messaging)
    return presentEmailConversation(conversation, await around(store, conversation))
  },
})

export const postConversationsEmailInboundmessages = operation({
  id: 'postConversationsEmailInboundmessages',
  method: 'POST',
  path: `${conversationPath}/inboundmessages`,
  summary: 'Says that a mail has come in a chain that another system has; opens it again if over.',
  scopes: ['conversations'],
  tool: { name: 'genesys_conversations_digital_post_email_inboundmessages', effect: 'write' },
  input: { path: ConversationPath, body: InboundBody },
  reply: { status: 200, schema: EmailConversation },
  async handle({ path, body }, { store, messaging }) {
    const opening = openingOf(body)
    requireOneDestination(body)
    const conversation = await signalExternal(store, { ...opening, ...path }, messaging)
    return presentEmailConversation(conversation, await around(store, conversation))
  },
})

function openingOf(body: Static<typeof InboundBody>): EmailOpening {
  const { provider = '' } = body
  if (provider === '') {
    throw new AppError(
      'postino.error.notnull.createconversationrequest.provider',
      'The provider is missing: name the system that has the mails.',
      { details: [{ fieldName: 'provider' }] },
    )
  }
  return {
    provider,
    queueId: body.queueId,
    flowId: body.flowId,
    ...(body.skillIds === undefined ? {} : { skillIds: body.skillIds }),
    ...(body.languageId === undefined ? {} : { languageId: body.languageId }),
    ...(body.priority === undefined ? {} : { priority: body.priority }),
    attributes: body.attributes ?? {},
    customer: end(body.fromAddress, body.fromName),
    ours: end(body.toAddress, body.toName),
    subject: body.subject ?? '',
  }
}

function end(address: string | undefined, name: string | undefined) {
  if (address === undefined || address === '') return undefined
  return addressOf({ email: address, ...(name === undefined ? {} : { name }) })
}

function requireOneDestination({ queueId, flowId }: Static<typeof InboundBody>): void {
  if ((queueId === undefined) !== (flowId === undefined)) return
  throw new AppError(
    'postino.error.notnull.createconversationrequest.queueid',
    'Give exactly one of queueId and flowId.',
    { details: [{ fieldName: 'queueId' }] },
  )
}

export const postConversationsEmailsAgentless = operation({
  id: 'postConversationsEmailsAgentless',
  method: 'POST',
  path: '/api/v2/conversations/emails/agentless',
  summary:
    'Sends one mail on behalf of nobody. That it could not be delivered shows later, as errorInfo of the participant.',
  scopes: ['conversations'],
  permission: { any: ['conversation:email:create', 'conversation:agentlessEmail:send'] },
  sends: true,
  tool: { name: 'genesys_conversations_digital_post_emails_agentless', effect: 'write' },
  input: {
    body: Type.Object({
      senderType: Type.Enum(['Outbound']),
      fromAddress: Address,
      toAddresses: Type.Array(Address, { minItems: 1, maxItems: 1 }),
      replyToAddress: Type.Optional(Address),
      subject: Type.Optional(Type.String()),
      textBody: Type.Optional(Type.String()),
      htmlBody: Type.Optional(Type.String()),
      conversationId: Type.Optional(Type.String()),
    }),
  },
  reply: {
    status: 200,
    schema: Type.Object({
      id: Type.String(),
      conversationId: Type.String(),
      senderType: Type.String(),
      fromAddress: Address,
      toAddresses: Type.Array(Address),
      dateCreated: Type.String(),
      selfUri: Type.String(),
    }),
  },
  async handle({ body }, { store, messaging }) {
    const { replyToAddress, htmlBody, conversationId } = body
    const { email, conversation } = await sendAgentlessEmail(
      store,
      {
        from: addressOf(body.fromAddress),
        to: addressOf(body.toAddresses[0] ?? {}),
        ...(replyToAddress === undefined ? {} : { replyTo: addressOf(replyToAddress) }),
        subject: body.subject ?? '',
        textBody: body.textBody ?? '',
        ...(htmlBody === undefined ? {} : { htmlBody }),
        ...(conversationId === undefined ? {} : { conversationId }),
      },
      messaging,
    )
    return {
      id: email.id,
      conversationId: conversation.id,
      senderType: 'Outbound',
      fromAddress: presentAddress(email.from),
      toAddresses: email.to.map(presentAddress),
      ...(email.replyTo === undefined ? {} : { replyToAddress: presentAddress(email.replyTo) }),
      subject: email.subject,
      dateCreated: isoTime(email.timeMs),
      selfUri: `/api/v2/conversations/emails/${conversation.id}/messages/${email.id}`,
    }
  },
})
