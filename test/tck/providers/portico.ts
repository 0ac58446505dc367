import { type Caller, form, formHeaders, insist, type ProviderAdapter } from '../adapter.ts'

const json = { 'content-type': 'application/json' }

/** The SMS aggregation of Genesys Cloud: a token first, JSON in, form callbacks. Our id is the id. */
export const portico: ProviderAdapter = {
  connector: 'portico',
  settings: ({ url }) => ({
    loginUrl: url,
    baseUrl: url,
    clientId: 'portico-client',
    clientSecret: 'portico-client-secret',
    callbackSecret: 'portico-callback-secret',
  }),
  aside({ path, body }) {
    if (path !== '/oauth/token') return undefined
    insist(body.toString('utf8').includes('client_credentials'), 'The grant is wrong.')
    const token = { access_token: 'portico-token', expires_in: 86_400, token_type: 'bearer' }
    return { status: 200, headers: json, body: JSON.stringify(token) }
  },
  read({ method, path, headers, body }) {
    const isSend = method === 'POST' && path === '/api/v2/messaging/sms/messages'
    insist(isSend, `No ${method} ${path}`)
    insist(headers['authorization'] === 'Bearer portico-token', 'The token is wrong.')
    const fields = JSON.parse(body.toString('utf8'))
    const { sender: from, phone_number: to, message: text, message_id: tag } = fields
    return { from: `+${from}`, to: `+${to}`, text, tag }
  },
  answers: {
    accept: () => ({ status: 200, headers: json, body: '{"result_code":"0"}' }),
    refuse: { status: 200, headers: json, body: '{"result_code":"5"}' },
    refuseAccount: { status: 403, headers: json, body: '{"code":"missing.permissions"}' },
  },
  dropsDoubles: true,
  givesIds: false,
  takesAnyAnswer: true,
  signsBodies: false,
  givesTimes: false,
  returnsTags: true,
  report(report) {
    const state = { sent: '1', delivered: '2', failed: '4', unheard: '7' }[report.status]
    return {
      method: 'POST',
      url: `${report.callbackUrl}/receipt`,
      headers: formHeaders(proofOf(report)),
      body: form({
        type: 'receipt',
        message_id: report.taken.tag,
        message_state: state,
        result_code: report.status === 'failed' ? '1' : '0',
      }),
    }
  },
  incoming: (text) => ({
    method: 'POST',
    url: `${text.callbackUrl}/message`,
    headers: formHeaders(proofOf(text)),
    body: form({
      type: 'MO',
      message_id: text.id,
      shortcode: text.to.replace('+', ''),
      phone_number: text.from.replace('+', ''),
      message: text.text,
    }),
  }),
}

function proofOf({ proof, settings }: Caller): Record<string, string> {
  if (proof === 'none') return {}
  const secret = proof === 'wrong' ? 'not-the-secret' : String(settings['callbackSecret'])
  return { authorization: `Basic ${Buffer.from(`ccid:${secret}`).toString('base64')}` }
}
