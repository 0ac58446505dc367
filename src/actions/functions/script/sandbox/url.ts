import { SandboxSearchParams } from './search-params.ts'

const standardPorts: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' }

interface Parts {
  protocol: string
  username: string
  password: string
  hostname: string
  port: string
  pathname: string
  search: string
  hash: string
}

/**
 * `URL` of the URL Standard as far as scripts need it: `http` and `https` addresses, and relative ones against
 * those. International host names are not converted; the server parses every address again before it is used.
 */
export class SandboxUrl {
  #parts: Parts
  #params: SandboxSearchParams

  constructor(address: unknown, base?: unknown) {
    const parts = parse(String(address), base === undefined ? undefined : String(base))
    if (parts === undefined) {
      const error = new TypeError('Invalid URL')
      throw Object.assign(error, { code: 'ERR_INVALID_URL', input: String(address) })
    }
    this.#parts = parts
    this.#params = new SandboxSearchParams()
    this.#renewParams()
  }

  static canParse(address: unknown, base?: unknown): boolean {
    return parse(String(address), base === undefined ? undefined : String(base)) !== undefined
  }

  get href(): string {
    const { username, password, pathname, search, hash } = this.#parts
    const secret = password === '' ? '' : `:${password}`
    const user = username === '' && secret === '' ? '' : `${username}${secret}@`
    return `${this.protocol}//${user}${this.host}${pathname}${search}${hash}`
  }

  get origin(): string {
    return `${this.protocol}//${this.host}`
  }

  get protocol(): string {
    return this.#parts.protocol
  }

  get username(): string {
    return this.#parts.username
  }

  get password(): string {
    return this.#parts.password
  }

  get host(): string {
    const { hostname, port } = this.#parts
    return port === '' ? hostname : `${hostname}:${port}`
  }

  get hostname(): string {
    return this.#parts.hostname
  }

  set hostname(value: string) {
    this.#parts.hostname = String(value).toLowerCase()
  }

  get port(): string {
    return this.#parts.port
  }

  set port(value: string) {
    this.#parts.port = String(value) === standardPorts[this.protocol] ? '' : String(value)
  }

  get pathname(): string {
    return this.#parts.pathname
  }

  set pathname(value: string) {
    this.#parts.pathname = normalPath(`/${String(value).replace(/^\//, '')}`)
  }

  get search(): string {
    return this.#parts.search
  }

  set search(value: string) {
    const bare = String(value).replace(/^\?/, '')
    this.#parts.search = bare === '' ? '' : `?${escapePart(bare)}`
    this.#renewParams()
  }

  get hash(): string {
    return this.#parts.hash
  }

  set hash(value: string) {
    const bare = String(value).replace(/^#/, '')
    this.#parts.hash = bare === '' ? '' : `#${escapePart(bare)}`
  }

  get searchParams(): SandboxSearchParams {
    return this.#params
  }

  toString(): string {
    return this.href
  }

  toJSON(): string {
    return this.href
  }

  #renewParams(): void {
    const params = new SandboxSearchParams(this.#parts.search)
    params.onChange = () => {
      const text = params.toString()
      this.#parts.search = text === '' ? '' : `?${text}`
    }
    this.#params = params
  }
}

const absolute = /^(https?:)[\\/]{2}(?:([^\\/?#@]*)@)?([^\\/?#]*)([^?#]*)(\?[^#]*)?(#.*)?$/i

function parse(address: string, base: string | undefined): Parts | undefined {
  const text = address.trim().replace(/[\t\n\r]/g, '')
  const match = absolute.exec(text)
  if (match === null)
    return base === undefined ? undefined : parseRelative(text, parse(base, undefined))
  const [, scheme = '', user = '', host = '', path = '', search = '', hash = ''] = match
  const protocol = scheme.toLowerCase()
  const hostAndPort = /^(\[[\da-f:.]+\]|[^\s:<>[\]^|%]+)(?::(\d*))?$/i.exec(host)
  if (hostAndPort === null) return undefined
  const [, hostname = '', port = ''] = hostAndPort
  if (Number(port) > 65_535) return undefined
  const [username = '', ...password] = user.split(':')
  return {
    protocol,
    username: escapePart(username),
    password: escapePart(password.join(':')),
    hostname: hostname.toLowerCase(),
    port: port === standardPorts[protocol] ? '' : port.replace(/^0+(?=\d)/, ''),
    pathname: normalPath(path),
    search: search === '?' ? '' : escapePart(search),
    hash: hash === '#' ? '' : escapePart(hash),
  }
}

function parseRelative(text: string, base: Parts | undefined): Parts | undefined {
  if (base === undefined || /^[a-z][a-z\d+.-]*:/i.test(text)) return undefined
  if (/^[\\/]{2}/.test(text)) return parse(`${base.protocol}${text}`, undefined)
  const [, path = '', search = '', hash = ''] = /^([^?#]*)(\?[^#]*)?(#.*)?$/.exec(text) ?? []
  const folder = base.pathname.replace(/[^/]*$/, '')
  const pathname = /^[\\/]/.test(path) ? path : path === '' ? base.pathname : folder + path
  return {
    ...base,
    pathname: normalPath(pathname),
    search: path === '' && search === '' ? base.search : escapePart(search),
    hash: escapePart(hash),
  }
}

function normalPath(path: string): string {
  const kept: string[] = []
  const segments = path.replaceAll('\\', '/').replace(/^\//, '').split('/')
  segments.forEach((segment, at) => {
    const isLast = at === segments.length - 1
    if (segment === '..') kept.pop()
    if (segment !== '.' && segment !== '..') kept.push(segment)
    else if (isLast) kept.push('')
  })
  return `/${escapePart(kept.join('/'))}`
}

/** Escapes what may not stand in an address; what is escaped already stays. */
function escapePart(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^!#$%&'()*+,\-./0-9:;=?@A-Z[\]_a-z~|^]+/g, encodeURIComponent)
}
