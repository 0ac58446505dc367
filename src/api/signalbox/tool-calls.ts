import Type from 'typebox'
import { isoTime } from '../../clock.ts'
import type { ToolCall, ToolCallFilter, ToolDecision } from '../../store/tool-call-store.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { WrittenReply } from '../written-reply.ts'

const path = '/api/signalbox/tool-calls'
const limitDefault = 100
const exportMax = 100_000

const decisions = [
  'allow',
  'confirm',
  'confirmed',
  'declined',
  'deny',
  'dry-run',
  'refused',
] as const satisfies readonly ToolDecision[]

const Filter = {
  before: Type.Optional(Id),
  tool: Type.Optional(Type.String({ maxLength: 100 })),
  client: Type.Optional(Id),
  decision: Type.Optional(Type.Enum([...decisions])),
}

const CallSchema = Type.Object({
  id: Type.String(),
  date: Type.String(),
  durationMs: Type.Integer(),
  clientId: Type.String(),
  userId: Type.Optional(Type.String()),
  door: Type.String(),
  connectionId: Type.String(),
  tool: Type.String(),
  effect: Type.String(),
  about: Type.Record(Type.String(), Type.String()),
  digest: Type.String(),
  decision: Type.String(),
  status: Type.Integer(),
  code: Type.Optional(Type.String()),
  masked: Type.Integer(),
  payload: Type.Optional(Type.String()),
})

export const signalboxListToolCalls = operation({
  id: 'signalboxListToolCalls',
  method: 'GET',
  path,
  summary:
    'Lists what agents did through tools, newest first: who, which tool, what was decided and how it ended. before continues after an entry.',
  permission: 'signalbox:toolcalls:view',
  input: {
    query: Type.Object({
      ...Filter,
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    }),
  },
  reply: { status: 200, schema: Type.Object({ entities: Type.Array(CallSchema) }) },
  async handle({ query }, { store }) {
    const calls = await store.toolCalls.list(query.limit ?? limitDefault, filterOf(query))
    return { entities: calls.map(presentCall) }
  },
})

export const signalboxExportToolCalls = operation({
  id: 'signalboxExportToolCalls',
  method: 'GET',
  path: `${path}/export`,
  summary: 'The same as one JSON object a line, for archives; the newest 100,000 at the most.',
  permission: 'signalbox:toolcalls:view',
  input: { query: Type.Object(Filter) },
  reply: { status: 200, schema: Type.String() },
  async handle({ query }, { store }) {
    const calls = await store.toolCalls.list(exportMax, filterOf(query))
    const lines = calls.map((call) => `${JSON.stringify(presentCall(call))}\n`)
    return new WrittenReply(lines.join(''), { type: 'application/x-ndjson' })
  },
})

function filterOf(query: {
  readonly before?: string
  readonly tool?: string
  readonly client?: string
  readonly decision?: ToolDecision
}): ToolCallFilter {
  const { before, tool, client, decision } = query
  return {
    ...(before === undefined ? {} : { beforeId: before }),
    ...(tool === undefined ? {} : { tool }),
    ...(client === undefined ? {} : { clientId: client }),
    ...(decision === undefined ? {} : { decision }),
  }
}

function presentCall({ timeMs, ...call }: ToolCall) {
  return { ...call, date: isoTime(timeMs) }
}
