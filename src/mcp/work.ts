import type { RawInput } from '../api/operation.ts'
import { WrittenReply } from '../api/written-reply.ts'
import type { ToolSpec } from './catalog/tool-spec.ts'
import type { Connection } from './connections.ts'
import type { Progress } from './protocol/progress.ts'
import { asJson, type Json } from './protocol/rpc.ts'

/** How an operation ended: its answer, or the vendor's error body. */
export interface Outcome {
  readonly status: number
  readonly body: Json
  readonly retryAfterSeconds?: number
}

/** A call that is ready to be made. */
export interface Work {
  readonly tool: ToolSpec
  readonly input: RawInput
  readonly connection: Connection
  readonly progress: Progress
}

/** An answer as an object, which is what a structured result has to be. */
export function presentReply(reply: unknown): Json {
  const value = reply instanceof WrittenReply ? reply.toJSON() : reply
  if (value === undefined || value === null || value === '') return { done: true }
  if (Array.isArray(value)) return { entities: value }
  return asJson(value) ?? { text: String(value) }
}
