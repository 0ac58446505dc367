import { createHmac } from 'node:crypto'
import { type Caller, insist, isoInZone, type ProviderAdapter } from '../adapter.ts'

const webhookSecret = 'async-webhook-secret'

/** A custom gateway of Third-Party Messaging: signed JSON both ways; it drops what it has seen. */
export const asyncGateway: ProviderAdapter = {
  connector: 'async',
  settings: ({ url, number }) => ({
    channelId: number.replace('+', ''),
    webhookUrl: `${url}/hook`,
    webhookSecret,
    apiSecret: 'async-api-secret',
  }),
  read({ method, path, headers, body }) {
    insist(method === 'POST' && path === '/hook', `No ${method} ${path}`)
    insist(headers['x-hub-signature'] === sign(webhookSecret, body), 'The signature is wrong.')
    const [message] = JSON.parse(body.toString('utf8')).messages
    const { from, to } = message.channel
    return { from: `+${from.id}`, to: to.id, text: message.text, tag: message.id }
  },
  answers: {
    accept: (id) => ({ status: 200, body: JSON.stringify({ messageId: id }) }),
    refuse: { status: 400, body: '{"code":"E1","message":"No such number."}' },
    refuseAccount: { status: 402 },
  },
  dropsDoubles: true,
  givesIds: true,
  takesAnyAnswer: true,
  signsBodies: true,
  givesTimes: true,
  returnsTags: true,
  report(report) {
    const status = { sent: 'Sent', delivered: 'Delivered', failed: 'Failed', unheard: 'Pondering' }
    const reasons = report.status === 'failed' ? [{ code: 'GeneralError', message: 'No.' }] : []
    const receipt = { messageId: report.taken.tag, status: status[report.status], reasons }
    return signed(report, { path: 'receipts', body: { receipts: [receipt] } })
  },
  incoming(text) {
    const { id, from, to, timeMs, offsetMinutes } = text
    const time = timeMs === undefined ? {} : { time: isoInZone(timeMs, offsetMinutes) }
    const channel = { from: { id: from }, to: { id: to.replace('+', '') }, type: 'sms', ...time }
    const message = { id, channel, type: 'Text', text: text.text }
    return signed(text, { path: 'messages', body: { messages: [message] } })
  },
}

function signed(by: Caller, given: { readonly path: string; readonly body: object }) {
  const body = Buffer.from(JSON.stringify(given.body))
  const secret = by.proof === 'wrong' ? 'not-the-secret' : String(by.settings['apiSecret'])
  const proof = by.proof === 'none' ? {} : { 'x-hub-signature': sign(secret, body) }
  return {
    method: 'POST' as const,
    url: `${by.callbackUrl}/${given.path}`,
    headers: { 'content-type': 'application/json', ...proof },
    body,
  }
}

function sign(secret: string, body: Buffer): string {
  return `sha1=${createHmac('sha1', secret).update(body).digest('hex')}`
}
