import type { JsonValue } from '../../store/json.ts'
import { ConflictError, type Store } from '../../store/store.ts'

/** What a person decided about a delivery that did not go by itself, and when. */
export interface Decision {
  readonly decision: 'resend' | 'give-up'
  readonly timeMs: number
  /** Id of the user, or of the client where no user was behind the call. */
  readonly by: string
}

/** Decisions read at the most; nobody resends one delivery more often. */
const decisionsMax = 100

/** Keeps a decision, after those made before. Run it in the transaction that carries the decision out. */
export async function keepDecision(
  store: Store,
  deliveryId: string,
  decision: Decision,
): Promise<void> {
  const number = (await decisionsOf(store, deliveryId)).length + 1
  const kept = await store.answers.add(
    scopeOf(deliveryId),
    String(number),
    { ...decision },
    decision.timeMs,
  )
  if (!kept) throw new ConflictError(`Another decision about delivery ${deliveryId} came first.`)
}

/** The decisions about a delivery, in the order they were made. */
export async function decisionsOf(store: Store, deliveryId: string): Promise<readonly Decision[]> {
  const decisions: Decision[] = []
  while (decisions.length < decisionsMax) {
    const number = decisions.length + 1
    const decision = readDecision(await store.answers.get(scopeOf(deliveryId), String(number)))
    if (decision === undefined) break
    decisions.push(decision)
  }
  return decisions
}

function scopeOf(deliveryId: string): string {
  return `decision|${deliveryId}`
}

function readDecision(value: JsonValue | undefined): Decision | undefined {
  if (typeof value !== 'object' || value === null || !('decision' in value)) return undefined
  return {
    decision: value['decision'] === 'resend' ? 'resend' : 'give-up',
    timeMs: Number(value['timeMs']),
    by: String(value['by']),
  }
}
