import { fromPlain } from './json/plain.ts'
import type { JsonObject, JsonValue } from './json/value.ts'
import type { ActionResult } from './outcome.ts'

/**
 * Writes a result as the vendor's `TestExecutionResult`: `operations`, `error`, `finalResult`, `success`, with
 * our `explanations`, `durationMs` and `exchanges` beside them. A JSON document and no plain object, so that
 * `writeJson` prints numbers digit for digit.
 */
export function testExecutionResult(result: ActionResult): JsonObject {
  const { operations, error, finalResult, success, exchanges, contextId, durationMs } = result
  const steps = operations.map(({ result: shown, ...step }): JsonValue => {
    const members = fromPlain(step)
    if (members instanceof Map && shown !== undefined) members.set('result', shown)
    return members
  })
  const written: JsonObject = new Map<string, JsonValue>([['operations', steps]])
  if (error !== undefined) written.set('error', fromPlain(error))
  if (finalResult !== undefined) written.set('finalResult', finalResult)
  written.set('success', success)
  written.set('exchanges', fromPlain(exchanges))
  written.set('contextId', contextId)
  written.set('durationMs', fromPlain(durationMs))
  return written
}
