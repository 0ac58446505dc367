import type { Caller, ToolHouse } from './house.ts'
import type { Listener } from './protocol/host.ts'
import { type Json, RpcError } from './protocol/rpc.ts'
import { toolAnswer, transcriptOf } from './resources.ts'

const bufferMax = 500
/** Conversations that one stream may follow. */
const followedMax = 100

/**
 * Tells of new messages in the conversations whose transcripts the client wants to follow. Only those that the caller
 * may read are honoured. Lists of tools, prompts and resources never change while the server runs.
 */
export async function listenTo(
  house: ToolHouse,
  caller: Caller,
  listener: Listener,
): Promise<Json> {
  const followed = await readable(house, caller, listener.wanted['resourceSubscriptions'])
  if (followed.size === 0) return {}
  const { principal, outside } = caller.context
  const stop = await house.feed.subscribe(principal.organizationId, {
    bufferMax,
    take({ event }) {
      if (principal.tokenExpiresMs <= outside.clock.now()) return undefined
      const uri = 'conversationId' in event ? followed.get(event.conversationId) : undefined
      if (uri !== undefined && event.type === 'message')
        listener.tell('notifications/resources/updated', { uri })
      return undefined
    },
    end() {},
  })
  if (listener.signal.aborted) stop()
  else listener.signal.addEventListener('abort', stop, { once: true })
  return { resourceSubscriptions: [...followed.values()] }
}

/** Addresses by the conversations that they are about. */
async function readable(
  house: ToolHouse,
  caller: Caller,
  wanted: unknown,
): Promise<ReadonlyMap<string, string>> {
  const followed = new Map<string, string>()
  for (const uri of (Array.isArray(wanted) ? wanted : []).slice(0, followedMax).map(String)) {
    const conversationId = transcriptOf(uri)
    if (conversationId === undefined) continue
    try {
      await toolAnswer(house, caller, {
        name: 'get_message',
        args: { conversationId, fields: ['id'] },
      })
      followed.set(conversationId, uri)
    } catch (error) {
      if (!(error instanceof RpcError)) throw error // one that may not be read is left out
    }
  }
  return followed
}
