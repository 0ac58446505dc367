import Type from 'typebox'
import { Compile } from 'typebox/compile'
import type { Carrier, CarrierText } from '../connectors/loopback/index.ts'
import type { Outside } from '../context.ts'
import type { Messaging } from '../messaging/messaging.ts'
import { UnderWay } from '../messaging/under-way.ts'
import type { Account } from '../store/records.ts'
import type { Database, HandsetText, Store } from '../store/store.ts'
import { carrierIdOf, carrierReports, carrierSetting } from './handset-calls.ts'

/** How the carrier treats the texts of an account, kept in the account's settings as `carrier`. */
export interface CarrierBehavior {
  /** What it reports by itself. `manual`: a person does, at the handset; `nothing`: it stays silent. */
  readonly report: 'delivered' | 'failed' | 'nothing' | 'manual'
  readonly delayMs: number
  /** The carrier's code that goes with `failed`. */
  readonly code?: string
}

/** The longest wait before a report by itself, in milliseconds: an hour. */
export const carrierDelayMsMax = 3_600_000

const behaviorSchema = Type.Object({
  report: Type.Enum(['delivered', 'failed', 'nothing', 'manual']),
  delayMs: Type.Integer({ minimum: 0, maximum: carrierDelayMsMax }),
  code: Type.Optional(Type.String()),
})
const behavior = Compile(behaviorSchema)

/** How the carrier treats the texts of this account; unless set otherwise they are delivered at once. */
export function behaviorOf(account: Account | undefined): CarrierBehavior {
  const set: unknown = account?.settings[carrierSetting]
  return behavior.Check(set) ? set : { report: 'delivered', delayMs: 0 }
}

function isReporting(
  set: CarrierBehavior,
): set is CarrierBehavior & { readonly report: 'delivered' | 'failed' } {
  return set.report === 'delivered' || set.report === 'failed'
}

/** Delivery id → id of the text on the handset. */
const seenScope = 'loopback'

/** Reports that wait in memory; beyond that they wait on the handset. */
const pendingMax = 10_000
const pageSize = 500

/**
 * The carrier behind loopback accounts: shows each text on the handset once and reports what became of it through
 * the account's callback, like a provider. A text that waits for such a report has the status `accepted`, so that
 * what was not reported before a stop is reported after the next start.
 */
export class LoopbackCarrier implements Carrier {
  readonly #database: Database
  readonly #outside: Outside
  readonly #onError: (message: string, fields: Readonly<Record<string, unknown>>) => void
  /** Text id → what calls its timer off. */
  readonly #pending = new Map<string, () => void>()
  readonly #running = new UnderWay()
  #messaging: Messaging | undefined
  #overflowed = false

  constructor(
    database: Database,
    outside: Outside,
    onError: (message: string, fields: Readonly<Record<string, unknown>>) => void,
  ) {
    this.#database = database
    this.#outside = outside
    this.#onError = onError
  }

  /** Begins to report, first what is left from before. Texts are accepted earlier than that. */
  async start(messaging: Messaging): Promise<void> {
    this.#messaging = messaging
    await this.#load()
  }

  /** Reports nothing more, and waits for the reports under way. */
  async stop(): Promise<void> {
    this.#messaging = undefined
    for (const cancel of this.#pending.values()) cancel()
    this.#pending.clear()
    await this.#running.done()
  }

  /** Takes a text over, once for each delivery; one that was reported failed is tried again. */
  async accept(text: CarrierText): Promise<{ readonly providerId: string }> {
    const [organizationId = '', accountId = ''] = text.accountKey.split('/')
    const store = this.#database.store(organizationId)
    const accepted = await store.transaction(async (store) => {
      const set = behaviorOf(await store.records.get('account', accountId))
      const status = isReporting(set) ? 'accepted' : 'unreported'
      const shown: HandsetText = {
        id: this.#outside.ids.uuid(),
        direction: 'to-handset',
        accountId,
        handset: text.to,
        sender: text.from,
        text: text.text,
        segments: text.segments,
        timeMs: this.#outside.clock.now(),
        deliveryId: text.deliveryId,
        status,
      }
      if (await store.handsets.add(shown)) {
        await store.answers.add(seenScope, text.deliveryId, shown.id, shown.timeMs)
        return { shown, set }
      }
      const seen = await store.handsets.get(
        String(await store.answers.get(seenScope, text.deliveryId)),
      )
      if (seen?.status !== 'failed') return undefined
      await store.handsets.setStatus(seen.id, status)
      return { shown: seen, set }
    })
    if (accepted !== undefined) this.#schedule(store, accepted.shown, accepted.set)
    return { providerId: carrierIdOf(text.deliveryId) }
  }

  #schedule(store: Store, text: HandsetText, set: CarrierBehavior): void {
    if (this.#messaging === undefined || !isReporting(set) || this.#pending.has(text.id)) return
    if (this.#pending.size >= pendingMax) {
      this.#overflowed = true
      return
    }
    const cancel = this.#outside.clock.after(set.delayMs, () => {
      this.#running.add(
        this.#report(store, text, set).catch((cause: unknown) =>
          this.#onError('The loopback carrier could not report.', { textId: text.id, cause }),
        ),
      )
    })
    this.#pending.set(text.id, cancel)
  }

  async #report(store: Store, text: HandsetText, set: CarrierBehavior): Promise<void> {
    try {
      const current = await store.handsets.get(text.id)
      const messaging = this.#messaging
      if (messaging === undefined || current?.status !== 'accepted') return
      if (!isReporting(set)) return
      await carrierReports(
        store,
        { text, report: { status: set.report, code: set.code } },
        messaging,
      )
    } finally {
      this.#pending.delete(text.id)
    }
    if (this.#overflowed && this.#pending.size === 0) await this.#load()
  }

  /** Schedules the reports that are due for what waits on the handsets. */
  async #load(): Promise<void> {
    this.#overflowed = false
    for (const organizationId of await this.#database.organizationIds()) {
      const store = this.#database.store(organizationId)
      let after = ''
      while (this.#messaging !== undefined && !this.#overflowed) {
        const page = await store.handsets.list(undefined, after, pageSize)
        for (const text of page) {
          if (text.status !== 'accepted') continue
          this.#schedule(
            store,
            text,
            behaviorOf(await store.records.get('account', text.accountId)),
          )
        }
        after = page.at(-1)?.id ?? ''
        if (page.length < pageSize) break
      }
    }
  }
}
