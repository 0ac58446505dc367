import { legacyVersions, modernVersion } from './host.ts'
import { asJson, type Json, RpcError, type RpcRequest, rpcCodes } from './rpc.ts'

/** The headers of a request, names in lower case. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

const metaKeys = {
  version: 'io.modelcontextprotocol/protocolVersion',
  capabilities: 'io.modelcontextprotocol/clientCapabilities',
}

/** By which rules a request is answered: the stateless revision, or one of those before. */
export function eraOf(request: RpcRequest, headers: Headers): 'modern' | 'legacy' {
  const meta = asJson(request.params['_meta'])
  if (meta !== undefined && metaKeys.version in meta) return 'modern'
  const header = headers['mcp-protocol-version']
  if (typeof header === 'string') return isLegacy(header.trim()) ? 'legacy' : 'modern'
  return request.method === 'server/discover' ? 'modern' : 'legacy'
}

function isLegacy(version: string): boolean {
  return legacyVersions.some((one) => one === version) || version === '2024-11-05'
}

/**
 * Checks what the stateless revision demands of each request over HTTP (2026-07-28, basic/transports and versioning):
 * its `_meta`, its headers, and that both say the same. Gives back what the client can do.
 */
export function checkModern(request: RpcRequest, headers: Headers): Json {
  const meta = asJson(request.params['_meta'])
  const version = meta?.[metaKeys.version]
  const capabilities = asJson(meta?.[metaKeys.capabilities])
  if (typeof version !== 'string' || capabilities === undefined) {
    const missing = typeof version === 'string' ? metaKeys.capabilities : metaKeys.version
    throw new RpcError(
      rpcCodes.invalidParams,
      `params._meta lacks ${missing}: revision ${modernVersion} wants it in every request.`,
      { status: 400 },
    )
  }
  sameAsHeader(headers, 'mcp-protocol-version', version)
  if (version !== modernVersion) {
    throw new RpcError(
      rpcCodes.unsupportedVersion,
      `Protocol version ${version} is not served here.`,
      {
        status: 400,
        data: { supported: [modernVersion], requested: version },
      },
    )
  }
  sameAsHeader(headers, 'mcp-method', request.method)
  const name = namedBy(request)
  if (name !== undefined) sameAsHeader(headers, 'mcp-name', name)
  return capabilities
}

/** What `Mcp-Name` repeats: the tool's or the prompt's name, or the resource's address. */
function namedBy({ method, params }: RpcRequest): string | undefined {
  const key = { 'tools/call': 'name', 'prompts/get': 'name', 'resources/read': 'uri' }[method]
  const value = key === undefined ? undefined : params[key]
  return typeof value === 'string' ? value : undefined
}

/** `-32020` when a header is missing or says something else than the body. */
export function sameAsHeader(headers: Headers, name: string, wanted: string): void {
  const value = headers[name]
  const said = typeof value === 'string' ? decoded(value.trim()) : undefined
  if (said === wanted) return
  throw new RpcError(
    rpcCodes.headerMismatch,
    said === undefined
      ? `The header ${name} is missing or cannot be decoded: it must repeat ${JSON.stringify(wanted)}.`
      : `The header ${name} does not say what the body does: ${JSON.stringify(wanted)}.`,
    { status: 400 },
  )
}

/** A header's value, which stands as `=?base64?…?=` where it is not plain ASCII. */
function decoded(value: string): string | undefined {
  const encoded = /^=\?base64\?(.*)\?=$/.exec(value)?.[1]
  if (encoded === undefined) return value
  const isBase64 = encoded.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(encoded)
  return isBase64 ? Buffer.from(encoded, 'base64').toString('utf8') : undefined
}
