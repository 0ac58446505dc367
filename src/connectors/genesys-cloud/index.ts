import { createHash } from 'node:crypto'
import { type Static, Type } from 'typebox'
import { SendError } from '../../errors.ts'
import { connector, type Io, type OutboundReply, type ReceiptReason } from '../connector.ts'
import {
  failureOf,
  formEncode,
  isAccepted,
  isRecord,
  readJson,
  readJsonLoosely,
  textOf,
  urlBelow,
} from '../http.ts'
import { isReceiptReason } from '../receipt-reasons.ts'
import { receiveOpen } from './receive.ts'

const settings = Type.Object({
  baseUrl: Type.String({
    title: 'Platform API address',
    description: 'Such as https://api.mypurecloud.com, or the address of another signalbox.',
    pattern: '^https?://',
  }),
  loginUrl: Type.String({
    title: 'Login address',
    description:
      'Such as https://login.mypurecloud.com; the token comes from /oauth/token below it.',
    pattern: '^https?://',
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
    const call = async (renew: boolean): Promise<OutboundReply> =>
      io.fetch({
        method: message.method,
        url: urlBelow(settings.baseUrl, message.path),
        headers: {
          authorization: `Bearer ${await bearer(settings, io, renew)}`,
          'content-type': 'application/json',
          accept: 'application/json',
        },
        body: JSON.stringify(message.body),
      })
    let reply = await call(false)
    if (reply.status === 401) reply = await call(true)
    if (!isAccepted(reply)) throw refusal(reply, io.now())
    if (reply.body.trim() === '') return { providerIds: [] }
    const answer = readJson(reply)
    throwIfFailedReceipt(answer, message.body)
    const id = textOf(answer['id'])
    return { providerIds: id === undefined ? [] : [id] }
  },
})

function bearer(settings: Settings, io: Io, renew: boolean): Promise<string> {
  // the secret is part of the key: who knows only another organization's client id must not get its token
  const secret = createHash('sha256').update(settings.clientSecret).digest('base64url')
  const key = `${settings.loginUrl} ${settings.clientId} ${secret}`
  return io.token(key, () => fetchToken(settings, io), renew)
}

async function fetchToken(
  settings: Settings,
  io: Io,
): Promise<{ token: string; expiresInMs: number }> {
  const pair = Buffer.from(`${settings.clientId}:${settings.clientSecret}`).toString('base64')
  try {
    const reply = await io.fetch({
      method: 'POST',
      url: urlBelow(settings.loginUrl, '/oauth/token'),
      headers: {
        authorization: `Basic ${pair}`,
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
      },
      body: formEncode({ grant_type: 'client_credentials' }),
    })
    if (!isAccepted(reply)) throw tokenRefusal(reply, io.now())
    const answer = readJson(reply)
    const token = textOf(answer['access_token'])
    const seconds = Number(answer['expires_in'])
    if (token !== undefined && seconds > 0) return { token, expiresInMs: seconds * 1000 }
    throw new SendError('unavailable', 'The login address answered without a token.')
  } catch (error) {
    if (!(error instanceof SendError) || error.failure !== 'uncertain') throw error
    // only the token is in doubt: the message itself was not sent, so trying again is safe
    throw new SendError('unavailable', `No token could be had: ${error.message}`, { cause: error })
  }
}

function tokenRefusal(reply: OutboundReply, nowMs: number): SendError {
  if (reply.status === 429 || reply.status >= 500) return failureOf(reply, nowMs)
  const code = textOf(readJsonLoosely(reply)['error']) ?? String(reply.status)
  return new SendError(
    'misconfigured',
    `The login address refused the client with "${code}". Check its id and secret, and that it is of the client-credentials kind.`,
    { providerCode: code, reason: 'GeneralError' },
  )
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
