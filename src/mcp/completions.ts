import { call, missingScopes } from '../api/call.ts'
import { getConversationsMessages } from '../api/conversations/get-conversations-messages.ts'
import { getRoutingQueues } from '../api/routing/queues.ts'
import { AppError } from '../errors.ts'
import { grants } from '../principal.ts'
import type { Caller } from './house.ts'
import { asJson, type Json } from './protocol/rpc.ts'

const valuesMax = 100

/** Completes the id that a person is typing, from what the caller may see. Unknown arguments complete to nothing. */
export async function completions(caller: Caller, params: Json) {
  const argument = asJson(params['argument']) ?? {}
  const begun = String(argument['value'] ?? '').toLowerCase()
  const all = await valuesFor(caller, String(argument['name'] ?? ''))
  const fitting = all.filter((value) => value.toLowerCase().startsWith(begun))
  return {
    completion: {
      values: fitting.slice(0, valuesMax),
      total: fitting.length,
      hasMore: fitting.length > valuesMax,
    },
  }
}

async function valuesFor(caller: Caller, name: string): Promise<readonly string[]> {
  if (name === 'conversationId') return conversationIds(caller)
  if (name === 'queueId') return queueIds(caller)
  return name === 'tone' ? ['friendly', 'formal', 'short'] : []
}

async function conversationIds({ context, narrowing }: Caller): Promise<readonly string[]> {
  const ids = await activeIds(context)
  const { conversationIds: allowed } = narrowing
  return allowed === undefined ? ids : ids.filter((id) => allowed.includes(id))
}

async function activeIds(context: Caller['context']): Promise<readonly string[]> {
  try {
    const answer = asJson(await call(getConversationsMessages, {}, context))
    const entities: unknown = answer?.['entities']
    return (Array.isArray(entities) ? entities : []).flatMap((entity) => {
      const id = asJson(entity)?.['id']
      return typeof id === 'string' ? [id] : []
    })
  } catch (error) {
    if (error instanceof AppError) return [] // a client without a user has no conversations of its own
    throw error
  }
}

async function queueIds({ context, narrowing }: Caller): Promise<readonly string[]> {
  const { principal } = context
  if (missingScopes(getRoutingQueues, principal) !== undefined) return []
  if (!grants(principal.permissions, 'routing:queue:view')) return []
  const { entities } = await context.store.records.list('queue', { size: valuesMax, number: 1 })
  const ids = entities.map(({ id }) => id)
  return narrowing.queueIds === undefined
    ? ids
    : ids.filter((id) => narrowing.queueIds?.includes(id))
}
