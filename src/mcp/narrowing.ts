import { toolNamed } from './catalog/catalog.ts'
import type { Naming } from './catalog/present-tool.ts'
import { type Channel, channels, type ToolSpec } from './catalog/tool-spec.ts'

/** What one request leaves out of all that its caller may do. Nothing in it can add anything. */
export interface Narrowing {
  readonly naming?: Naming
  readonly channels?: readonly Channel[]
  /** Only tools that read. */
  readonly readOnly: boolean
  /** Only tools that change something. */
  readonly writeOnly: boolean
  /** Only these tools, by their short names. */
  readonly tools?: readonly string[]
  readonly conversationIds?: readonly string[]
  readonly queueIds?: readonly string[]
  /** The connection of calls that name none. */
  readonly pcid?: string
  /** Whether toolsets or tools were asked for, so that they are listed instead of the finders. */
  readonly picks: boolean
}

/** Where a request says it: parts of the path behind the endpoint, the query, and headers in lower case. */
export interface Wish {
  readonly segments: readonly string[]
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
}

/** Reads what a request narrows itself to. Unknown words are told as sentences, so that nothing is widened unseen. */
export function readNarrowing(wish: Wish): Narrowing | { readonly problem: string } {
  const words = [...wish.segments, ...listOf(wish, 'toolsets', 'x-mcp-toolsets')]
  const chosen = channels.filter((channel) => words.includes(channel))
  const known = new Set<string>([...channels, 'read', 'write', 'readonly', 'all'])
  const unknown = words.find((word) => !known.has(word))
  if (unknown !== undefined) {
    return { problem: `There is no toolset ${unknown}. There are: ${[...known].join(', ')}.` }
  }
  const names = listOf(wish, 'tools', 'x-mcp-tools')
  const stranger = names.find((name) => toolNamed(name) === undefined)
  if (stranger !== undefined) return { problem: `There is no tool ${stranger}.` }
  const reads = words.includes('read')
  const writes = words.includes('write')
  const naming = wish.query.get('names')
  const conversationIds = listOf(wish, 'conversation', 'x-mcp-conversation')
  const queueIds = listOf(wish, 'queue', 'x-mcp-queue')
  const pcid = listOf(wish, 'pcid', 'x-pcid')[0]
  return {
    ...(naming === 'short' || naming === 'seed' ? { naming } : {}),
    ...(chosen.length === 0 ? {} : { channels: chosen }),
    readOnly: words.includes('readonly') || isYes(wish, 'readonly') || (reads && !writes),
    writeOnly: writes && !reads,
    ...(names.length === 0 ? {} : { tools: names.map((name) => toolNamed(name)?.name ?? name) }),
    ...(conversationIds.length === 0 ? {} : { conversationIds }),
    ...(queueIds.length === 0 ? {} : { queueIds }),
    ...(pcid === undefined ? {} : { pcid }),
    picks: words.length > 0 || names.length > 0,
  }
}

/** Whether the request leaves the tool in. */
export function isWithin(tool: ToolSpec, narrowing: Narrowing): boolean {
  const reads = tool.effect === 'read'
  if (narrowing.readOnly && !reads) return false
  if (narrowing.writeOnly && reads) return false
  if (narrowing.channels !== undefined && !narrowing.channels.includes(tool.channel)) return false
  return narrowing.tools === undefined || narrowing.tools.includes(tool.name)
}

/** Values of a query parameter and its header; where both are given, only what both name. */
function listOf(wish: Wish, parameter: string, header: string): readonly string[] {
  const inQuery = wish.query.getAll(parameter).flatMap(split)
  const inHeader = split(String(wish.headers[header] ?? ''))
  if (inQuery.length === 0) return inHeader
  if (inHeader.length === 0) return inQuery
  const both = inQuery.filter((word) => inHeader.includes(word))
  return both.length === 0 ? ['none'] : both
}

function split(text: string): readonly string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
}

function isYes(wish: Wish, parameter: string): boolean {
  const values = [wish.query.get(parameter), wish.headers[`x-mcp-${parameter}`]]
  return values.some((value) => value === '' || value === '1' || value === 'true')
}
