import type { Sent } from '../connectors/connector.ts'
import { type AfterFailure, afterFailure, type Delivery } from '../domain/delivery.ts'
import { SendError, type SendFailure } from '../errors.ts'
import type { RecordedExchange } from '../exchange.ts'
import type { JsonValue } from '../store/json.ts'
import type { Database, NewAttempt, Store } from '../store/store.ts'
import { Ahead } from './ahead.ts'
import { type Carriage, carriageOf } from './carriage.ts'
import { failOver } from './failover.ts'
import { insist, passes } from './insist.ts'
import { Lanes, type Sight, type Waiting } from './lanes.ts'
import type { Messaging } from './messaging.ts'
import { type Ended, type EndedAttempt, settle } from './settle.ts'
import {
  confirmStart,
  expired,
  isBegun,
  type StartGround,
  startAttempt,
  startedFrom,
} from './start.ts'
import { isThrottled } from './throttle.ts'
import type { Outcome, WayOut } from './way-out.ts'

/** What the dispatcher needs of the server. */
export interface Surroundings extends Pick<WayOut, 'send'> {
  /** Told of each attempt, for figures and for who watches. */
  onAttempt(attempt: {
    readonly connector: string
    readonly outcome: NewAttempt['outcome']
    readonly latencyMs: number
    readonly organizationId: string
    readonly accountId: string
    /** What went over the wire, secrets masked; undefined when nothing did. */
    readonly recorded: RecordedExchange | undefined
  }): void
  /** Told of what should not happen; the delivery stays where it was and is taken up again. */
  onError(message: string, fields: Readonly<Record<string, unknown>>): void
}

/** Sends under way at once on one node. */
const inFlightMax = 512
/** A held sender is asked again at least this often, so that a new rate takes effect soon. */
const holdMsMax = 2000

/**
 * Works off deliveries: writes the attempt, calls the connector, settles. Knows nothing of buckets and leases;
 * whoever owns a bucket offers its deliveries.
 */
export class Dispatcher {
  readonly #lanes = new Lanes()
  readonly #database: Database
  readonly #messaging: Messaging
  readonly #surroundings: Surroundings
  readonly #ground: StartGround
  #underWay = 0
  #onIdle: () => void = () => {}
  readonly #ahead = new Ahead()
  readonly #cancelRetries = new Map<string, () => void>()
  #open = true
  /** Epoch of the lease under which a bucket's attempts are written; undefined when it is not ours now. */
  epochOf: (bucket: number) => number | undefined = () => undefined

  constructor(database: Database, messaging: Messaging, surroundings: Surroundings) {
    this.#database = database
    this.#messaging = messaging
    this.#surroundings = surroundings
    this.#ground = {
      manyNodes: database.capabilities.manyNodes,
      now: () => messaging.outside.clock.now(),
      epochOf: (bucket) => (this.#open ? this.epochOf(bucket) : undefined),
    }
  }

  /** Deliveries in memory: waiting, under way, or resting before a retry. */
  get size(): number {
    return this.#lanes.size
  }

  /** For who reads deliveries from the store: which of them are in memory, or were meanwhile. */
  watch(): Sight {
    return this.#lanes.watch()
  }

  /** Takes up a queued delivery. */
  offer(waiting: Waiting): void {
    if (!this.#open) return
    this.#lanes.add(waiting)
    this.#pump()
  }

  /**
   * Takes a delivery up before it is on disk: with its first attempt begun under that lease, where it can leave as soon
   * as it is there, or queued as it is. Nothing of its lane begins before it until `begin`, `arrived` or `letGo`.
   */
  async take(waiting: Waiting, leaseEpoch: number | undefined): Promise<Delivery> {
    const { organizationId, delivery } = waiting
    if (this.#open && this.#ahead.hasRoom && leaseEpoch !== undefined) {
      const store = this.#database.store(organizationId)
      let begins = false
      this.#ahead.take(delivery.id) // already, so that who stops waits for it
      try {
        begins = !(await isThrottled(store, delivery)) && this.#open && this.#lanes.reserve(waiting)
      } finally {
        if (!begins) this.#ahead.settle(delivery.id)
      }
      if (begins) return startedFrom(delivery, leaseEpoch)
    }
    this.#lanes.expect(waiting)
    return delivery
  }

  /** What was taken up as it is, is on disk. */
  arrived(queued: Waiting): void {
    this.#lanes.arrived(queued)
  }

  /** What was taken up is on disk, and leaves when its turn comes. */
  begin(taken: Waiting): void {
    if (!this.#ahead.settle(taken.delivery.id)) return
    this.#ahead.begin(taken)
    this.#lanes.again(taken)
    this.#lanes.resume(taken)
    this.#pump()
  }

  /** What was taken up is not on disk. */
  letGo(taken: Waiting): void {
    this.#lanes.arrived(taken)
    if (!this.#ahead.settle(taken.delivery.id)) return
    this.#lanes.done(taken)
    this.#pump()
  }

  /** Resolves when nothing is taken up whose commit is under way. */
  takenSettled(): Promise<void> {
    return this.#ahead.settled()
  }

  /** Lets go of what waits in buckets that are no longer ours. */
  drop(isOurs: (bucket: number) => boolean): void {
    this.#takeBack(({ delivery }) => !isOurs(delivery.bucket))
    this.#lanes.drop(isOurs)
  }

  /** Runs attempts that were begun and may not be sent here any more, which takes them back. */
  #takeBack(isOver: (waiting: Waiting) => boolean): void {
    for (const waiting of this.#ahead.begun.filter(isOver)) {
      this.#lanes.withdraw(waiting)
      this.#launch(waiting)
    }
  }

  /** Starts nothing new, waits for what is under way. */
  async close(): Promise<void> {
    this.#open = false
    for (const cancel of this.#cancelRetries.values()) cancel()
    this.#cancelRetries.clear()
    this.#takeBack(() => true)
    if (this.#underWay === 0) return
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve
    })
  }

  #pump(): void {
    while (this.#open && this.#underWay < inFlightMax) {
      const waiting = this.#lanes.next()
      if (waiting === undefined) return
      const resting = this.#restMs(waiting)
      if (resting > 0) {
        this.#rest(waiting, resting)
        continue
      }
      this.#launch(waiting)
    }
  }

  #launch(waiting: Waiting): void {
    this.#ahead.leave(waiting.delivery.id)
    this.#underWay += 1
    void this.#run(waiting)
  }

  /**
   * How long a retry still has to wait. A first attempt never does, and a pause that was kept is over, even when
   * the machine's clock was set back meanwhile.
   */
  #restMs({ delivery, rested }: Waiting): number {
    if (rested === true || delivery.dueMs === delivery.acceptedMs) return 0
    return delivery.dueMs - this.#messaging.outside.clock.now()
  }

  #rest(waiting: Waiting, delayMs: number): void {
    this.#later(waiting.delivery.id, delayMs, () => {
      this.#lanes.again({ ...waiting, rested: true })
      this.#lanes.resume(waiting)
    })
  }

  /** The sender has used its rate up: nothing of it goes before that time. */
  #hold(waiting: Waiting, untilMs: number): void {
    this.#lanes.hold(waiting)
    const delayMs = Math.min(Math.max(1, untilMs - this.#ground.now()), holdMsMax)
    this.#later(`held ${waiting.delivery.id}`, delayMs, () => this.#lanes.release(waiting))
  }

  #later(key: string, delayMs: number, work: () => void): void {
    const cancel = this.#messaging.outside.clock.after(delayMs, () => {
      this.#cancelRetries.delete(key)
      work()
      this.#pump()
    })
    this.#cancelRetries.set(key, cancel)
  }

  async #run(waiting: Waiting): Promise<void> {
    const { organizationId } = waiting
    const store = this.#database.store(organizationId)
    try {
      const started = isBegun(waiting.delivery, this.#ground)
        ? waiting.delivery
        : await this.#start(store, waiting)
      if (started === undefined) {
        this.#lanes.done(waiting)
        return
      }
      if ('untilMs' in started) {
        this.#hold(waiting, started.untilMs)
        return
      }
      const settled = await this.#attempt(store, { delivery: started, body: waiting.body })
      const next = { organizationId, delivery: settled }
      if (settled.state === 'queued') {
        this.#lanes.again(next)
        this.#rest(next, Math.max(0, settled.dueMs - this.#messaging.outside.clock.now()))
      } else {
        this.#lanes.done(next)
      }
    } catch (cause) {
      // The row says `queued` or `sending`, and recovery reads it again.
      this.#surroundings.onError('A delivery could not be worked on.', {
        deliveryId: waiting.delivery.id,
        cause,
      })
      this.#lanes.done(waiting)
    } finally {
      this.#underWay -= 1
      if (this.#underWay === 0) this.#onIdle()
      this.#pump()
    }
  }

  #start(store: Store, waiting: Waiting): ReturnType<typeof startAttempt> {
    const { delivery } = waiting
    let tries = 0
    return this.#insist(delivery, () => {
      tries += 1
      return delivery.state === 'sending'
        ? confirmStart(store, delivery, this.#ground)
        : startAttempt(store, { waiting, isAgain: tries > 1 }, this.#ground)
    })
  }

  /**
   * The lane stands still until the store takes it: letting go would have the next delivery overtake, and forget what a
   * provider has said.
   */
  #insist<T>(delivery: Delivery, work: () => Promise<T>): Promise<T> {
    return insist(work, {
      clock: this.#messaging.outside.clock,
      isWanted: () => this.#open,
      onWait: (cause) => {
        this.#surroundings.onError('A delivery waits for the store.', {
          deliveryId: delivery.id,
          cause,
        })
      },
    })
  }

  async #attempt(
    store: Store,
    carried: { readonly delivery: Delivery; readonly body: JsonValue | undefined },
  ): Promise<Delivery> {
    const { delivery } = carried
    const { accountId } = delivery
    const { organizationId } = store
    const { clock } = this.#messaging.outside
    const startedMs = clock.now()
    let carriage: Carriage | undefined
    let outcome: Outcome<Sent>
    try {
      if (startedMs > delivery.expiresMs) throw expired()
      carriage = await this.#insist(delivery, () => carriageOf(store, carried, this.#messaging))
      const { connector, settings, secrets, allowPrivateNetwork, message } = carriage
      const by = { connector, settings, secrets, allowPrivateNetwork }
      outcome = await this.#surroundings.send({ ...by, organizationId, accountId }, message)
    } catch (cause) {
      if (carriage === undefined && passes(cause)) throw cause // closing while the store is away
      outcome = { cause, recorded: undefined }
    }
    const { value, cause, recorded } = outcome
    const ended: Ended =
      value === undefined
        ? this.#afterError(delivery, { cause, carriage })
        : { outcome: 'sent', providerIds: value.providerIds }
    const attempt: { -readonly [Member in keyof NewAttempt]: NewAttempt[Member] } = {
      deliveryId: delivery.id,
      number: delivery.attempts,
      accountId,
      startedMs,
      endedMs: clock.now(),
      outcome: ended.outcome,
    }
    if (ended.error !== undefined) {
      attempt.failure = ended.error.failure
      attempt.error = ended.error.message
    }
    this.#surroundings.onAttempt({
      connector: carriage?.connector.name ?? delivery.kind,
      outcome: ended.outcome,
      latencyMs: attempt.endedMs - delivery.acceptedMs,
      organizationId,
      accountId,
      recorded,
    })
    const given = { delivery, attempt, ended, recorded }
    return await this.#insist(delivery, () =>
      ended.error === undefined
        ? settle(store, given, this.#messaging)
        : this.#settleFailed(store, given, carriage),
    )
  }

  /** A failed attempt leads to another account where that is safe. */
  async #settleFailed(
    store: Store,
    given: EndedAttempt,
    carriage: Carriage | undefined,
  ): Promise<Delivery> {
    const { delivery, attempt } = given
    const nowMs = attempt.endedMs
    if (carriage === undefined || nowMs > delivery.expiresMs)
      return settle(store, given, this.#messaging)
    const after = (failure: SendFailure) => this.#after(delivery, { carriage, failure })
    const ended = await failOver(store, { ...given, lane: delivery.lane, carriage, nowMs, after })
    const decided = { ...given, attempt: { ...attempt, outcome: ended.outcome }, ended }
    return settle(store, decided, this.#messaging)
  }

  #afterError(
    delivery: Delivery,
    { cause, carriage }: { readonly cause: unknown; readonly carriage: Carriage | undefined },
  ): Ended {
    const error =
      cause instanceof SendError
        ? cause
        : new SendError('uncertain', 'The connector failed in a way that it should not.', { cause })
    if (!(cause instanceof SendError)) {
      this.#surroundings.onError('A connector failed.', { deliveryId: delivery.id, cause })
    }
    if (carriage === undefined) return { outcome: 'failed', providerIds: [], error }
    const after = this.#after(delivery, { ...error, carriage })
    if (after.next === 'retry')
      return { outcome: 'retry', providerIds: [], error, dueMs: after.dueMs }
    const gaveUp =
      after.next === 'uncertain' && carriage.uncertain === 'fail' ? 'failed' : after.next
    return { outcome: gaveUp, providerIds: [], error }
  }

  #after(
    delivery: Delivery,
    failed: {
      readonly carriage: Carriage
      readonly failure: SendFailure
      readonly retryAfterMs?: number | undefined
    },
  ): AfterFailure {
    const { carriage, failure, retryAfterMs } = failed
    return afterFailure(
      {
        failure,
        attempt: delivery.attempts,
        acceptedMs: delivery.acceptedMs,
        expiresMs: delivery.expiresMs,
        nowMs: this.#messaging.outside.clock.now(),
        retryAfterMs,
        idempotent: carriage.connector.idempotent || carriage.uncertain === 'resend',
        chance: this.#messaging.outside.chance(),
      },
      carriage.connector.retry,
    )
  }
}
