import Type from 'typebox'
import type { EmailMessage as Email } from '../../domain/email.ts'
import { AppError } from '../../errors.ts'
import { emailConversation, sendReply } from '../../messaging/email-write.ts'
import type { Store } from '../../store/store.ts'
import { operation } from '../operation.ts'
import { Id, Listing, listing } from '../schema.ts'
import { presentEmail, presentPreview, presentReply } from './present.ts'
import {
  ConversationPath,
  contentOf,
  conversationPath,
  EmailBody,
  EmailMessage,
  EmailPreview,
} from './schema.ts'

const path = `${conversationPath}/messages`
const readScopes = ['conversations', 'conversations:readonly'] as const

/** E-mails that a listing has at the most. */
const emailsMax = 1000

export const getConversationsEmailMessages = operation({
  id: 'getConversationsEmailMessages',
  method: 'GET',
  path,
  summary: 'Lists the mails of a conversation, oldest first, with how their texts begin.',
  scopes: readScopes,
  tool: { name: 'genesys_conversations_digital_get_email_messages', effect: 'read' },
  input: { path: ConversationPath },
  reply: { status: 200, schema: Listing(EmailPreview) },
  async handle({ path: { conversationId } }, { store }) {
    const { id } = await emailConversation(store, conversationId)
    const emails = await store.emails.ofConversation(id, emailsMax)
    const page = { entities: emails, total: emails.length }
    const size = Math.max(25, emails.length)
    const uri = `/api/v2/conversations/emails/${id}/messages`
    return listing(page, { size, number: 1 }, uri, presentPreview)
  },
})

export const getConversationsEmailMessage = operation({
  id: 'getConversationsEmailMessage',
  method: 'GET',
  path: `${path}/{messageId}`,
  summary: 'Reads one mail of a conversation in full.',
  scopes: readScopes,
  tool: { name: 'genesys_conversations_digital_get_email_message', effect: 'read' },
  input: { path: Type.Object({ conversationId: Id, messageId: Id }) },
  reply: { status: 200, schema: EmailMessage },
  handle: async ({ path }, { store }) => presentEmail(await findEmail(store, path)),
})

/** The mail of that id in that conversation, or a 404. */
export async function findEmail(
  store: Store,
  { conversationId, messageId }: { readonly conversationId: string; readonly messageId: string },
): Promise<Email> {
  const conversation = await emailConversation(store, conversationId)
  const email = await store.emails.get(messageId)
  if (email !== undefined && email.conversationId === conversation.id) return email
  throw new AppError('not.found', 'There is no message {id} in this conversation.', {
    params: { id: messageId },
    details: [{ errorCode: 'not.found', entityId: messageId, entityName: 'message' }],
  })
}

export const postConversationsEmailMessages = operation({
  id: 'postConversationsEmailMessages',
  method: 'POST',
  path,
  summary:
    "Sends what a connected agent wrote, with the agent's own token; the draft is over then.",
  scopes: ['conversations'],
  permission: { any: ['conversation:email:send'] },
  sends: true,
  tool: { name: 'genesys_conversations_digital_post_email_messages', effect: 'write' },
  input: { path: ConversationPath, body: EmailBody },
  reply: { status: 200, schema: EmailMessage },
  async handle({ path, body }, { store, messaging, principal }) {
    const { userId } = principal
    if (userId === undefined) {
      throw new AppError(
        'postino.error.reply.no.userid',
        "A reply is written by an agent: use the agent's own token, not client credentials.",
      )
    }
    return presentReply(await sendReply(store, { ...path, ...contentOf(body), userId }, messaging))
  },
})
