import { isIP } from 'node:net'

/** Paths that the tools are served at, the lean face first. */
export const endpointPaths = ['/mcp', '/genesys-conversations-digital'] as const

/** What is checked of who asks: the address that was typed, and the page that asks. */
export interface Asker {
  readonly host: string | undefined
  readonly origin: string | undefined
}

/** Where the server can be reached, and which further names the operator gave it. */
export interface KnownNames {
  readonly publicUrl: string
  readonly hosts: readonly string[]
}

/**
 * Why a request is refused before it is looked at; undefined when it is not. A page elsewhere that rebinds its name to
 * this machine comes under its own name, and so is found out; an address in numbers cannot be rebound.
 */
export function refusalOf(asker: Asker, known: KnownNames): string | undefined {
  if (asker.host === undefined || !isOurs(hostnameOf(asker.host), known, true)) {
    return 'The Host header is not a name of this server. Its operator can add names with --mcp-hosts.'
  }
  if (asker.origin === undefined) return undefined
  if (URL.canParse(asker.origin)) {
    const { host, hostname } = new URL(asker.origin)
    if (host === asker.host || isOurs(bare(hostname), known, false)) return undefined
  }
  return 'The Origin header is not one of this server. Its operator can add names with --mcp-hosts.'
}

/** Where the caller found the server, so that what it is told about addresses is what it typed. */
export function baseUrlFor(host: string | undefined, names: KnownNames): string {
  const { publicUrl } = names
  const { host: publicHost, protocol } = new URL(publicUrl)
  if (host === undefined || host === publicHost) return publicUrl
  const isTyped = isOurs(hostnameOf(host), names, true) && URL.canParse(`${protocol}//${host}`)
  return isTyped ? `${protocol}//${host}` : publicUrl
}

function isOurs(hostname: string, known: KnownNames, numbers: boolean): boolean {
  return (
    isLoopback(hostname) ||
    hostname === hostnameOf(new URL(known.publicUrl).host) ||
    known.hosts.includes(hostname) ||
    (numbers && isIP(hostname) !== 0)
  )
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '::1' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}

function hostnameOf(host: string): string {
  return bare(host.replace(/:\d+$/, '')).toLowerCase()
}

function bare(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1')
}
