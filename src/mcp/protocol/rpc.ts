/** A JSON object as it came over the wire. */
export type Json = Readonly<Record<string, unknown>>

export type RequestId = string | number

/** A JSON-RPC request; a notification where the id is absent. */
export interface RpcRequest {
  readonly id: RequestId | undefined
  readonly method: string
  readonly params: Json
}

/** Codes of JSON-RPC and of the Model Context Protocol, revision 2026-07-28 (basic/index, errors). */
export const rpcCodes = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  headerMismatch: -32020,
  missingCapability: -32021,
  unsupportedVersion: -32022,
} as const

/** A failure of the protocol itself, which is told as a JSON-RPC error; failures of tools are results. */
export class RpcError extends Error {
  override readonly name = 'RpcError'
  readonly code: number
  readonly data: unknown
  /** HTTP status where the transport has one; the era decides unless given. */
  readonly status: number | undefined
  /** OAuth scopes of which the caller's token would need one: told as an HTTP challenge. */
  readonly scopes: readonly string[] | undefined

  constructor(
    code: number,
    message: string,
    more: { data?: unknown; status?: number; scopes?: readonly string[] } = {},
  ) {
    super(message)
    this.code = code
    this.data = more.data
    this.status = more.status
    this.scopes = more.scopes
  }
}

/** A result that is JSON already, without its braces' inside being looked at again. */
export class WrittenResult {
  readonly json: string

  constructor(json: string) {
    this.json = json
  }
}

/** The value when it is an object, so that its members can be asked for; undefined otherwise. */
export function asJson(value: unknown): Json | undefined {
  return isJson(value) ? value : undefined
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A member that must be a text; `-32602` otherwise. */
export function textParam(params: Json, name: string): string {
  const value = params[name]
  if (typeof value === 'string') return value
  throw new RpcError(rpcCodes.invalidParams, `params.${name} is missing: send a string.`)
}

/** The reply to a request, as text. */
export function replyText(id: RequestId, result: object | WrittenResult): string {
  const json = result instanceof WrittenResult ? result.json : JSON.stringify(result)
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${json}}`
}

/** The reply to a request that failed, as text. */
export function errorText(id: RequestId | null, error: RpcError): string {
  const data = error.data === undefined ? {} : { data: error.data }
  const body = { code: error.code, message: error.message, ...data }
  return JSON.stringify({ jsonrpc: '2.0', id, error: body })
}

/** A message that wants no reply, as text. */
export function notificationText(method: string, params: Json): string {
  return JSON.stringify({ jsonrpc: '2.0', method, params })
}
