import type { Call } from '../../src/mcp/protocol/host.ts'
import type { Json } from '../../src/mcp/protocol/rpc.ts'

/** One tool of the pack. */
export interface FixtureTool {
  readonly name: string
  readonly inputSchema?: Json
  run(args: Json, given: { readonly params: Json; readonly call: Call }): Promise<Json>
}

/** A result of one text. */
export function say(text: string, isError = false): Json {
  return { content: [{ type: 'text', text }], ...(isError ? { isError } : {}) }
}

/** A flat object schema. */
export function object(properties: Json, required: readonly string[] = []): Json {
  return { type: 'object', properties, ...(required.length === 0 ? {} : { required }) }
}
