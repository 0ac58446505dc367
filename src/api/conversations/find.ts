import type { Conversation } from '../../domain/conversation.ts'
import { isMessenger, type Message } from '../../domain/message.ts'
import { AppError } from '../../errors.ts'
import { conversationNotFound } from '../../messaging/send.ts'
import type { Store } from '../../store/store.ts'

/** The conversation of that id, or the vendor's 404. */
export async function findConversation(store: Store, id: string): Promise<Conversation> {
  const conversation = await store.conversations.get(id)
  if (conversation === undefined) throw conversationNotFound(id)
  return conversation
}

/** The message conversation of that id, or the vendor's 404. */
export async function findMessageConversation(store: Store, id: string): Promise<Conversation> {
  const conversation = await findConversation(store, id)
  if (!isMessenger(conversation.channel)) throw conversationNotFound(id)
  return conversation
}

/** The message of that id, of that conversation where one is named, or a 404. */
export async function findMessage(
  store: Store,
  id: string,
  conversationId?: string,
): Promise<Message> {
  const message = await store.messages.get(id)
  if (
    message === undefined ||
    (conversationId !== undefined && message.conversationId !== conversationId)
  ) {
    throw new AppError('not.found', 'There is no message {id}{where}.', {
      params: { id, where: conversationId === undefined ? '' : ' in this conversation' },
      details: [{ errorCode: 'not.found', entityId: id, entityName: 'message' }],
    })
  }
  return message
}
