import type { Conversation } from '../../domain/conversation.ts'
import type { Message } from '../../domain/message.ts'
import type { PlatformEnd } from '../../domain/normalized-message.ts'
import type { Store } from '../../store/store.ts'
import type { Around, MessageAround } from './present.ts'

/** Messages that one view of a conversation carries at the most. */
const messagesMax = 10_000
const emailsMax = 1000

/** Reads what presenting a conversation needs. The organization has one division, named by its own id. */
export async function around(store: Store, conversation: Conversation): Promise<Around> {
  if (conversation.channel === 'email') {
    const draft = await store.emails.draft(conversation.id)
    return {
      messages: [],
      divisionId: store.organizationId,
      emails: await store.emails.ofConversation(conversation.id, emailsMax),
      draftFiles: draft?.attachments ?? [],
    }
  }
  return {
    messages: await store.messages.ofConversation(conversation.id, messagesMax),
    divisionId: store.organizationId,
  }
}

/** Reads what presenting one message needs. */
export async function aroundMessage(
  store: Store,
  message: Message,
  conversation: Conversation,
): Promise<MessageAround> {
  const { createdByUserId } = message
  const author =
    createdByUserId === undefined ? undefined : await store.records.known('user', createdByUserId)
  return {
    conversation,
    end: await platformEnd(store, conversation),
    receipts: await store.receipts.ofMessage(message.id),
    ...(author === undefined ? {} : { authorVersion: author.version }),
  }
}

/** Our end of a conversation, with its name where it still exists. */
export function platformEnd(
  store: Store,
  { channel, platformAddress }: Conversation,
): PlatformEnd | Promise<PlatformEnd> {
  return channel === 'sms' ? { id: platformAddress } : integrationEnd(store, platformAddress)
}

async function integrationEnd(store: Store, id: string): Promise<PlatformEnd> {
  const integration = await store.records.known('openIntegration', id)
  return { id, ...(integration === undefined ? {} : { name: integration.name }) }
}
