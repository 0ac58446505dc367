import type { Delivery } from '../domain/delivery.ts'
import type { JsonValue } from '../store/json.ts'

/** A delivery that waits in memory, with the organization that it belongs to. */
export interface Waiting {
  readonly organizationId: string
  readonly delivery: Delivery
  /** What it carries, where that is still in memory; otherwise it is read when its turn comes. */
  readonly body?: JsonValue | undefined
  /** Its pause before this attempt was kept. */
  readonly rested?: boolean
}

interface Lane {
  readonly key: string
  readonly gate: Gate
  readonly waiting: Waiting[]
  busy: boolean
}

/** The lanes of one sender: what a throttle holds up together. Ready lanes by priority. */
interface Gate {
  readonly key: string
  readonly ready: readonly [Lane[], Lane[], Lane[]]
  readonly queued: [boolean, boolean, boolean]
  lanes: number
  held: boolean
}

/** The deliveries that are or were here since somebody began to look. */
export interface Sight {
  has(deliveryId: string): boolean
  /** Forgets those that were. */
  end(): void
}

type Priority = 0 | 1 | 2
const priorities: readonly Priority[] = [0, 1, 2]

/**
 * The order in which deliveries leave: within a lane one at a time, as they were accepted; lanes side by side.
 * Among what is ready the lower priority number goes first, then senders take turns, then whoever has waited longer.
 * A sender that is held lets nothing out until it is released.
 */
export class Lanes {
  readonly #lanes = new Map<string, Lane>()
  readonly #gates = new Map<string, Gate>()
  readonly #turns: readonly [Gate[], Gate[], Gate[]] = [[], [], []]
  /** The lane of each delivery that is here, by its id. */
  readonly #known = new Map<string, Lane>()
  /** By lane, deliveries that are being queued by transactions whose end is not known yet. */
  readonly #expected = new Map<string, Set<string>>()
  /** What is over since, for each who looks. */
  readonly #sights = new Set<Set<string>>()

  /** How many are waiting or under way. */
  get size(): number {
    return this.#known.size
  }

  /**
   * For who is about to read the store: what it will find there may be over by the time that it has it, and is to be
   * left alone.
   */
  watch(): Sight {
    const over = new Set<string>()
    this.#sights.add(over)
    return {
      has: (deliveryId) => this.#known.has(deliveryId) || over.has(deliveryId),
      end: () => {
        this.#sights.delete(over)
      },
    }
  }

  /** Adds a delivery at the end of its lane; one that is here already stays where it is. */
  add(waiting: Waiting): void {
    const { id } = waiting.delivery
    if (this.#known.has(id)) return
    const key = laneKeyOf(waiting)
    const lane = this.#lanes.get(key)
    if (lane === undefined) {
      const gate = this.#gateOf(gateKeyOf(key))
      gate.lanes += 1
      const created: Lane = { key, gate, waiting: [waiting], busy: false }
      this.#lanes.set(key, created)
      this.#known.set(id, created)
      this.#offer(created)
      return
    }
    this.#known.set(id, lane)
    insertInOrder(lane.waiting, waiting, lane.busy ? 1 : 0)
  }

  /** A delivery is being queued that is not here yet: until it has `arrived` its lane cannot be reserved by a later one. */
  expect(waiting: Waiting): void {
    const key = laneKeyOf(waiting)
    const expected = this.#expected.get(key)
    if (expected === undefined) this.#expected.set(key, new Set([waiting.delivery.id]))
    else expected.add(waiting.delivery.id)
  }

  /** It is on disk and its turn to be added has come, or it came to nothing. */
  arrived(waiting: Waiting): void {
    const key = laneKeyOf(waiting)
    const expected = this.#expected.get(key)
    expected?.delete(waiting.delivery.id)
    if (expected?.size === 0) this.#expected.delete(key)
  }

  /** Keeps a lane busy with a delivery that is about to be queued; false when something is before it. */
  reserve(waiting: Waiting): boolean {
    const { id } = waiting.delivery
    const key = laneKeyOf(waiting)
    if (this.#lanes.has(key) || this.#expected.has(key)) return false
    const gate = this.#gateOf(gateKeyOf(key))
    if (gate.held) return false
    gate.lanes += 1
    const lane: Lane = { key, gate, waiting: [waiting], busy: true }
    this.#lanes.set(key, lane)
    this.#known.set(id, lane)
    return true
  }

  /** Takes the next delivery that may start, and keeps its lane busy until `done`, `again` or `hold`. */
  next(): Waiting | undefined {
    for (const priority of priorities) {
      const turns = this.#turns[priority]
      for (let gate = turns.shift(); gate !== undefined; gate = turns.shift()) {
        gate.queued[priority] = false
        if (gate.held) continue
        const lane = gate.ready[priority].shift()
        this.#takeTurn(gate, priority)
        if (lane === undefined) continue
        lane.busy = true
        return lane.waiting[0]
      }
    }
    return undefined
  }

  /** The sender of this delivery lets nothing out until it is released; the delivery itself goes back to its place. */
  hold(waiting: Waiting): void {
    const lane = this.#laneOf(waiting)
    if (lane === undefined) return
    lane.gate.held = true
    lane.busy = false
    lane.gate.ready[priorityOf(lane)].unshift(lane)
  }

  /** The sender of this delivery may go on. */
  release(waiting: Waiting): void {
    const gate = this.#gates.get(gateKeyOf(laneKeyOf(waiting)))
    if (gate === undefined) return
    gate.held = false
    if (gate.lanes === 0) this.#gates.delete(gate.key)
    for (const priority of priorities) this.#takeTurn(gate, priority)
  }

  /** The delivery is over as far as its lane is concerned: the next one may start. */
  done(waiting: Waiting): void {
    const lane = this.#laneOf(waiting)
    if (lane === undefined) return
    lane.waiting.shift()
    lane.busy = false
    this.#known.delete(waiting.delivery.id)
    for (const over of this.#sights) over.add(waiting.delivery.id)
    if (lane.waiting.length === 0) this.#forget(lane)
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

  /** Takes the first of a lane out of its turn, as if `next` had given it. */
  withdraw(waiting: Waiting): void {
    const lane = this.#laneOf(waiting)
    if (lane !== undefined) withdraw(lane)
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
      withdraw(lane)
      this.#forget(lane)
    }
  }

  #laneOf({ delivery }: Waiting): Lane | undefined {
    return this.#known.get(delivery.id)
  }

  #gateOf(key: string): Gate {
    let gate = this.#gates.get(key)
    if (gate === undefined) {
      gate = { key, ready: [[], [], []], queued: [false, false, false], lanes: 0, held: false }
      this.#gates.set(key, gate)
    }
    return gate
  }

  #forget(lane: Lane): void {
    this.#lanes.delete(lane.key)
    lane.gate.lanes -= 1
    if (lane.gate.lanes === 0 && !lane.gate.held) this.#gates.delete(lane.gate.key)
  }

  #offer(lane: Lane): void {
    if (lane.waiting.length === 0) return
    const priority = priorityOf(lane)
    lane.gate.ready[priority].push(lane)
    this.#takeTurn(lane.gate, priority)
  }

  /** Puts the sender at the end of the turns, when it has something ready and is not there yet. */
  #takeTurn(gate: Gate, priority: Priority): void {
    if (gate.held || gate.queued[priority] || gate.ready[priority].length === 0) return
    gate.queued[priority] = true
    this.#turns[priority].push(gate)
  }
}

function laneKeyOf({ organizationId, delivery }: Waiting): string {
  return `${organizationId}|${delivery.lane}`
}

/** A sender is what a lane is named for, without the one that it leads to. */
function gateKeyOf(laneKey: string): string {
  return laneKey.slice(0, laneKey.lastIndexOf('|'))
}

/** A lane that was ready is so no longer. */
function withdraw(lane: Lane): void {
  for (const ready of lane.gate.ready) {
    const at = ready.indexOf(lane)
    if (at >= 0) ready.splice(at, 1)
  }
}

function priorityOf(lane: Lane): Priority {
  const priority = lane.waiting[0]?.delivery.priority ?? 2
  return priority <= 0 ? 0 : priority === 1 ? 1 : 2
}

/** Ids are in the order accepted; a delivery that was read from the store late still goes to its place. */
function insertInOrder(list: Waiting[], waiting: Waiting, from: number): void {
  let at = list.length
  while (at > from && (list[at - 1]?.delivery.id ?? '') > waiting.delivery.id) at -= 1
  list.splice(at, 0, waiting)
}
