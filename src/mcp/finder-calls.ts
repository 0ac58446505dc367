import type { ToolResult } from './answer.ts'
import { toResult } from './answer.ts'
import { callTool } from './call-tool.ts'
import { catalog, toolNamed } from './catalog/catalog.ts'
import { presentTool } from './catalog/present-tool.ts'
import type { ToolSpec } from './catalog/tool-spec.ts'
import { connectionsOf } from './connections.ts'
import { handedOn } from './finders.ts'
import type { Caller, ToolHouse } from './house.ts'
import { isWithin } from './narrowing.ts'
import { rightsOf } from './policy.ts'
import type { Call } from './protocol/host.ts'
import { asJson, type Json, type WrittenResult } from './protocol/rpc.ts'
import { ToolError } from './tool-error.ts'

interface FinderCall {
  readonly house: ToolHouse
  readonly caller: Caller
  readonly args: Json
  readonly params: Json
  readonly call: Call
}

type Finder = (given: FinderCall) => Promise<object | WrittenResult>

/** What each tool of the lean face does. */
export const finderCalls: Readonly<Record<string, Finder>> = {
  async find_tools({ caller, args }) {
    return done({ tools: found(caller, args).map(line) })
  },
  async describe_tools({ house, caller, args }) {
    const names = Array.isArray(args['names']) ? args['names'].map(String) : []
    if (names.length === 0) {
      throw new ToolError('bad.request', 'names must be a list of tool names.', {
        fix: `Send up to ${describedMax} names from find_tools.`,
      })
    }
    const tools: Json[] = []
    for (const name of names.slice(0, describedMax)) {
      tools.push(await described(house, caller, openTool(caller, name)))
    }
    return done({ tools })
  },
  call_read_tool: (given) => handOn(given, true),
  call_write_tool: (given) => handOn(given, false),
  async list_connections({ caller }) {
    const connections = await connectionsOf(caller.context)
    return done({
      connections: connections.map(({ id, name, kind }) => ({ id, name, kind })),
    })
  },
}

const describedMax = 20

function done(answer: Json): object | WrittenResult {
  return toResult({ isError: false, answer } satisfies ToolResult)
}

/** Tools whose name, title or description has the words, those with most of them first. */
function found(caller: Caller, args: Json): readonly ToolSpec[] {
  const words = String(args['query'] ?? '')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
  const open = catalog.filter(
    (tool) =>
      isWithin(tool, caller.narrowing) &&
      (args['channel'] === undefined || tool.channel === args['channel']) &&
      (args['effect'] === undefined || tool.effect === args['effect']),
  )
  if (words.length === 0) return open
  return open
    .map((tool) => ({ tool, score: scoreOf(tool, words) }))
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score)
    .slice(0, 15)
    .map(({ tool }) => tool)
}

/** Words that people use for what the vendor calls otherwise. */
const synonyms: Readonly<Record<string, string>> = {
  reply: 'send',
  answer: 'send',
  write: 'send',
  accept: 'connected',
  pick: 'connected',
  close: 'disconnected',
  disconnect: 'disconnected',
  end: 'ends',
  disposition: 'wrap',
  hand: 'transfer',
  forward: 'transfer',
  sms: 'message',
  chat: 'message',
  whatsapp: 'message',
  mail: 'email',
  waiting: 'active',
  customer: 'active',
}

function scoreOf({ name, title, description }: ToolSpec, words: readonly string[]): number {
  const text = `${name} ${title} ${description}`.toLowerCase()
  return words.reduce((score, word) => {
    const other = synonyms[word]
    if (text.includes(word)) return score + 2
    return other !== undefined && text.includes(other) ? score + 1 : score
  }, 0)
}

function line({ name, description, effect, channel }: ToolSpec): Json {
  return { name, description, channel, effect }
}

async function described(house: ToolHouse, caller: Caller, tool: ToolSpec): Promise<Json> {
  const { store, principal } = caller.context
  const policies = await store.records.knownAll('toolPolicy')
  const { organizationId, clientId, userId } = principal
  const { rule } = rightsOf(tool, policies, {
    connectionId: organizationId,
    clientId,
    userId,
    writes: house.writes,
  })
  const operation = house.operations.get(tool.operationId)
  const { inputSchema, description } = presentTool(tool, 'short')
  return {
    name: tool.name,
    description,
    effect: tool.effect,
    policy: rule,
    available: operation !== undefined,
    inputSchema,
    outputSchema: answerSchema(operation?.reply.schema),
  }
}

/** The members of an answer with their types, flat: what lies deeper is seen when it is read. */
function answerSchema(schema: unknown): Json {
  if (asJson(schema)?.['type'] === 'array')
    return { type: 'object', properties: { entities: { type: 'array' } } }
  const properties = asJson(asJson(schema)?.['properties'])
  if (properties === undefined) return { type: 'object' }
  const typed = Object.entries(properties).map(([name, member]) => {
    const type = asJson(member)?.['type']
    return [name, typeof type === 'string' ? { type } : {}]
  })
  return { type: 'object', properties: Object.fromEntries(typed) }
}

function openTool(caller: Caller, name: string): ToolSpec {
  const tool = toolNamed(name)
  if (tool !== undefined && isWithin(tool, caller.narrowing)) return tool
  throw new ToolError('not.found', `There is no tool ${name} here.`, {
    status: 404,
    fix: 'Use find_tools and take a name from its answer.',
  })
}

/** Calls the tool that is named; reading tools by the one finder and writing ones by the other, never both by one. */
async function handOn(given: FinderCall, reads: boolean): Promise<object | WrittenResult> {
  const { house, caller, args, params, call } = given
  const tool = openTool(caller, String(args['name'] ?? ''))
  if ((tool.effect === 'read') !== reads) {
    throw new ToolError('bad.request', `${tool.name} has the effect ${tool.effect}.`, {
      fix: `Call it with ${reads ? 'call_write_tool' : 'call_read_tool'}.`,
    })
  }
  const own = argumentsIn(args['arguments'])
  const controls = Object.fromEntries(
    handedOn.flatMap((name) => (args[name] === undefined ? [] : [[name, args[name]]])),
  )
  return callTool(house, caller, { tool, args: { ...own, ...controls }, params, call })
}

function argumentsIn(value: unknown): Json {
  const read = asJson(typeof value === 'string' ? parsed(value) : (value ?? {}))
  if (read !== undefined) return read
  throw new ToolError('bad.request', 'arguments must be an object.', {
    fix: 'Send {} where a tool needs none.',
  })
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    return undefined // told as "must be an object"
  }
}
