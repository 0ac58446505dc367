import { type Call, type Host, legacyVersions, modernVersion } from './host.ts'
import { type Json, RpcError, type RpcRequest, rpcCodes, WrittenResult } from './rpc.ts'

/** Methods whose results a client may keep for a while, and must be told for how long. */
const cacheable = new Set([
  'server/discover',
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
  'resources/read',
])

const serverInfoKey = 'io.modelcontextprotocol/serverInfo'

/** Answers a request by the rules of its era. Throws `RpcError`. */
export async function dispatch(
  host: Host,
  request: RpcRequest,
  call: Call,
): Promise<object | WrittenResult> {
  const result = await answer(host, request, call)
  if (call.era === 'legacy') return result
  return result instanceof WrittenResult
    ? new WrittenResult(`${writtenMembers(host, request.method)},${result.json.slice(1)}`)
    : merged(result, modernMembers(host, request.method))
}

async function answer(
  host: Host,
  request: RpcRequest,
  call: Call,
): Promise<object | WrittenResult> {
  const { method, params } = request
  if (call.era === 'modern' && method === 'server/discover') return discovered(host)
  if (call.era === 'legacy') {
    if (method === 'initialize') return initialized(host, params)
    if (method === 'ping') return {}
  }
  const serve = Object.hasOwn(host.methods, method) ? host.methods[method] : undefined
  if (serve === undefined || (call.era === 'modern' && isRemoved(method))) {
    throw new RpcError(rpcCodes.methodNotFound, `There is no method ${method} here.`, {
      status: 404,
    })
  }
  return serve(params, call)
}

/** Whether the stateless revision took the method away. */
function isRemoved(method: string): boolean {
  return ['logging/setLevel', 'resources/subscribe', 'resources/unsubscribe'].includes(method)
}

function discovered(host: Host) {
  return {
    supportedVersions: [modernVersion],
    capabilities: host.capabilities('modern'),
    instructions: host.instructions,
  }
}

/** The handshake of the earlier revisions: the client's version where it is known, or else our newest. */
function initialized(host: Host, params: Json) {
  const asked = params['protocolVersion']
  const protocolVersion = legacyVersions.find((version) => version === asked) ?? legacyVersions[0]
  return {
    protocolVersion,
    capabilities: host.capabilities('legacy'),
    serverInfo: host.info,
    instructions: host.instructions,
  }
}

function modernMembers(host: Host, method: string): Json {
  return {
    resultType: 'complete',
    ...(cacheable.has(method) ? { ttlMs: host.ttlMs[method] ?? 0, cacheScope: 'private' } : {}),
    _meta: { [serverInfoKey]: host.info },
  }
}

function merged(result: object, more: Json): object {
  const own = Object.fromEntries(Object.entries(result))
  const meta = { ...Object(more['_meta']), ...Object(own['_meta']) }
  return { ...more, ...own, _meta: meta }
}

/** Members as text, to be put in front of a result's own, which has neither of them. */
const written = new WeakMap<Host['info'], Map<string, string>>()

/** The members without their closing brace. A server says the same of itself, whoever asks for what. */
function writtenMembers(host: Host, method: string): string {
  let ofHost = written.get(host.info)
  if (ofHost === undefined) {
    ofHost = new Map()
    written.set(host.info, ofHost)
  }
  let text = ofHost.get(method)
  if (text === undefined) {
    text = JSON.stringify(modernMembers(host, method)).slice(0, -1)
    ofHost.set(method, text)
  }
  return text
}
