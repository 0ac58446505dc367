import { createHash } from 'node:crypto'
import { SendError } from '../../errors.ts'
import type { Io, OutboundReply } from '../connector.ts'
import {
  failureOf,
  formEncode,
  isAccepted,
  readJson,
  readJsonLoosely,
  textOf,
  urlBelow,
} from '../http.ts'

/** What a connection logs in with. */
export interface Login {
  /** Such as https://login.mypurecloud.com, or `self`. */
  readonly loginUrl: string
  readonly clientId: string
  readonly clientSecret: string
}

type LoginIo = Pick<Io, 'fetch' | 'now' | 'token' | 'ownUrl'>

/** Where an address of the settings leads: `self` stands for this server. */
export function addressOf(address: string, io: Pick<Io, 'ownUrl'>): string {
  return address === 'self' ? io.ownUrl : address
}

/**
 * A token of the client-credentials grant, from memory where there is one that still holds; `renew` fetches another.
 * Throws `SendError`: `misconfigured` when the client is refused, `throttled` or `unavailable` otherwise.
 */
export function bearer(settings: Login, io: LoginIo, renew: boolean): Promise<string> {
  // the secret is part of the key: who knows only another organization's client id must not get its token
  const secret = createHash('sha256').update(settings.clientSecret).digest('base64url')
  const key = `${settings.loginUrl} ${settings.clientId} ${secret}`
  return io.token(key, () => fetchToken(settings, io), renew)
}

async function fetchToken(
  settings: Login,
  io: LoginIo,
): Promise<{ token: string; expiresInMs: number }> {
  const pair = Buffer.from(`${settings.clientId}:${settings.clientSecret}`).toString('base64')
  try {
    const reply = await io.fetch({
      method: 'POST',
      url: urlBelow(addressOf(settings.loginUrl, io), '/oauth/token'),
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
