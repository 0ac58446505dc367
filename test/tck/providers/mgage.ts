import {
  type Caller,
  form,
  formHeaders,
  insist,
  type ProviderAdapter,
  type ProviderAnswer,
} from '../adapter.ts'

const common = { carrier: 'TMOBILE', channel: 'sms', message_subid: '1', router: 'MMX' }
const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`

/** Kaleyra's older HTTP API: form and Basic in, XML out, form callbacks. */
export const mgage: ProviderAdapter = {
  connector: 'mgage',
  settings: ({ url }) => ({
    baseUrl: url,
    username: 'mgage-user',
    password: 'mgage-password',
    callbackSecret: 'mgage-callback-secret',
  }),
  read({ method, path, headers, body }) {
    insist(method === 'POST' && path === '/a2w_preRouter/httpApiRouter', `No ${method} ${path}`)
    insist(headers['authorization'] === basic('mgage-user:mgage-password'), 'Basic is wrong.')
    const fields = new URLSearchParams(body.toString('utf8'))
    const field = (name: string) => fields.get(name) ?? ''
    return {
      from: field('reply_to'),
      to: field('recipient'),
      text: field('body'),
      tag: field('reporting_key1'),
    }
  },
  answers: {
    accept: (id) => accepted([id]),
    acceptParts: accepted,
    refuse: xml('<code>405</code><description>Sender not provisioned</description>'),
    refuseAccount: { status: 401 },
  },
  dropsDoubles: false,
  givesIds: true,
  signsBodies: false,
  givesTimes: false,
  silentAbout: ['sent'],
  returnsTags: true,
  report(report) {
    const code = { delivered: '200', sent: '200', failed: '404', unheard: '999' }[report.status]
    const fields = { message_id: report.id, reporting_key1: report.taken.tag, status_code: code }
    return {
      method: 'POST',
      url: `${report.callbackUrl}/status`,
      headers: formHeaders(proofOf(report)),
      body: form({ ...common, ...fields, status: code === '200' ? 'Carrier Success' : 'Failure' }),
    }
  },
  incoming: (text) => ({
    method: 'POST',
    url: `${text.callbackUrl}/message`,
    headers: formHeaders(proofOf(text)),
    body: form({
      ...common,
      device_address: text.from.replace('+', ''),
      inbound_address: text.to.replace('+', ''),
      message: text.text,
      message_id: text.id,
      status_code: '100',
    }),
  }),
}

function accepted(ids: readonly string[]): ProviderAnswer {
  const recipients = ids.map((id) => `<recipient><messageId>${id}</messageId></recipient>`).join('')
  return xml(`<code>100</code><recipients>${recipients}</recipients>`)
}

function xml(inner: string): ProviderAnswer {
  const body = `<httpApiResponse>${inner}</httpApiResponse>`
  return { status: 200, headers: { 'content-type': 'text/xml' }, body }
}

function proofOf({ proof, settings }: Caller): Record<string, string> {
  if (proof === 'none') return {}
  const secret = proof === 'wrong' ? 'not-the-secret' : String(settings['callbackSecret'])
  return { authorization: basic(`anybody:${secret}`) }
}
