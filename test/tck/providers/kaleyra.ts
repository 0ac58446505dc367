import { checkRequest } from '../../stand-ins/kaleyra-request.ts'
import {
  type Caller,
  form,
  formHeaders,
  insist,
  isoInZone,
  type ProviderAdapter,
} from '../adapter.ts'

const callbackSecret = 'kaleyra-callback-secret'
const json = { 'content-type': 'application/json' }

/** Kaleyra's API v1: form in, JSON out, callbacks with a secret header. */
export const kaleyra: ProviderAdapter = {
  connector: 'kaleyra',
  settings: ({ url }) => ({
    baseUrl: url,
    sid: 'HX0000IN',
    apiKey: 'kaleyra-api-key',
    callbackSecret,
  }),
  // It can be asked about a text in doubt, and knows nothing of any.
  aside: ({ method }) =>
    method === 'GET' ? { status: 200, headers: json, body: '{"data":[]}' } : undefined,
  read(request) {
    const { fields, callback, complaints } = checkRequest(request)
    insist(complaints.length === 0, complaints.join(' '))
    insist(request.headers['api-key'] === 'kaleyra-api-key', 'The API key is wrong.')
    const { to = '', sender = '', body = '', ref = '' } = fields
    return {
      to,
      from: sender,
      text: body,
      tag: ref,
      ...(callback === undefined ? {} : { reportTo: callback.url }),
    }
  },
  answers: {
    accept: (id) => acceptAll([id]),
    acceptParts: acceptAll,
    refuse: { status: 400, headers: json, body: '{"error":"E409","message":"No such number."}' },
    refuseAccount: { status: 401, headers: json, body: '{"error":"RBC001","message":"Bad key."}' },
  },
  dropsDoubles: false,
  givesIds: true,
  signsBodies: false,
  givesTimes: true,
  returnsTags: true,
  report(report) {
    const words = {
      sent: 'Sent',
      delivered: 'DELIVRD',
      failed: 'Undelivered',
      unheard: 'Pondering',
    }
    const fields = { id: report.id, ref: report.taken.tag, status: words[report.status] }
    return {
      method: 'POST',
      url: report.taken.reportTo ?? `${report.callbackUrl}/status`,
      headers: formHeaders(proofOf(report)),
      body: form({ ...fields, status_trace: report.status === 'failed' ? 'ABSENT-SUB' : '' }),
    }
  },
  incoming(text) {
    const { id, from: source, to: recipient, text: message } = text
    const { timeMs, offsetMinutes } = text
    const timestamp = timeMs === undefined ? {} : { timestamp: isoInZone(timeMs, offsetMinutes) }
    return {
      method: 'POST',
      url: `${text.callbackUrl}/message`,
      headers: { ...json, ...proofOf(text) },
      body: JSON.stringify({ id, source, recipient, message, ...timestamp }),
    }
  },
}

function acceptAll(ids: readonly string[]) {
  const data = ids.map((id) => ({ message_id: id, recipient: '' }))
  return { status: 202, headers: json, body: JSON.stringify({ data, error: {} }) }
}

function proofOf({ proof, settings }: Caller): Record<string, string> {
  if (proof === 'none') return {}
  const secret = proof === 'wrong' ? 'not-the-secret' : String(settings['callbackSecret'])
  return { 'x-callback-token': secret }
}
