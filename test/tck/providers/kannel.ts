import { type Caller, insist, type ProviderAdapter } from '../adapter.ts'

/** Kannel's smsbox 1.4.5: text and headers in, a line out; what the report's address holds is filled in. */
export const kannel: ProviderAdapter = {
  connector: 'kannel',
  settings: ({ url }) => ({
    baseUrl: url,
    username: 'kannel-user',
    password: 'pass-of-kannel',
    callbackSecret: 'kannel-callback-secret',
  }),
  read({ method, path, headers, body }) {
    insist(method === 'POST' && path === '/cgi-bin/sendsms', `No ${method} ${path}`)
    const header = (name: string) => headers[`x-kannel-${name}`] ?? ''
    insist(header('username') === 'kannel-user', 'The user is wrong.')
    insist(header('password') === 'pass-of-kannel', 'The password is wrong.')
    insist(headers['content-type'] === 'text/plain; charset=UTF-8', 'The content type is wrong.')
    const text = body.toString('utf8')
    insist(header('coding') === '2' || !/[\u0400-\u20ab]/.test(text), 'The coding is wrong.')
    const reportTo = header('dlr-url')
    const tag = new URL(reportTo).searchParams.get('id') ?? ''
    return { from: header('from'), to: header('to'), text, tag, reportTo }
  },
  answers: {
    accept: () => ({
      status: 202,
      headers: { 'content-type': 'text/html' },
      body: '0: Accepted for delivery',
    }),
    refuse: { status: 400, body: 'Number(s) has/have been denied by white- and/or black-lists.' },
    refuseAccount: { status: 403, body: 'Authorization failed for sendsms' },
  },
  dropsDoubles: false,
  givesIds: false,
  signsBodies: false,
  givesTimes: true,
  returnsTags: true,
  report({ taken, status, proof }) {
    const type = { sent: '8', delivered: '1', failed: '2', unheard: '64' }[status]
    const url = new URL((taken.reportTo ?? '').replace('%d', type).replace('%A', 'ACK%2F'))
    if (proof === 'none') url.searchParams.delete('token')
    if (proof === 'wrong') url.searchParams.set('token', 'not-the-token')
    return { method: 'GET', url: url.href, headers: {}, body: '' }
  },
  incoming(text) {
    const { callbackUrl, id, from, to, timeMs } = text
    const query = new URLSearchParams({ ...proofOf(text), id, from, to })
    if (timeMs !== undefined) query.set('time', String(Math.floor(timeMs / 1000)))
    const isWide = /[^\p{ASCII}]/u.test(text.text)
    const wide = Buffer.from(text.text, 'utf16le')
    return {
      method: 'POST',
      url: `${callbackUrl}/message?${query}`,
      headers: { 'content-type': `text/plain; charset="${isWide ? 'UTF-16BE' : 'UTF-8'}"` },
      body: isWide ? wide.swap16() : Buffer.from(text.text),
    }
  },
}

function proofOf({ proof, settings }: Caller): Record<string, string> {
  if (proof === 'none') return {}
  return { token: proof === 'wrong' ? 'not-the-secret' : String(settings['callbackSecret']) }
}
