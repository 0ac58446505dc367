import type { ToolSpec } from './catalog/tool-spec.ts'
import type { Caller, ToolHouse } from './house.ts'
import type { Rights } from './policy.ts'
import { asJson, type Json } from './protocol/rpc.ts'
import { runTool } from './run-tool.ts'
import { ToolError } from './tool-error.ts'
import type { Work } from './work.ts'

/** The conversations and queues that a call may touch: every list holds, the policies' and the request's. */
export interface Scope {
  readonly conversationIds: readonly (readonly string[])[]
  readonly queueIds: readonly (readonly string[])[]
}

/** What policies and the request leave of conversations and queues; undefined when they leave all. */
export function scopeOf(rights: Rights, { narrowing }: Caller): Scope | undefined {
  const { conversationIds, queueIds } = narrowing
  const scope = {
    conversationIds: [
      ...rights.conversationIds,
      ...(conversationIds === undefined ? [] : [conversationIds]),
    ],
    queueIds: [...rights.queueIds, ...(queueIds === undefined ? [] : [queueIds])],
  }
  return scope.conversationIds.length + scope.queueIds.length === 0 ? undefined : scope
}

/** Refuses a call outside the scope. A tool that names neither conversation nor queue can only list what is in it. */
export async function requireWithin(
  scope: Scope,
  given: { readonly house: ToolHouse; readonly caller: Caller; readonly work: Work },
): Promise<void> {
  const { input, tool } = given.work
  const body = asJson(input.body) ?? {}
  const conversationId = input.path?.['conversationId'] ?? body['conversationId']
  const queueId = body['queueId']
  if (typeof queueId === 'string' && !scope.queueIds.every((ids) => ids.includes(queueId)))
    throw outside('The queue', queueId)
  if (typeof conversationId === 'string') {
    if (!scope.conversationIds.every((ids) => ids.includes(conversationId)))
      throw outside('The conversation', conversationId)
    if (scope.queueIds.length === 0) return
    const queues = await queuesOf(conversationId, given)
    if (scope.queueIds.every((ids) => queues.some((queue) => ids.includes(queue)))) return
    throw outside('The conversation', conversationId)
  }
  if (isListing(tool) || (typeof queueId === 'string' && scope.conversationIds.length === 0)) return
  throw new ToolError('not.authorized', `${tool.name} cannot be held to the scope of this call.`, {
    status: 403,
    fix: 'Use a tool that names a conversation.',
  })
}

/** Leaves in a listing only what the scope has. */
export function withinScope(answer: Json, scope: Scope): Json {
  const { entities } = answer
  if (!Array.isArray(entities)) return answer
  const kept = entities.filter((entity) => {
    const conversation = asJson(entity) ?? {}
    const queues = queuesIn(conversation)
    return (
      scope.conversationIds.every((ids) => ids.includes(String(conversation['id']))) &&
      scope.queueIds.every((ids) => queues.some((queue) => ids.includes(queue)))
    )
  })
  return { ...answer, entities: kept, ...('total' in answer ? { total: kept.length } : {}) }
}

/** Whether a tool lists conversations, which the scope can then be laid over. */
export function isListing({ effect, path }: ToolSpec): boolean {
  return effect === 'read' && /^\/[a-z]+$/.test(path)
}

async function queuesOf(
  conversationId: string,
  { house, caller, work }: Parameters<typeof requireWithin>[1],
): Promise<readonly string[]> {
  if (work.connection.kind === 'embedded') {
    const conversation = await caller.context.store.conversations.get(conversationId)
    return (conversation?.participants ?? []).flatMap(({ queueId }) => queueId ?? [])
  }
  const kind = work.tool.path.split('/')[1] ?? 'messages'
  const reader: ToolSpec = { ...work.tool, method: 'GET', path: `/${kind}/{conversationId}` }
  const input = { path: { conversationId } }
  const { body } = await runTool(house, caller, { ...work, tool: reader, input })
  return queuesIn(body)
}

function queuesIn(conversation: Json): readonly string[] {
  const { participants } = conversation
  if (!Array.isArray(participants)) return []
  return participants.flatMap((participant) => {
    const own = asJson(participant) ?? {}
    const queue = own['queueId'] ?? asJson(own['queue'])?.['id']
    return typeof queue === 'string' ? [queue] : []
  })
}

function outside(what: string, id: string): ToolError {
  return new ToolError('not.authorized', `${what} ${id} lies outside the scope of this call.`, {
    status: 403,
    fix: 'Work on conversations and queues within the scope only.',
  })
}
