import { createHash } from 'node:crypto'
import { SendError } from '../errors.ts'
import type { Io, OutboundReply } from './connector.ts'
import {
  failureOf,
  formEncode,
  isAccepted,
  readJson,
  readJsonLoosely,
  textOf,
  urlBelow,
} from './http.ts'

/** What of a connector's world logging in needs. */
export type LoginIo = Pick<Io, 'fetch' | 'now' | 'token'>

/** A client of a Genesys Cloud organization, and where it logs in. */
export interface ClientCredentials {
  /** Without `/oauth/token`. */
  readonly loginUrl: string
  readonly clientId: string
  readonly clientSecret: string
}

/**
 * A bearer token by the client-credentials grant, kept until shortly before it ends; `renew` fetches another.
 * Throws `misconfigured` for a client that is refused, `unavailable` where none can be had now.
 */
export function clientToken(
  client: ClientCredentials,
  io: LoginIo,
  renew: boolean,
): Promise<string> {
  // the secret is part of the key: who knows only another organization's client id must not get its token
  const secret = createHash('sha256').update(client.clientSecret).digest('base64url')
  const key = `${client.loginUrl} ${client.clientId} ${secret}`
  return io.token(key, () => fetchToken(client, io), renew)
}

/** Calls with a bearer token, and once more with another where the first is refused. */
export async function callWithToken(
  client: ClientCredentials,
  io: LoginIo,
  call: (bearer: string) => Promise<OutboundReply>,
): Promise<OutboundReply> {
  const reply = await call(await clientToken(client, io, false))
  return reply.status === 401 ? call(await clientToken(client, io, true)) : reply
}

async function fetchToken(
  client: ClientCredentials,
  io: LoginIo,
): Promise<{ token: string; expiresInMs: number }> {
  const pair = Buffer.from(`${client.clientId}:${client.clientSecret}`).toString('base64')
  try {
    const reply = await io.fetch({
      method: 'POST',
      url: urlBelow(client.loginUrl, '/oauth/token'),
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
