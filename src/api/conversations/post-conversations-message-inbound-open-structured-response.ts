import Type from 'typebox'
import { threadKey } from '../../domain/conversation.ts'
import { normalizedMessage } from '../../domain/normalized-message.ts'
import { AppError } from '../../errors.ts'
import { ingestOpen } from '../../messaging/ingest.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import {
  customAttributesOf,
  findIntegration,
  identityOf,
  OpenChannel,
  timeOf,
} from './inbound-open.ts'
import { NormalizedMessage } from './schema.ts'

export const postConversationsMessageInboundOpenStructuredResponse = operation({
  id: 'postConversationsMessageInboundOpenStructuredResponse',
  method: 'POST',
  path: '/api/v2/conversations/messages/{integrationId}/inbound/open/structured/response',
  summary:
    "Takes a customer's choice of a button, quick reply or date, inside an open conversation.",
  scopes: ['conversations', 'messaging'],
  permission: 'conversation:message:receive',
  tool: {
    name: 'genesys_conversations_digital_post_message_inbound_open_structured_response',
    effect: 'write',
  },
  input: {
    path: Type.Object({ integrationId: Id }),
    query: Type.Object({ prefetchConversationId: Type.Optional(Type.Boolean()) }),
    body: Type.Object({
      channel: OpenChannel,
      buttonResponse: Type.Object({
        type: Type.Enum(['Button', 'QuickReply', 'DatePicker']),
        text: Type.String(),
        payload: Type.String(),
        id: Type.Optional(Type.String()),
      }),
      originatingMessageId: Type.String(),
      metadata: Type.Optional(Type.Record(Type.String(), Type.String())),
    }),
  },
  reply: { status: 200, schema: NormalizedMessage },
  async handle({ path, query, body }, { store, messaging }) {
    const integration = await findIntegration(store, path.integrationId)
    const customer = identityOf(body.channel.from)
    const open = await store.conversations.byThread(threadKey('open', integration.id, customer.id))
    if (open === undefined || open.endMs !== undefined) {
      throw new AppError(
        'bad.request',
        'A structured response needs an open conversation with this customer: post a message first.',
      )
    }
    const { message, conversation } = await ingestOpen(
      store,
      {
        integration,
        inbound: {
          customer,
          text: body.buttonResponse.text,
          content: [
            {
              contentType: 'ButtonResponse',
              buttonResponse: {
                ...body.buttonResponse,
                originatingMessageId: body.originatingMessageId,
              },
            },
          ],
          kind: 'Structured',
          ...(body.metadata === undefined ? {} : { metadata: body.metadata }),
          customAttributes: customAttributesOf(body.channel),
          ...(body.channel.messageId === undefined
            ? {}
            : { providerMessageId: body.channel.messageId }),
          channelTimeMs: timeOf(body.channel.time, 'channel.time'),
        },
      },
      messaging,
    )
    const { conversationId, ...normalized } = normalizedMessage(message, conversation.customer, {
      id: integration.id,
      name: integration.name,
    })
    return query.prefetchConversationId === true ? { ...normalized, conversationId } : normalized
  },
})
