import type { Delivery } from '../../src/domain/delivery.ts'
import type { Store, Taker } from '../../src/store/store.ts'
import { partWith } from '../part-with.ts'
import type { PlantedBug } from './bugs.ts'

/** What a transaction did that an observer wants to know. */
export interface Notes {
  readonly added: Delivery[]
  /** Deliveries of which an attempt was written. */
  readonly started: Delivery[]
  /** Lets go of the deliveries that were taken up along with it. */
  readonly lettingGo: (() => void)[]
}

/** A transaction that came to nothing, or runs again, and with that everything anew. */
export function forget(notes: Notes): void {
  notes.added.length = 0
  notes.started.length = 0
  for (const letGo of notes.lettingGo.splice(0)) letGo()
}

type Parts = Pick<Store, 'transaction' | 'deliveries' | 'answers' | 'receipts'>

/** A node's own view of an organization's store: the real one, with some of its parts replaced. */
export class NodeStore implements Store {
  readonly #real: Store
  readonly transaction: Store['transaction']
  readonly deliveries: Store['deliveries']
  readonly answers: Store['answers']
  readonly receipts: Store['receipts']

  constructor(real: Store, parts: Partial<Parts>) {
    this.#real = real
    this.transaction = parts.transaction ?? ((work) => work(this))
    this.deliveries = parts.deliveries ?? real.deliveries
    this.answers = parts.answers ?? real.answers
    this.receipts = parts.receipts ?? real.receipts
  }

  get organizationId() {
    return this.#real.organizationId
  }
  get records() {
    return this.#real.records
  }
  get conversations() {
    return this.#real.conversations
  }
  get messages() {
    return this.#real.messages
  }
  get feed() {
    return this.#real.feed
  }
  get agents() {
    return this.#real.agents
  }
  get timers() {
    return this.#real.timers
  }
  get tokens() {
    return this.#real.tokens
  }
  get handsets() {
    return this.#real.handsets
  }
  get exchanges() {
    return this.#real.exchanges
  }
  get toolCalls() {
    return this.#real.toolCalls
  }
  get retention() {
    return this.#real.retention
  }
  get media() {
    return this.#real.media
  }
  get emails() {
    return this.#real.emails
  }
  get mailbox() {
    return this.#real.mailbox
  }
  get throttles() {
    return this.#real.throttles
  }
  get consents() {
    return this.#real.consents
  }
  get flowRuns() {
    return this.#real.flowRuns
  }
  get campaigns() {
    return this.#real.campaigns
  }
}

/** An open transaction that takes notes of what it does, and has the planted bug where that is one of the store. */
export function observed(
  real: Store,
  notes: Notes,
  { bug, taker }: { readonly bug: PlantedBug | undefined; readonly taker: Taker | undefined },
): Store {
  const seen = bug === 'open-lanes' ? openLanes(real.deliveries) : real.deliveries
  const deliveries = partWith(seen, {
    async add(queued, body, options) {
      const { organizationId } = real
      const taken = (await taker?.take(organizationId, queued)) ?? queued
      notes.lettingGo.push(() => taker?.letGo(organizationId, taken))
      if (taken.state === 'sending') notes.started.push(taken)
      await real.deliveries.add(taken, body, options)
      notes.added.push(queued)
    },
    async update(delivery) {
      await real.deliveries.update(delivery)
      if (delivery.state === 'sending') notes.started.push(delivery)
    },
    async replace(known, next) {
      const isReplaced = await real.deliveries.replace(known, next)
      if (isReplaced && next.state === 'sending') notes.started.push(next)
      return isReplaced
    },
  })
  return new NodeStore(real, {
    deliveries,
    ...(bug === 'forgotten-answers'
      ? { answers: { get: async () => undefined, add: async () => true } }
      : {}),
    ...(bug === 'no-held-receipts' ? { receipts: { ...real.receipts, hold: async () => {} } } : {}),
  })
}

/** A planted bug: every delivery seems to have a lane of its own. */
export function openLanes(deliveries: Store['deliveries']): Store['deliveries'] {
  return partWith(deliveries, {
    unfinished: async (buckets, afterId, limit) =>
      (await deliveries.unfinished(buckets, afterId, limit)).map(laneOfItsOwn),
    async get(id) {
      const delivery = await deliveries.get(id)
      return delivery && laneOfItsOwn(delivery)
    },
    isFirstOfLane: async () => true,
  })
}

/** The delivery as the planted bug shows it. */
export function laneOfItsOwn(delivery: Delivery): Delivery {
  return { ...delivery, lane: `${delivery.lane}|${delivery.id}` }
}
