import { createHash } from 'node:crypto'
import type { Context } from '../context.ts'
import { callerKey } from './house.ts'
import { asJson } from './protocol/rpc.ts'
import { ToolError } from './tool-error.ts'
import type { Outcome, Work } from './work.ts'

/** Attempts under one key; each that failed for a while may be followed by another. */
const attemptsMax = 20
const answerCharactersMax = 100_000

/** A write that is to be done once, however often it is asked for. */
export interface Once {
  readonly key: string
  readonly digest: string
  readonly work: Work
}

/**
 * Does a write once for its key: a repeat gets the first answer. Another call under the same key is refused, and so is
 * a repeat while the first is under way or was cut off, because nobody can know then whether it was done.
 */
export async function once(
  asked: Once,
  context: Context,
  run: () => Promise<Outcome>,
): Promise<{ readonly outcome: Outcome; readonly repeated: boolean }> {
  const { answers } = context.store
  const scope = scopeOf(asked, context)
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    const nowMs = context.outside.clock.now()
    if (await answers.add(scope, `${attempt}`, asked.digest, nowMs)) {
      const outcome = await run()
      const kept = JSON.stringify(outcome)
      const done = kept.length > answerCharactersMax ? { status: outcome.status } : JSON.parse(kept)
      await answers.add(scope, `${attempt} done`, done, nowMs)
      return { outcome, repeated: false }
    }
    if ((await answers.get(scope, `${attempt}`)) !== asked.digest) throw otherCall()
    const done = asJson(await answers.get(scope, `${attempt} done`))
    if (done === undefined) throw unknown()
    const outcome = { status: Number(done['status']), body: asJson(done['body']) ?? { done: true } }
    if (!canBeTriedAgain(outcome)) return { outcome, repeated: true }
  }
  throw unknown()
}

/** Whether nothing was done and the reason may pass: then the key is free again. */
function canBeTriedAgain({ status }: Outcome): boolean {
  return status === 429 || status === 503
}

function scopeOf({ key, work }: Once, context: Context): string {
  const said = JSON.stringify([callerKey(context), work.tool.name, work.connection.id, key])
  return `mcp-once ${createHash('sha256').update(said).digest('base64url')}`
}

function otherCall(): ToolError {
  return new ToolError('conflict', 'The idempotencyKey was used for other arguments.', {
    status: 409,
    fix: 'Send a fresh key with a new call; repeat a call with its own key only.',
  })
}

function unknown(): ToolError {
  return new ToolError(
    'conflict',
    'A call with this idempotencyKey began and its end is not known.',
    {
      status: 409,
      fix: 'Read the conversation to see whether it was done; then send a fresh key.',
    },
  )
}
