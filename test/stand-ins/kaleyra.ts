import { request as httpRequest } from 'undici'
import {
  type SeenRequest,
  type StandInAnswer,
  startStandIn,
} from '../../src/connectors/stand-in.ts'
import { checkRequest, type KaleyraCallback } from './kaleyra-request.ts'

/** A text that the stand-in took. */
export interface KaleyraSent {
  readonly id: string
  readonly ref: string
  readonly to: string
  readonly sender: string
  readonly body: string
  readonly fields: Readonly<Record<string, string>>
  readonly callback: KaleyraCallback | undefined
}

/**
 * How a send goes wrong: `throttle` answers 429 with a second to wait, `error` 500, both without taking the
 * text; `cut` takes the text and ends the connection without an answer; `hang` takes it and never answers.
 */
export type KaleyraFault = 'throttle' | 'error' | 'cut' | 'hang'

/** A customer's text, and where the account takes such callbacks. */
export interface KaleyraMessage {
  /** The account's callback address, with or without `/message`. */
  readonly url: string
  readonly token: string
  readonly from: string
  readonly to: string
  readonly text: string
  /** Made when absent; give one to send a message twice. */
  readonly id?: string
}

/** Kaleyra's place taken by a server on 127.0.0.1 that believes nothing it is sent. */
export interface KaleyraStandIn {
  readonly url: string
  readonly sent: readonly KaleyraSent[]
  /** Everything that was wrong with any request, in words. */
  readonly complaints: readonly string[]
  /** Makes the next `times` sends fail. */
  failNext(fault: KaleyraFault, times?: number): void
  /** Each report calls the text's own callback address, and returns the status that it answered. */
  reportSent(ref: string): Promise<number>
  reportDelivered(ref: string): Promise<number>
  reportUndelivered(ref: string, traceCode: string): Promise<number>
  sendMessage(message: KaleyraMessage): Promise<number>
  close(): Promise<void>
}

/** Starts the stand-in for one account of Kaleyra's API v1, on a free port. */
export async function startKaleyraStandIn(account: {
  readonly apiKey: string
  readonly sid: string
}): Promise<KaleyraStandIn> {
  const sent: KaleyraSent[] = []
  const complaints: string[] = []
  const faults: KaleyraFault[] = []
  const take = (request: SeenRequest): StandInAnswer => {
    const fault = faults.shift()
    if (fault === 'throttle') return refuse(429, 'RBC429', 'Too many requests.', 1)
    if (fault === 'error') return refuse(500, 'RBC500', 'Internal error.')
    const checked = checkRequest(request)
    if (checked.complaints.length > 0) {
      complaints.push(...checked.complaints)
      return refuse(400, 'E400', checked.complaints.join(' '))
    }
    const { fields, callback } = checked
    const { to = '', sender = '', body = '', ref = '' } = fields
    const id = `00000000-0000-4000-8000-${String(sent.length + 1).padStart(12, '0')}:0`
    sent.push({ id, ref, to, sender, body, fields, callback })
    return fault ?? accept(id, fields)
  }
  const standIn = await startStandIn((request) => {
    const isSend = ['sms', 'messages'].some((end) => request.path === `/v1/${account.sid}/${end}`)
    if (request.method !== 'POST' || !isSend || request.query.size > 0) {
      complaints.push(`There is no ${request.method} ${request.path}`)
      return refuse(404, 'RBC404', 'Not found.')
    }
    if (request.headers['api-key'] !== account.apiKey) {
      complaints.push('The API key is missing or wrong.')
      return refuse(401, 'RBC001', 'The API key is not valid.')
    }
    return take(request)
  })
  const report = (ref: string, status: string, trace: string): Promise<number> => {
    const text = sent.findLast((one) => one.ref === ref)
    if (text?.callback === undefined) throw new Error(`No text with ref ${ref} and a callback.`)
    const { id, to } = text
    const timestamp = new Date().toISOString()
    const body = { id, ref, recipient: to, status, status_trace: trace, timestamp }
    return call(text.callback, body)
  }
  return {
    url: standIn.url,
    sent,
    complaints,
    failNext: (fault, times = 1) => faults.push(...Array.from({ length: times }, () => fault)),
    reportSent: (ref) => report(ref, 'Sent', ''),
    reportDelivered: (ref) => report(ref, 'DELIVRD', ''),
    reportUndelivered: (ref, traceCode) => report(ref, 'Undelivered', traceCode),
    sendMessage({ url, token, from, to, text, id = crypto.randomUUID() }) {
      const address = url.endsWith('/message') ? url : `${url}/message`
      const header = { 'x-callback-token': token }
      const timestamp = new Date().toISOString()
      const body = { id, source: from, recipient: to, message: text, timestamp }
      return call({ url: address, method: 'POST', header }, body)
    },
    close: () => standIn.close(),
  }
}

function accept(id: string, fields: Readonly<Record<string, string>>): StandInAnswer {
  const { to: recipient, sender, body, type } = fields
  const data = [{ message_id: id, recipient }]
  const answer = { id: id.slice(0, -2), sender, body, type, totalCount: 1, data, error: {} }
  const headers = { 'content-type': 'application/json' }
  return { status: 202, headers, body: JSON.stringify(answer) }
}

function refuse(
  status: number,
  error: string,
  message: string,
  retryAfterSeconds?: number,
): StandInAnswer {
  const wait = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }
  const headers = { 'content-type': 'application/json', ...wait }
  return { status, headers, body: JSON.stringify({ error, message }) }
}

async function call(
  { url, method, header }: KaleyraCallback,
  body: Readonly<Record<string, string>>,
): Promise<number> {
  const isGet = method === 'GET'
  const reply = await httpRequest(isGet ? `${url}?${new URLSearchParams(body)}` : url, {
    method,
    headers: isGet ? { ...header } : { ...header, 'content-type': 'application/json' },
    body: isGet ? null : JSON.stringify(body),
  })
  await reply.body.dump()
  return reply.statusCode
}
