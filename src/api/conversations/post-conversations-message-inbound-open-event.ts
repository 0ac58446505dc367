import Type from 'typebox'
import { isoTime } from '../../clock.ts'
import { takeTyping } from '../../messaging/typing.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { findIntegration, identityOf, OpenChannel, timeOf } from './inbound-open.ts'
import { NormalizedMessage } from './schema.ts'

export const postConversationsMessageInboundOpenEvent = operation({
  id: 'postConversationsMessageInboundOpenEvent',
  method: 'POST',
  path: '/api/v2/conversations/messages/{integrationId}/inbound/open/event',
  summary:
    'Takes a typing event of a customer; agents see it where the messaging setting enables it.',
  scopes: ['conversations', 'messaging'],
  permission: 'conversation:message:receive',
  tool: { name: 'genesys_conversations_digital_post_message_inbound_open_event', effect: 'write' },
  input: {
    path: Type.Object({ integrationId: Id }),
    body: Type.Object({
      channel: OpenChannel,
      events: Type.Array(
        Type.Object({
          eventType: Type.Enum(['Typing']),
          typing: Type.Optional(
            Type.Object({
              type: Type.Optional(Type.Enum(['On'])),
              duration: Type.Optional(Type.Number({ minimum: 0 })),
            }),
          ),
        }),
        { minItems: 1 },
      ),
    }),
  },
  reply: { status: 200, schema: NormalizedMessage },
  async handle({ path, body }, { store, messaging, outside }) {
    const integration = await findIntegration(store, path.integrationId)
    const customer = identityOf(body.channel.from)
    const time = isoTime(timeOf(body.channel.time, 'channel.time'))
    const durationMs = body.events[0]?.typing?.duration ?? 5000
    await takeTyping(store, { integration, customerId: customer.id, durationMs }, messaging)
    const id = outside.ids.messageId()
    return {
      id,
      channel: {
        id: integration.id,
        platform: 'Open',
        type: 'Private',
        messageId: body.channel.messageId ?? id,
        to: { id: integration.id },
        from: customer,
        time,
      },
      type: 'Event',
      events: body.events,
      direction: 'Inbound',
    }
  },
})
