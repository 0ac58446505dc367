import Type from 'typebox'
import { normalizedMessage } from '../../domain/normalized-message.ts'
import { ingestOpen } from '../../messaging/ingest.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { findIntegration, inboundOf, OpenInboundMessage } from './inbound-open.ts'
import { NormalizedMessage } from './schema.ts'

export const postConversationsMessageInboundOpenMessage = operation({
  id: 'postConversationsMessageInboundOpenMessage',
  method: 'POST',
  path: '/api/v2/conversations/messages/{integrationId}/inbound/open/message',
  summary:
    "Takes a customer's message for an Open Messaging integration, once for each (message id, time).",
  scopes: ['conversations', 'messaging'],
  permission: 'conversation:message:receive',
  tool: {
    name: 'genesys_conversations_digital_post_message_inbound_open_message',
    effect: 'write',
  },
  input: {
    path: Type.Object({ integrationId: Id }),
    query: Type.Object({ prefetchConversationId: Type.Optional(Type.Boolean()) }),
    body: OpenInboundMessage,
  },
  reply: { status: 200, schema: NormalizedMessage },
  async handle({ path, query, body }, { store, messaging }) {
    const integration = await findIntegration(store, path.integrationId)
    const { message, conversation } = await ingestOpen(
      store,
      { integration, inbound: inboundOf(body) },
      messaging,
    )
    const { conversationId, ...normalized } = normalizedMessage(message, conversation.customer, {
      id: integration.id,
      name: integration.name,
    })
    return query.prefetchConversationId === true ? { ...normalized, conversationId } : normalized
  },
})
