/** One request and its reply as the server presents them. */
export interface Exchange {
  readonly id: string
  readonly dateStarted: string
  readonly durationMs: number
  readonly method: string
  readonly url: string
  readonly requestHeaders: Readonly<Record<string, string>>
  readonly requestBody: string
  readonly status?: number
  readonly responseHeaders?: Readonly<Record<string, string>>
  readonly responseBody?: string
  readonly error?: string
  readonly direction?: 'in' | 'out'
  readonly sequence?: number
  readonly accountId?: string
  readonly clientId?: string
  readonly userId?: string
}

/** The ids of conversations, integrations and messages that an address names. */
export function idsIn(url: string): {
  readonly conversationId?: string
  readonly integrationId?: string
  readonly messageId?: string
} {
  const [, conversationId] =
    /\/conversations\/(?:messages\/|emails\/)?([0-9a-f-]{36})(?!\/inbound)/.exec(url) ?? []
  const [, integrationId] =
    /\/messages\/([0-9a-f-]{36})\/inbound\/open/.exec(url) ??
    /\/integrations\/open\/([0-9a-f-]{36})/.exec(url) ??
    []
  const [, messageId] = /\/messages\/[0-9a-f-]{36}\/messages\/([0-9a-f-]{36})/.exec(url) ?? []
  return {
    ...(conversationId === undefined ? {} : { conversationId }),
    ...(integrationId === undefined ? {} : { integrationId }),
    ...(messageId === undefined ? {} : { messageId }),
  }
}

const left = new Set([
  'host',
  'connection',
  'content-length',
  'accept-encoding',
  'accept-language',
  'user-agent',
  'sec-fetch-mode',
  'sec-fetch-site',
  'sec-fetch-dest',
])

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** The request as a curl command. Masked headers keep their mask: the secret has to be put in by who has it. */
export function asCurl(exchange: Exchange, origin: string): string {
  const url = exchange.url.startsWith('/') ? origin + exchange.url : exchange.url
  const headers = Object.entries(exchange.requestHeaders)
    .filter(([name]) => !left.has(name.toLowerCase()))
    .map(([name, value]) => `  -H ${quote(`${name}: ${value}`)}`)
  const body = exchange.requestBody === '' ? [] : [`  --data-raw ${quote(exchange.requestBody)}`]
  return [`curl -X ${exchange.method} ${quote(url)}`, ...headers, ...body].join(' \\\n')
}

/** The request as a call of the vendor's SDK for JavaScript: by its generic call, which every version has. */
export function asSdk(exchange: Exchange, origin: string): string {
  const { hostname, port, protocol } = new URL(origin)
  const [path = '', search = ''] = exchange.url.replace(/^https?:\/\/[^/]+/, '').split('?')
  const query = JSON.stringify(Object.fromEntries(new URLSearchParams(search)))
  const body = exchange.requestBody === '' ? 'null' : prettyBody(exchange.requestBody)
  return `const platformClient = require('purecloud-platform-client-v2')
const client = platformClient.ApiClient.instance
client.setGateway({ host: '${hostname}', protocol: '${protocol.replace(':', '')}', port: ${port === '' ? (protocol === 'https:' ? 443 : 80) : port} })
client.setAccessToken(process.env.TOKEN)
const reply = await client.callApi(
  '${path}', '${exchange.method}', {}, ${query}, {}, {},
  ${body},
  ['PureCloud OAuth'], ['application/json'], ['application/json'],
)`
}

function prettyBody(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2).replaceAll('\n', '\n  ')
  } catch {
    return JSON.stringify(body)
  }
}

/** The tone of a status: good, bad, or plain where none came. */
export function toneOf(status: number | undefined): 'good' | 'warn' | 'bad' | 'plain' {
  if (status === undefined) return 'bad'
  if (status >= 500) return 'bad'
  return status >= 400 ? 'warn' : 'good'
}
