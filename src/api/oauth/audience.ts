import { OAuthError } from './oauth-error.ts'

/** Where the tools of agents stand: what a token can be bound to. */
export interface Resources {
  /** Addresses that this server goes by, without a trailing slash: the one that was typed among them. */
  readonly baseUrls: readonly string[]
  /** Paths of the protected resources. */
  readonly paths: readonly string[]
}

/**
 * The path that a token is bound to by `resource` (RFC 8707, section 2); undefined for a token of the whole server,
 * which is what comes of no `resource`, and of the server's own address. `invalid_target` for anything else.
 */
export function audienceOf(
  resource: string | undefined,
  { baseUrls, paths }: Resources,
): string | undefined {
  if (resource === undefined) return undefined
  const isOurs =
    resource.length <= 1000 &&
    URL.canParse(resource) &&
    !/[#\\\s]/.test(resource) &&
    baseUrls.some((baseUrl) => new URL(baseUrl).origin === new URL(resource).origin)
  if (isOurs) {
    const path = new URL(resource).pathname.replace(/\/+$/, '')
    if (path === '') return undefined
    if (paths.some((one) => covers(one, path))) return path
  }
  throw new OAuthError(
    'invalid_target',
    `The resource is not one of this server: it must be one of ${paths.map((path) => `${baseUrls[0]}${path}`).join(', ')}.`,
  )
}

/** Whether a token for one path is good for another: for the same and for what lies below it. */
export function covers(audience: string, path: string): boolean {
  return path === audience || path.startsWith(`${audience}/`)
}

/**
 * What a token is bound to that is asked for with a code or refresh token: to what that was given for, or to a part of
 * it (RFC 8707, section 2.2). `invalid_target` when more is asked for.
 */
export function audienceWithin(
  given: string | undefined,
  asked: string | undefined,
): string | undefined {
  if (given === undefined || asked === undefined) return asked ?? given
  if (covers(given, asked)) return asked
  throw new OAuthError('invalid_target', 'The resource is not the one that the user agreed to.')
}
