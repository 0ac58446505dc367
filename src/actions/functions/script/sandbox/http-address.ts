import { SandboxUrl } from './url.ts'

/** The part of Node's request options that is heard. */
export interface RequestOptions {
  readonly protocol?: string
  readonly hostname?: string
  readonly host?: string
  readonly port?: string | number
  readonly path?: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, unknown>>
  readonly auth?: string
  readonly timeout?: number
}

/** Address and options out of the ways to call `request`: an address, options, or both. */
export function readTarget(
  scheme: string,
  target: unknown,
  more: RequestOptions,
): { readonly url: string; readonly options: RequestOptions } {
  if (typeof target === 'string' || target instanceof SandboxUrl) {
    const url = new SandboxUrl(target)
    if (url.protocol !== scheme) {
      const message = `Protocol "${url.protocol}" not supported. Expected "${scheme}"`
      throw Object.assign(new TypeError(message), { code: 'ERR_INVALID_PROTOCOL' })
    }
    const auth =
      url.username === '' ? {} : { auth: decodeURIComponent(`${url.username}:${url.password}`) }
    const path = more.path ?? url.pathname + url.search
    return { url: `${url.origin}${path}`, options: { ...auth, ...more } }
  }
  const options: RequestOptions = { ...Object(target), ...more }
  const hostname = options.hostname ?? (options.host ?? 'localhost').replace(/:\d+$/, '')
  const bracketed = hostname.includes(':') && !hostname.startsWith('[') ? `[${hostname}]` : hostname
  const port = options.port ?? /:(\d+)$/.exec(options.host ?? '')?.[1] ?? ''
  const suffix = String(port) === '' ? '' : `:${port}`
  const path = options.path ?? '/'
  const slashed = path.startsWith('/') ? path : `/${path}`
  return { url: `${options.protocol ?? scheme}//${bracketed}${suffix}${slashed}`, options }
}
