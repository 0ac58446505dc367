import { createHmac } from 'node:crypto'
import { type Caller, isoInZone, type ProviderAdapter } from '../adapter.ts'

/** The carrier in the box: no request leads to it, but it posts signed JSON like any other. */
export const loopback: ProviderAdapter = {
  connector: 'loopback',
  settings: () => ({ token: 'loopback-token-of-account' }),
  read: () => {
    throw new Error('Nothing is sent to the carrier in the box.')
  },
  dropsDoubles: true,
  givesIds: false,
  signsBodies: true,
  givesTimes: true,
  returnsTags: true,
  report({ id, taken, status, ...by }) {
    const word = { sent: 'Sent', delivered: 'Delivered', failed: 'Failed', unheard: 'Pondering' }
    return signed(by, { type: 'status', id, deliveryId: taken.tag, status: word[status] })
  },
  incoming({ id, from, to, text, timeMs, offsetMinutes, ...by }) {
    const time = timeMs === undefined ? {} : { time: isoInZone(timeMs, offsetMinutes) }
    return signed(by, { type: 'message', id, from, to, text, ...time })
  },
}

function signed(by: Caller, document: object) {
  const body = Buffer.from(JSON.stringify(document))
  const secret = by.proof === 'wrong' ? 'not-the-token' : String(by.settings['token'])
  const signature = createHmac('sha256', secret).update(body).digest('base64')
  const proof = by.proof === 'none' ? {} : { 'x-hub-signature-256': `sha256=${signature}` }
  return {
    method: 'POST' as const,
    url: by.callbackUrl,
    headers: { 'content-type': 'application/json', ...proof },
    body,
  }
}
