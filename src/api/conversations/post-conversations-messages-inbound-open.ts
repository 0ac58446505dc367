import Type from 'typebox'
import { normalizedMessage } from '../../domain/normalized-message.ts'
import { ingestOpen } from '../../messaging/ingest.ts'
import { operation } from '../operation.ts'
import { findIntegration, inboundOf, OpenChannel, OpenInboundMessage } from './inbound-open.ts'
import { NormalizedMessage } from './schema.ts'

export const postConversationsMessagesInboundOpen = operation({
  id: 'postConversationsMessagesInboundOpen',
  method: 'POST',
  path: '/api/v2/conversations/messages/inbound/open',
  summary:
    "Takes a customer's message in the form of before 2024, which names the integration in channel.to.id.",
  scopes: ['conversations', 'messaging'],
  permission: 'conversation:message:receive',
  input: {
    body: Type.Object({
      ...OpenInboundMessage.properties,
      channel: Type.Object({ ...OpenChannel.properties, to: Type.Object({ id: Type.String() }) }),
    }),
  },
  reply: { status: 200, schema: NormalizedMessage },
  async handle({ body }, { store, messaging }) {
    const integration = await findIntegration(store, body.channel.to.id)
    const { message, conversation } = await ingestOpen(
      store,
      { integration, inbound: inboundOf(body) },
      messaging,
    )
    return normalizedMessage(message, conversation.customer, {
      id: integration.id,
      name: integration.name,
    })
  },
})
