/** Who is calling: an OAuth client by itself, or a user through one. */
export interface Principal {
  readonly organizationId: string
  readonly clientId: string
  readonly userId?: string
  /** Permission patterns such as `conversation:message:*`. */
  readonly permissions: readonly string[]
  /** OAuth scopes of a user's token; empty means unrestricted. */
  readonly scopes: readonly string[]
  readonly tokenHash: string
  readonly tokenExpiresMs: number
  /** The path that the token was given for, with what lies below it; absent: the whole server (RFC 8707). */
  readonly audience?: string
  /** Whether it may act on every organization of this server: a cluster key of Digital Channels. */
  readonly isCluster?: boolean
}

/** The OAuth client that this machine's own command line acts as. */
export const commandLineClientId = 'signalbox-command-line'

/** Whether one of the patterns grants the permission; `*` stands for the rest or for one part. */
export function grants(patterns: readonly string[], permission: string): boolean {
  if (patterns.includes('*') || patterns.includes(permission)) return true // as nearly always: nothing is taken apart
  const needed = permission.split(':')
  return patterns.some((pattern) => {
    const parts = pattern.split(':')
    if (parts.at(-1) === '*' && parts.length <= needed.length) {
      return parts.slice(0, -1).every((part, index) => part === '*' || part === needed[index])
    }
    return (
      parts.length === needed.length &&
      parts.every((part, index) => part === '*' || part === needed[index])
    )
  })
}
