import Type from 'typebox'
import { isoTime } from '../../clock.ts'
import { receiptReasons, receiptStatuses } from '../../domain/receipt.ts'
import { takeOpenReceipt } from '../../messaging/open-receipt.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { findIntegration, timeOf } from './inbound-open.ts'
import { NormalizedMessage } from './schema.ts'

export const postConversationsMessageInboundOpenReceipt = operation({
  id: 'postConversationsMessageInboundOpenReceipt',
  method: 'POST',
  path: '/api/v2/conversations/messages/{integrationId}/inbound/open/receipt',
  summary:
    'Takes what became of an outbound message. A receipt that cannot be applied is answered as a Failed one.',
  scopes: ['conversations', 'messaging'],
  permission: 'conversation:message:receive',
  tool: {
    name: 'genesys_conversations_digital_post_message_inbound_open_receipt',
    effect: 'write',
  },
  input: {
    path: Type.Object({ integrationId: Id }),
    body: Type.Object({
      /** The platform's id of the outbound message. */
      id: Id,
      channel: Type.Object({
        to: Type.Object({ id: Type.String(), idType: Type.Optional(Type.String()) }),
        time: Type.String(),
      }),
      status: Type.Enum([...receiptStatuses]),
      reasons: Type.Optional(
        Type.Array(
          Type.Object({
            code: Type.Optional(Type.Enum([...receiptReasons])),
            message: Type.Optional(Type.String()),
          }),
        ),
      ),
      isFinalReceipt: Type.Optional(Type.Boolean()),
    }),
  },
  reply: { status: 200, schema: NormalizedMessage },
  async handle({ path, body }, { store, messaging }) {
    const integration = await findIntegration(store, path.integrationId)
    const time = isoTime(timeOf(body.channel.time, 'channel.time'))
    const [reason] = body.reasons ?? []
    const problem = await takeOpenReceipt(
      store,
      {
        integrationId: integration.id,
        messageId: body.id,
        status: body.status,
        final: body.isFinalReceipt ?? (body.status === 'Delivered' || body.status === 'Failed'),
        ...(reason?.code === undefined ? {} : { reason: reason.code }),
        ...(reason?.message === undefined ? {} : { description: reason.message }),
      },
      messaging,
    )
    const channel = {
      id: integration.id,
      platform: 'Open',
      type: 'Private',
      to: body.channel.to,
      from: { id: integration.id, idType: 'Opaque' },
      time,
    }
    if (problem !== undefined) {
      return {
        id: body.id,
        channel,
        type: 'Receipt',
        status: 'Failed',
        reasons: [problem],
        direction: 'Outbound',
        isFinalReceipt: true,
      }
    }
    return {
      id: body.id,
      channel,
      type: 'Receipt',
      status: body.status,
      ...(body.reasons === undefined ? {} : { reasons: body.reasons }),
      direction: 'Outbound',
      isFinalReceipt: body.isFinalReceipt ?? false,
    }
  },
})
