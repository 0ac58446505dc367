import { type Static, Type } from 'typebox'
import type { ReceiptReason } from '../../domain/receipt.ts'
import { isReceiptReason } from '../../domain/receipt.ts'
import { SendError } from '../../errors.ts'
import { type ClientCredentials, callWithToken } from '../client-credentials.ts'
import { connector, type Io, type OutboundReply } from '../connector.ts'
import {
  failureOf,
  isAccepted,
  isRecord,
  readJson,
  readJsonLoosely,
  textOf,
  urlBelow,
} from '../http.ts'
import { receiveOpen } from './receive.ts'

const settings = Type.Object({
  baseUrl: Type.String({
    title: 'Platform API address',
    description:
      'Such as https://api.mypurecloud.com, or the address of another signalbox; self for this one.',
    pattern: '^(https?://|self$)',
  }),
  loginUrl: Type.String({
    title: 'Login address',
    description:
      'Such as https://login.mypurecloud.com, or self; the token comes from /oauth/token below it.',
    pattern: '^(https?://|self$)',
  }),
  clientId: Type.String({ title: 'Client id of the client-credentials grant', minLength: 1 }),
  clientSecret: Type.String({ title: 'Client secret', minLength: 1, secret: true }),
  webhookSecret: Type.Optional(
    Type.String({
      title: 'Outbound notification webhook signature secret token',
      description: 'The secret of the Open Messaging integration whose messages arrive here.',
      minLength: 1,
      secret: true,
    }),
  ),
})

type Settings = Static<typeof settings>

/**
 * Speaks with a Genesys Cloud organization, or another signalbox: posts what a relay reports back with a
 * client-credentials token, and reads the outbound open messages that the organization's webhook brings.
 */
export const genesysCloud = connector({
  name: 'genesys-cloud',
  title: 'Genesys Cloud',
  carries: 'platform',
  settings,
  charactersMax: 0,
  idempotent: true, // a message with an id and time seen before is not processed again
  retry: {
    retriesMax: 200,
    delayMs: 1_000,
    factor: 2,
    delayMsMax: 60_000,
    jitter: 0.2,
    horizonMs: 86_400_000,
  },
  receive: (request, { webhookSecret }) => receiveOpen(request, webhookSecret),
  async send(message, settings, io) {
    const call = (bearer: string): Promise<OutboundReply> =>
      io.fetch({
        method: message.method,
        url: urlBelow(addressOf(settings.baseUrl, io), message.path),
        headers: {
          authorization: `Bearer ${bearer}`,
          'content-type': 'application/json',
          accept: 'application/json',
        },
        body: JSON.stringify(message.body),
      })
    const reply = await callWithToken(clientOf(settings, io), io, call)
    if (!isAccepted(reply)) throw refusal(reply, io.now())
    if (reply.body.trim() === '') return { providerIds: [] }
    const answer = readJson(reply)
    throwIfFailedReceipt(answer, message.body)
    const id = textOf(answer['id'])
    return { providerIds: id === undefined ? [] : [id] }
  },
})

function addressOf(address: string, io: Io): string {
  return address === 'self' ? io.ownUrl : address
}

function clientOf(settings: Settings, io: Io): ClientCredentials {
  return { ...settings, loginUrl: addressOf(settings.loginUrl, io) }
}

function refusal(reply: OutboundReply, nowMs: number): SendError {
  const body = readJsonLoosely(reply)
  const providerCode = textOf(body['code']) ?? String(reply.status)
  if (reply.status === 401 || reply.status === 403) {
    return new SendError(
      'misconfigured',
      `The platform refused the client with ${reply.status}. Give its role the permission conversation:message:receive.`,
      { providerCode, reason: 'GeneralError' },
    )
  }
  return failureOf(reply, nowMs, { providerCode, message: textOf(body['message']) })
}

/**
 * The platform may answer 200 and say in the body that a receipt could not be applied. Where we reported
 * `Failed` ourselves, the same word in the answer is only the echo of it.
 */
function throwIfFailedReceipt(answer: Record<string, unknown>, sent: object): void {
  if (answer['type'] !== 'Receipt' || answer['status'] !== 'Failed') return
  if (isRecord(sent) && sent['status'] === 'Failed') return
  const reasons = Array.isArray(answer['reasons']) ? answer['reasons'] : []
  const first: unknown = reasons[0]
  if (!isRecord(first)) return
  const code = textOf(first['code']) ?? 'GeneralError'
  const reason: ReceiptReason = isReceiptReason(code) ? code : 'GeneralError'
  const message = textOf(first['message']) ?? 'The platform could not apply the receipt.'
  throw new SendError('rejected', message, { providerCode: code, reason })
}
