import type { ToolArguments } from './arguments.ts'
import { writtenWithin } from './budget.ts'
import type { Effect } from './catalog/tool-spec.ts'
import type { Caller } from './house.ts'
import { maskPersonalData } from './masking.ts'
import type { Rights } from './policy.ts'
import { asJson, type Json, WrittenResult } from './protocol/rpc.ts'
import { type Scope, withinScope } from './scope.ts'
import { pageOfEntities, selectInAnswer } from './selection.ts'
import { fixFor, type ToolError } from './tool-error.ts'
import type { Trail } from './trail.ts'
import { markUntrusted } from './untrusted.ts'
import type { Outcome } from './work.ts'

/** What a tool answers, before it is written twice: as text and as structure. */
export interface ToolResult {
  readonly isError: boolean
  readonly answer: Json
  /** A question to a person that has to be answered first, in the form of its era. */
  readonly question?: Json
}

/** Turns an outcome into what the model may see of it: in scope, marked, masked, one page, wanted fields. */
export function answerOf(
  outcome: Outcome,
  about: {
    readonly caller: Caller
    readonly effect: Effect
    readonly args: ToolArguments
    readonly rights: Rights
    readonly scope: Scope | undefined
    readonly trail: Trail
  },
): ToolResult {
  const { caller, effect, args, rights, scope, trail } = about
  if (outcome.status >= 400) return failure(outcome, trail)
  const { controls } = args
  let answer = scope === undefined ? outcome.body : withinScope(outcome.body, scope)
  answer = pageOfEntities(answer, controls)
  // what was sent comes back as the agent's own words
  if (!rights.plainText && effect !== 'send') {
    const nonce = caller.context.outside.ids.secret(6)
    answer = asJson(markUntrusted(answer, nonce)) ?? {}
  }
  if (rights.maskPersonalData) {
    const masked = maskPersonalData(answer)
    trail.masked = masked.count
    answer = asJson(masked.value) ?? {}
  }
  if (controls.fields !== undefined) answer = selectInAnswer(answer, controls.fields)
  return { isError: false, answer }
}

function failure(outcome: Outcome, trail: Trail): ToolResult {
  const { status, body, retryAfterSeconds } = outcome
  const code = String(body['code'] ?? `http.${status}`)
  trail.code = code
  return {
    isError: true,
    answer: {
      ...body,
      status,
      retryable: status === 429 || status === 503,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      fix: fixFor(status, code),
    },
  }
}

/** A refusal of our own, as a model reads it. */
export function errorResult(error: ToolError): ToolResult {
  return { isError: true, answer: error.body }
}

/** Writes the result within its budget: text and structure say the same. */
export function toResult(result: ToolResult): object | WrittenResult {
  if (result.question !== undefined) return result.question
  const json = writtenWithin(result.answer)
  const error = result.isError ? ',"isError":true' : ''
  return new WrittenResult(
    `{"content":[{"type":"text","text":${JSON.stringify(json)}}],"structuredContent":${json}${error}}`,
  )
}
