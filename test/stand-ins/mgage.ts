import { type StandInAnswer, startStandIn } from '../../src/connectors/stand-in.ts'

/** A text that the stand-in took. */
export interface MgageSent {
  /** 19 digits, as large as a number cannot hold. */
  readonly id: string
  readonly from: string
  readonly to: string
  readonly body: string
}

/** Kaleyra's DirectTEXT taken by a server on 127.0.0.1: form and Basic in, XML out, form callbacks. */
export interface MgageStandIn {
  readonly url: string
  readonly sent: readonly MgageSent[]
  readonly complaints: readonly string[]
  /** The fields of its callbacks, to be posted where the contact centre takes them. */
  message(from: string, to: string, text: string): URLSearchParams
  status(sent: MgageSent, code: string): URLSearchParams
  close(): Promise<void>
}

/** Starts the stand-in for one account. */
export async function startMgageStandIn(account: {
  readonly username: string
  readonly password: string
}): Promise<MgageStandIn> {
  const sent: MgageSent[] = []
  const complaints: string[] = []
  let numbers = 0n
  const newId = () => String(9_223_372_036_854_770_000n + ++numbers)
  const basic = `Basic ${Buffer.from(`${account.username}:${account.password}`).toString('base64')}`
  const standIn = await startStandIn(({ method, path, headers, body }): StandInAnswer => {
    const isRouter = method === 'POST' && path === '/a2w_preRouter/httpApiRouter'
    if (!isRouter) complaints.push(`There is no ${method} ${path}`)
    if (headers['authorization'] !== basic) complaints.push('User name or password is wrong.')
    const fields = new URLSearchParams(body.toString('utf8'))
    const [from, to, text] = ['reply_to', 'recipient', 'body'].map((name) => fields.get(name))
    if (!from || !to || !text) {
      complaints.push('reply_to, recipient or body is missing.')
      return xml('<code>401</code><description>Field missing</description>')
    }
    const id = newId()
    sent.push({ id, from, to, body: text })
    const recipient = `<recipient><mobileNumber>${to}</mobileNumber><messageId>${id}</messageId></recipient>`
    return xml(`<code>100</code><description>OK</description><recipients>${recipient}</recipients>`)
  })
  const common = { carrier: 'TMOBILE', channel: 'sms', message_subid: '1', router: 'MMX' }
  return {
    url: standIn.url,
    sent,
    complaints,
    message: (from, to, text) =>
      new URLSearchParams({
        ...common,
        device_address: from.replace('+', ''),
        inbound_address: to.replace('+', ''),
        message: text,
        message_id: newId(),
        status: 'MO Success',
        status_code: '100',
      }),
    status: ({ id, from, to }, code) =>
      new URLSearchParams({
        ...common,
        device_address: to.replace('+', ''),
        inbound_address: from.replace('+', ''),
        message_id: id,
        status: code === '200' ? 'Carrier Success' : 'Carrier Failure',
        status_code: code,
      }),
    close: () => standIn.close(),
  }
}

function xml(inner: string): StandInAnswer {
  const headers = { 'content-type': 'text/xml' }
  return { status: 200, headers, body: `<httpApiResponse>${inner}</httpApiResponse>` }
}
