import { connector, type OutboundMessage } from '../connector.ts'
import {
  type GatewaySettings,
  gatewayRetry,
  gatewaySettings,
  postToGateway,
} from '../third-party-post.ts'
import { textDocument } from './messages.ts'
import { receiveThirdParty } from './receive.ts'

/** A gateway of the customer's own for texts (Third-Party Messaging): posts each to its webhook, and reads its posts. */
export const asyncGateway = connector({
  name: 'async',
  title: 'Custom gateway (Third-Party Messaging)',
  carries: 'sms',
  settings: gatewaySettings('The number, as the gateway writes it.'),
  charactersMax: 0,
  idempotent: true,
  retry: gatewayRetry,
  receive: (request, { apiSecret, channelId }) =>
    receiveThirdParty(request, { apiSecret, channelId }),
  send(message: OutboundMessage<'sms'>, settings: GatewaySettings, io) {
    const document = textDocument(message, { channelId: settings.channelId, nowMs: io.now() })
    return postToGateway({ document, deliveryId: message.deliveryId }, settings, io)
  },
})
