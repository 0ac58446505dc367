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
  const sources = [
    wish.segments,
    inQuery(wish, 'toolsets'),
    inHeader(wish, 'x-mcp-toolsets'),
  ].filter((words) => words.length > 0)
  const unknown = sources.flat().find((word) => !toolsets.has(word))
  if (unknown !== undefined) {
    return { problem: `There is no toolset ${unknown}. There are: ${[...toolsets].join(', ')}.` }
  }
  const names = listOf(wish, 'tools', 'x-mcp-tools')
  const stranger = names?.find((name) => toolNamed(name) === undefined)
  if (stranger !== undefined) return { problem: `There is no tool ${stranger}.` }
  const sets = sources.map(setOf)
  const chosen = channels.filter((channel) => sets.every((set) => set.channels.includes(channel)))
  const naming = wish.query.get('names')
  const conversationIds = listOf(wish, 'conversation', 'x-mcp-conversation')
  const queueIds = listOf(wish, 'queue', 'x-mcp-queue')
  const pcids = listOf(wish, 'pcid', 'x-pcid')
  return {
    ...(naming === 'short' || naming === 'seed' ? { naming } : {}),
    ...(chosen.length === channels.length ? {} : { channels: chosen }),
    readOnly: sets.some((set) => set.readOnly) || isYes(wish, 'readonly'),
    writeOnly: sets.some((set) => set.writeOnly),
    ...(names === undefined ? {} : { tools: names.map((name) => toolNamed(name)?.name ?? name) }),
    ...(conversationIds === undefined ? {} : { conversationIds }),
    ...(queueIds === undefined ? {} : { queueIds }),
    ...(pcids === undefined ? {} : { pcid: pcids[0] ?? 'none' }),
    picks: sources.length > 0 || names !== undefined,
  }
}

/** Headers that narrow. */
const narrowingHeaders = [
  'x-mcp-toolsets',
  'x-mcp-tools',
  'x-mcp-conversation',
  'x-mcp-queue',
  'x-mcp-readonly',
  'x-pcid',
]
/** What addresses say that no header adds to: agents keep to a few. */
const byAddress = new Map<string, ReturnType<typeof readNarrowing>>()
const addressesMax = 1000

/** The same for the address of a request below the endpoint at `path`. */
export function narrowingOf(
  { url, headers }: { readonly url: string; readonly headers: Wish['headers'] },
  path: string,
): ReturnType<typeof readNarrowing> {
  const alone = narrowingHeaders.every((name) => headers[name] === undefined)
  const known = alone ? byAddress.get(url) : undefined
  if (known !== undefined) return known
  const [before = '', query = ''] = url.split('?')
  const segments = before.slice(path.length).split('/')
  const narrowing = readNarrowing({
    segments: segments.filter((segment) => segment !== ''),
    query: new URLSearchParams(query),
    headers,
  })
  if (alone) {
    if (byAddress.size >= addressesMax) byAddress.clear()
    byAddress.set(url, narrowing)
  }
  return narrowing
}

const toolsets = new Set<string>([...channels, 'read', 'write', 'readonly', 'all'])

/** What one place of a request leaves in. Each place narrows by itself, so that none can undo another's. */
function setOf(words: readonly string[]) {
  const named = channels.filter((channel) => words.includes(channel))
  const reads = words.includes('read')
  const writes = words.includes('write')
  return {
    channels: named.length === 0 ? channels : named,
    readOnly: words.includes('readonly') || (reads && !writes),
    writeOnly: writes && !reads,
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

/** Values of a query parameter and its header; where both are given, only what both name. Undefined: neither is. */
function listOf(wish: Wish, parameter: string, header: string): readonly string[] | undefined {
  const asked = inQuery(wish, parameter)
  const told = inHeader(wish, header)
  if (asked.length === 0) return told.length === 0 ? undefined : told
  return told.length === 0 ? asked : asked.filter((word) => told.includes(word))
}

function inQuery({ query }: Wish, parameter: string): readonly string[] {
  return query.getAll(parameter).flatMap(split)
}

function inHeader({ headers }: Wish, header: string): readonly string[] {
  return split(String(headers[header] ?? ''))
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
