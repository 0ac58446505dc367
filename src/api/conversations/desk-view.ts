import Type from 'typebox'
import type { Conversation } from '../../domain/conversation.ts'
import type { Message } from '../../domain/message.ts'
import type { Store } from '../../store/store.ts'
import { around, aroundMessage } from './around.ts'
import { presentConversation, presentMessage } from './present.ts'
import { GenericConversation, MessageData } from './schema.ts'

/** A conversation as a desk follows it: the generic view whose legs list no messages, and a few messages in full. */
export const DeskView = Type.Object({
  /** Grows with every change of the conversation itself: of two views the one with the greater number is newer. */
  version: Type.Integer(),
  conversation: GenericConversation,
  messages: Type.Array(MessageData),
})

/**
 * What a desk needs of a conversation, of the same size however long the thread is: the vendor's view repeats every
 * message of a conversation, which is megabytes for a thread of thousands.
 */
export async function deskView(
  store: Store,
  conversation: Conversation,
  messages: readonly Message[],
) {
  const known =
    conversation.channel === 'email'
      ? await around(store, conversation)
      : { messages: [], divisionId: store.organizationId }
  return {
    version: conversation.version,
    conversation: presentConversation(conversation, known),
    messages: await presentMessages(store, conversation, messages),
  }
}

/** The messages in full, receipts included. */
export async function presentMessages(
  store: Store,
  conversation: Conversation,
  messages: readonly Message[],
) {
  const presented = []
  for (const message of messages) {
    presented.push(presentMessage(message, await aroundMessage(store, message, conversation)))
  }
  return presented
}
