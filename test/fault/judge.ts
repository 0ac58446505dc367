import assert from 'node:assert/strict'
import { bodyOf } from '../../src/messaging/carried.ts'
import type { Store } from '../../src/store/store.ts'
import { sleep } from './load.ts'
import type { Providers, Taken } from './providers.ts'

/** What was acknowledged held against what the providers took. The lists of wrongs must be empty. */
export interface Verdict {
  readonly acknowledged: number
  readonly uncertain: number
  readonly lost: readonly string[]
  readonly doubled: readonly string[]
  readonly reordered: readonly string[]
}

/** Waits until nothing is queued or under way, then compares. */
export async function judge(
  store: Store,
  given: {
    readonly acknowledged: ReadonlyMap<string, readonly string[]>
    readonly providers: Pick<Providers, 'sms' | 'open'>
  },
  timeoutMs = 60_000,
): Promise<Verdict> {
  await atRest(store, timeoutMs)
  const uncertain = await uncertainTexts(store)
  const { sms, open } = given.providers
  const taken = new Set([...sms, ...open].map(({ text }) => text))
  const texts = [...given.acknowledged.values()].flat()
  return {
    acknowledged: texts.length,
    uncertain: uncertain.size,
    lost: texts.filter((text) => !taken.has(text) && !uncertain.has(text)),
    doubled: doubledIn(sms),
    reordered: [...reorderedIn(sms), ...reorderedIn(open)],
  }
}

/** Fails unless the load was real, and nothing was lost, doubled or reordered. */
export function assertNothingWrong(verdict: Verdict, acknowledgedMin: number): void {
  const { acknowledged } = verdict
  assert.ok(acknowledged > acknowledgedMin, `the load was real: ${acknowledged} acknowledged`)
  for (const kind of ['lost', 'doubled', 'reordered'] as const) {
    const wrong = verdict[kind]
    assert.equal(wrong.length, 0, `${wrong.length} ${kind}, such as ${wrong.slice(0, 5)}`)
  }
}

/** Waits until nothing is queued or under way; after the time-out the comparison says what is missing. */
export async function atRest(store: Store, timeoutMs: number): Promise<void> {
  const endMs = performance.now() + timeoutMs
  while (performance.now() < endMs) {
    const { byState } = await store.deliveries.depth()
    if ((byState['queued'] ?? 0) + (byState['sending'] ?? 0) === 0) return
    await sleep(50)
  }
}

async function uncertainTexts(store: Store): Promise<ReadonlySet<string>> {
  const uncertain = new Set<string>()
  for (let number = 1; ; number += 1) {
    const page = await store.deliveries.list({ size: 500, number }, { state: 'uncertain' })
    for (const delivery of page.entities) {
      const body = JSON.stringify(await bodyOf(store, delivery))
      uncertain.add(/text \d{8}/.exec(body)?.[0] ?? delivery.id)
    }
    if (page.entities.length < 500) return uncertain
  }
}

/** Texts that a provider took more than once. */
function doubledIn(taken: readonly Taken[]): readonly string[] {
  const seen = new Set<string>()
  return taken.flatMap(({ text }) => {
    const isDouble = seen.has(text)
    seen.add(text)
    return isDouble ? [text] : []
  })
}

/** Texts of a lane that a provider first took after a later one. One caller writes a lane, so its numbers grow. */
function reorderedIn(taken: readonly Taken[]): readonly string[] {
  const last = new Map<string, string>()
  const seen = new Set<string>()
  const wrong: string[] = []
  for (const { lane, text } of taken) {
    if (seen.has(text)) continue
    seen.add(text)
    if ((last.get(lane) ?? '') > text) wrong.push(`${lane}: ${text} after ${last.get(lane)}`)
    last.set(lane, text)
  }
  return wrong
}
