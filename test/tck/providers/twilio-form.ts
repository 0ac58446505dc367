import { createHmac } from 'node:crypto'
import { type Caller, form, formHeaders, insist, type ProviderAdapter } from '../adapter.ts'

const json = { 'content-type': 'application/json' }
const authToken = 'twilio-form-auth-token'

/** Twilio's Messages resource: form and Basic in, JSON out, signed form callbacks. */
export const twilioForm: ProviderAdapter = {
  connector: 'twilio-form',
  settings: ({ url }) => ({ baseUrl: url, accountSid: 'AC0123', authToken }),
  read({ method, path, headers, body }) {
    const isSend = method === 'POST' && path === '/2010-04-01/Accounts/AC0123/Messages.json'
    insist(isSend, `No ${method} ${path}`)
    const basic = `Basic ${Buffer.from(`AC0123:${authToken}`).toString('base64')}`
    insist(headers['authorization'] === basic, 'Basic is wrong.')
    const fields = new URLSearchParams(body.toString('utf8'))
    const field = (name: string) => fields.get(name) ?? ''
    const reportTo = field('StatusCallback')
    const tag = new URL(reportTo).searchParams.get('delivery') ?? ''
    return { from: field('From'), to: field('To'), text: field('Body'), tag, reportTo }
  },
  answers: {
    accept: (id) => ({
      status: 201,
      headers: json,
      body: JSON.stringify({ sid: id, status: 'queued', error_code: null }),
    }),
    refuse: { status: 400, headers: json, body: '{"code":21211,"message":"No such number."}' },
    refuseAccount: { status: 401, headers: json, body: '{"code":20003,"message":"Authenticate"}' },
  },
  dropsDoubles: false,
  givesIds: true,
  signsBodies: true,
  givesTimes: false,
  returnsTags: true,
  report(report) {
    const { id, status, taken } = report
    const word = { sent: 'sent', delivered: 'delivered', failed: 'undelivered', unheard: 'queued' }
    const error = status === 'failed' ? { ErrorCode: '30003' } : {}
    const fields = { MessageSid: id, MessageStatus: word[status], ...error }
    return signed(report, { url: taken.reportTo ?? `${report.callbackUrl}/status`, fields })
  },
  incoming(text) {
    const fields = { MessageSid: text.id, From: text.from, To: text.to, Body: text.text }
    const url = `${text.callbackUrl}/message`
    return signed(text, { url, fields: { ...fields, NumMedia: '0' } })
  },
}

function signed(
  by: Caller,
  call: { readonly url: string; readonly fields: Readonly<Record<string, string>> },
) {
  const secret = by.proof === 'wrong' ? 'not-the-token' : String(by.settings['authToken'])
  const pairs = Object.entries(call.fields).sort(([one], [other]) => (one < other ? -1 : 1))
  const signature = createHmac('sha1', secret)
    .update(call.url + pairs.map((pair) => pair.join('')).join(''))
    .digest('base64')
  const proof = by.proof === 'none' ? {} : { 'x-twilio-signature': signature }
  return {
    method: 'POST' as const,
    url: call.url,
    headers: formHeaders(proof),
    body: form(call.fields),
  }
}
