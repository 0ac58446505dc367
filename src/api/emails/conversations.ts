import Type from 'typebox'
import { emailLimits } from '../../domain/email.ts'
import { AppError } from '../../errors.ts'
import { reconnectEmail } from '../../messaging/email-open.ts'
import { emailConversation } from '../../messaging/email-write.ts'
import { disconnectAll } from '../../messaging/participate.ts'
import { listActive } from '../conversations/active.ts'
import { around } from '../conversations/around.ts'
import { presentConversation } from '../conversations/present.ts'
import { GenericConversation } from '../conversations/schema.ts'
import { operation } from '../operation.ts'
import { Listing } from '../schema.ts'
import { presentEmailConversation } from './present.ts'
import { ConversationPath, conversationPath, EmailConversation } from './schema.ts'

const readScopes = ['conversations', 'conversations:readonly'] as const

export const getConversationsEmails = operation({
  id: 'getConversationsEmails',
  method: 'GET',
  path: '/api/v2/conversations/emails',
  summary: "Lists the caller's e-mail conversations that are not over.",
  scopes: readScopes,
  caller: 'user',
  tool: { name: 'genesys_conversations_digital_get_emails', effect: 'read' },
  reply: { status: 200, schema: Listing(EmailConversation) },
  examples: [{ title: 'My e-mail conversations', input: {} }],
  handle: (_input, context) =>
    listActive(context, '/api/v2/conversations/emails', {
      isOf: (channel) => channel === 'email',
      present: presentEmailConversation,
    }),
})

export const getConversationsEmail = operation({
  id: 'getConversationsEmail',
  method: 'GET',
  path: conversationPath,
  summary: 'Reads one e-mail conversation with its participants.',
  scopes: readScopes,
  tool: { name: 'genesys_conversations_digital_get_email', effect: 'read' },
  input: { path: ConversationPath },
  reply: { status: 200, schema: EmailConversation },
  async handle({ path }, { store }) {
    const conversation = await emailConversation(store, path.conversationId)
    return presentEmailConversation(conversation, await around(store, conversation))
  },
})

export const getConversationsEmailSettings = operation({
  id: 'getConversationsEmailSettings',
  method: 'GET',
  path: `${conversationPath}/settings`,
  summary: 'Says how large a mail of the conversation may be, in bytes.',
  scopes: readScopes,
  tool: { name: 'genesys_conversations_digital_get_email_settings', effect: 'read' },
  input: { path: ConversationPath },
  reply: { status: 200, schema: Type.Object({ sendingSizeLimit: Type.Integer() }) },
  async handle({ path }, { store }) {
    await emailConversation(store, path.conversationId)
    return { sendingSizeLimit: emailLimits.mailBytesMax }
  },
})

export const patchConversationsEmail = operation({
  id: 'patchConversationsEmail',
  method: 'PATCH',
  path: conversationPath,
  summary: 'Ends an e-mail conversation for everybody: state disconnected is all that it takes.',
  scopes: ['conversations'],
  permission: { any: ['conversation:communication:disconnect'] },
  tool: { name: 'genesys_conversations_digital_patch_email', effect: 'write' },
  input: {
    path: ConversationPath,
    // The official SDK's types make its users send startTime and participants as well; nothing reads them.
    body: Type.Object({ state: Type.Optional(Type.String()) }),
  },
  reply: { status: 200, schema: GenericConversation },
  async handle({ path: { conversationId }, body }, { store, messaging, principal }) {
    if (body.state?.toLowerCase() !== 'disconnected') {
      throw new AppError(
        'bad.request',
        "A conversation can only be set to the state 'disconnected'.",
        { details: [{ errorCode: 'bad.request', fieldName: 'state' }] },
      )
    }
    await emailConversation(store, conversationId)
    const given = { conversationId, userId: principal.userId }
    const conversation = await disconnectAll(store, given, messaging)
    return presentConversation(conversation, await around(store, conversation))
  },
})

export const postConversationsEmailReconnect = operation({
  id: 'postConversationsEmailReconnect',
  method: 'POST',
  path: `${conversationPath}/reconnect`,
  summary: 'Brings the caller back into an e-mail conversation that is over, with its customer.',
  scopes: ['conversations'],
  caller: 'user',
  permission: { any: ['conversation:communication:reconnect'] },
  tool: { name: 'genesys_conversations_digital_post_email_reconnect', effect: 'write' },
  input: { path: ConversationPath },
  reply: { status: 204 },
  handle: ({ path }, { store, messaging, principal }) =>
    reconnectEmail(store, { ...path, userId: principal.userId ?? '' }, messaging),
})
