import type { Delivery } from '../domain/delivery.ts'
import type { JsonValue } from '../store/json.ts'

/** A delivery that waits in memory, with the organization that it belongs to. */
export interface Waiting {
  readonly organizationId: string
  readonly delivery: Delivery
  /** What it carries, where that is still in memory; otherwise it is read when its turn comes. */
  readonly body?: JsonValue
}

interface Lane {
  readonly key: string
  readonly waiting: Waiting[]
  busy: boolean
}

/**
 * The order in which deliveries leave: within a lane one at a time, as they were accepted; lanes side by side.
 * Among lanes that are ready the lower priority number goes first, then whoever has waited longer.
 */
export class Lanes {
  readonly #lanes = new Map<string, Lane>()
  readonly #ready: [Lane[], Lane[], Lane[]] = [[], [], []]
  readonly #known = new Set<string>()

  /** How many are waiting or under way. */
  get size(): number {
    return this.#known.size
  }

  /** Whether that delivery is here already. */
  has(deliveryId: string): boolean {
    return this.#known.has(deliveryId)
  }

  /** Adds a delivery at the end of its lane; one that is here already stays where it is. */
  add(waiting: Waiting): void {
    const { id, lane: name } = waiting.delivery
    if (this.#known.has(id)) return
    this.#known.add(id)
    const key = `${waiting.organizationId}|${name}`
    const lane = this.#lanes.get(key)
    if (lane === undefined) {
      const created: Lane = { key, waiting: [waiting], busy: false }
      this.#lanes.set(key, created)
      this.#offer(created)
      return
    }
    insertInOrder(lane.waiting, waiting, lane.busy ? 1 : 0)
  }

  /** Takes the next delivery that may start, and keeps its lane busy until `done` or `again`. */
  next(): Waiting | undefined {
    for (const ready of this.#ready) {
      const lane = ready.shift()
      if (lane === undefined) continue
      lane.busy = true
      return lane.waiting[0]
    }
    return undefined
  }

  /** The delivery is over as far as its lane is concerned: the next one may start. */
  done(waiting: Waiting): void {
    const lane = this.#laneOf(waiting)
    if (lane === undefined) return
    lane.waiting.shift()
    lane.busy = false
    this.#known.delete(waiting.delivery.id)
    if (lane.waiting.length === 0) this.#lanes.delete(lane.key)
    else this.#offer(lane)
  }

  /** The delivery goes again, in its changed form; until it is offered with `resume` its lane stands still. */
  again(waiting: Waiting): void {
    const lane = this.#laneOf(waiting)
    if (lane !== undefined) lane.waiting[0] = waiting
  }

  /** Lets a lane that stood still start its first delivery. */
  resume(waiting: Waiting): void {
    const lane = this.#laneOf(waiting)
    if (lane !== undefined) this.#offer(lane)
  }

  /** Forgets every waiting delivery of buckets that this node no longer owns; those under way stay until they are done. */
  drop(isOurs: (bucket: number) => boolean): void {
    for (const lane of this.#lanes.values()) {
      const keep = lane.busy ? lane.waiting.slice(0, 1) : []
      const gone = lane.waiting.filter((one) => !keep.includes(one) && !isOurs(one.delivery.bucket))
      if (gone.length === 0) continue
      for (const { delivery } of gone) this.#known.delete(delivery.id)
      lane.waiting.splice(
        0,
        lane.waiting.length,
        ...lane.waiting.filter((one) => !gone.includes(one)),
      )
      if (lane.waiting.length > 0) continue
      this.#lanes.delete(lane.key)
      for (const ready of this.#ready) {
        const at = ready.indexOf(lane)
        if (at >= 0) ready.splice(at, 1)
      }
    }
  }

  #laneOf({ organizationId, delivery }: Waiting): Lane | undefined {
    return this.#lanes.get(`${organizationId}|${delivery.lane}`)
  }

  #offer(lane: Lane): void {
    const [first] = lane.waiting
    if (first === undefined) return
    this.#ready[Math.min(Math.max(first.delivery.priority, 0), 2) as 0 | 1 | 2].push(lane)
  }
}

/** Ids are in the order accepted; a delivery that was read from the store late still goes to its place. */
function insertInOrder(list: Waiting[], waiting: Waiting, from: number): void {
  let at = list.length
  while (at > from && (list[at - 1]?.delivery.id ?? '') > waiting.delivery.id) at -= 1
  list.splice(at, 0, waiting)
}
