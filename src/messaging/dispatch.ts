import type { Io } from '../connectors/connector.ts'
import {
  afterFailure,
  type Delivery,
  deliveryStateOf,
  joinStatus,
  reasonOf,
} from '../domain/delivery.ts'
import { SendError } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import type { JsonValue } from '../store/json.ts'
import type { Attempt, Database, Store } from '../store/store.ts'
import { type Carriage, carriageOf } from './carriage.ts'
import { Lanes, type Waiting } from './lanes.ts'
import type { Messaging } from './messaging.ts'
import { applyHeld, moveMessage, statusOfDelivery } from './receipt.ts'
import { reportToPlatform } from './relay.ts'
import { throttle } from './throttle.ts'

/** The guarded way out of one attempt, and the exchanges that went over it. */
export interface Recorder extends Pick<Io, 'fetch' | 'connect' | 'record'> {
  exchanges(): readonly Exchange[]
}

/** What the dispatcher needs of the server. */
export interface Surroundings {
  /** A way out that masks these secrets in what it records. */
  recorder(carriage: Carriage): Recorder
  token: Io['token']
  /** Where the server can be reached: by others, and by itself. */
  addresses(): { readonly publicUrl: string; readonly ownUrl: string }
  /** Told of each attempt, for figures. */
  onAttempt(attempt: { connector: string; outcome: Attempt['outcome']; latencyMs: number }): void
  /** Told of what should not happen; the delivery stays where it was and is taken up again. */
  onError(message: string, fields: Readonly<Record<string, unknown>>): void
}

/** Sends under way at once on one node. */
const inFlightMax = 512

/** A held sender is asked again at least this often, so that a new rate takes effect soon. */
const holdMsMax = 2000

interface Ended {
  readonly outcome: Attempt['outcome']
  readonly providerIds: readonly string[]
  readonly error?: SendError
  readonly dueMs?: number
}

/**
 * Works off deliveries: writes the attempt, calls the connector, settles. Knows nothing of buckets and leases;
 * whoever owns a bucket offers its deliveries.
 */
export class Dispatcher {
  readonly #lanes = new Lanes()
  readonly #database: Database
  readonly #messaging: Messaging
  readonly #surroundings: Surroundings
  readonly #running = new Set<Promise<void>>()
  readonly #cancelRetries = new Map<string, () => void>()
  #open = true
  /** Epoch of the lease under which a bucket's attempts are written; undefined when it is not ours now. */
  epochOf: (bucket: number) => number | undefined = () => undefined

  constructor(database: Database, messaging: Messaging, surroundings: Surroundings) {
    this.#database = database
    this.#messaging = messaging
    this.#surroundings = surroundings
  }

  /** Deliveries in memory: waiting, under way, or resting before a retry. */
  get size(): number {
    return this.#lanes.size
  }

  has(deliveryId: string): boolean {
    return this.#lanes.has(deliveryId)
  }

  /** Takes up a queued delivery. */
  offer(waiting: Waiting): void {
    if (!this.#open) return
    this.#lanes.add(waiting)
    this.#pump()
  }

  /** Lets go of what waits in buckets that are no longer ours. */
  drop(isOurs: (bucket: number) => boolean): void {
    this.#lanes.drop(isOurs)
  }

  /** Starts nothing new, waits for what is under way. */
  async close(): Promise<void> {
    this.#open = false
    for (const cancel of this.#cancelRetries.values()) cancel()
    this.#cancelRetries.clear()
    await Promise.all(this.#running)
  }

  #pump(): void {
    while (this.#open && this.#running.size < inFlightMax) {
      const waiting = this.#lanes.next()
      if (waiting === undefined) return
      const resting = waiting.delivery.dueMs - this.#messaging.outside.clock.now()
      if (resting > 0) {
        this.#rest(waiting, resting)
        continue
      }
      const run = this.#run(waiting).finally(() => {
        this.#running.delete(run)
        this.#pump()
      })
      this.#running.add(run)
    }
  }

  #rest(waiting: Waiting, delayMs: number): void {
    const { id } = waiting.delivery
    const cancel = this.#messaging.outside.clock.after(delayMs, () => {
      this.#cancelRetries.delete(id)
      this.#lanes.resume(waiting)
      this.#pump()
    })
    this.#cancelRetries.set(id, cancel)
  }

  /** The sender has used its rate up: nothing of it goes before that time. */
  #hold(waiting: Waiting, untilMs: number): void {
    this.#lanes.hold(waiting)
    const { clock } = this.#messaging.outside
    const key = `held ${waiting.delivery.id}`
    const delayMs = Math.min(Math.max(1, untilMs - clock.now()), holdMsMax)
    const cancel = clock.after(delayMs, () => {
      this.#cancelRetries.delete(key)
      this.#lanes.release(waiting)
      this.#pump()
    })
    this.#cancelRetries.set(key, cancel)
  }

  async #run(waiting: Waiting): Promise<void> {
    const { organizationId } = waiting
    const store = this.#database.store(organizationId)
    try {
      const started = await this.#start(store, waiting)
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
      // The store failed: the row says `queued` or `sending`, and recovery reads it again.
      this.#surroundings.onError('A delivery could not be worked on.', {
        deliveryId: waiting.delivery.id,
        cause,
      })
      this.#lanes.done(waiting)
    }
  }

  /** Writes that the attempt begins, before anything leaves. Undefined when it is somebody else's, or dealt with. */
  async #start(
    store: Store,
    waiting: Waiting,
  ): Promise<Delivery | { readonly untilMs: number } | undefined> {
    const known = waiting.delivery
    const nowMs = this.#messaging.outside.clock.now()
    return store.transaction(async (store) => {
      const epoch = this.epochOf(known.bucket)
      if (epoch === undefined || known.state !== 'queued') return undefined
      const untilMs = nowMs > known.expiresMs ? undefined : await throttle(store, waiting, nowMs)
      if (untilMs !== undefined) return { untilMs: Math.min(untilMs, known.expiresMs + 1) }
      const expected = startedFrom(known, epoch)
      if (await store.deliveries.replace(known, expected)) return expected
      const delivery = await store.deliveries.get(known.id)
      if (delivery?.state !== 'queued') return undefined
      const started = startedFrom(delivery, epoch)
      await store.deliveries.update(started)
      return started
    })
  }

  async #attempt(
    store: Store,
    carried: { readonly delivery: Delivery; readonly body: JsonValue | undefined },
  ): Promise<Delivery> {
    const { delivery } = carried
    const { clock } = this.#messaging.outside
    const startedMs = clock.now()
    let carriage: Carriage | undefined
    let recorder: Recorder | undefined
    let ended: Ended
    try {
      if (startedMs > delivery.expiresMs) throw expired()
      carriage = await carriageOf(store, carried, this.#messaging)
      recorder = this.#surroundings.recorder(carriage)
      const { providerIds } = await carriage.connector.send(
        carriage.message,
        carriage.settings,
        this.#io(store, { delivery, recorder }),
      )
      ended = { outcome: 'sent', providerIds }
    } catch (cause) {
      ended = this.#afterError(delivery, { cause, carriage })
    }
    const exchange = recorder?.exchanges().at(-1)
    const attempt: Attempt = {
      deliveryId: delivery.id,
      number: delivery.attempts,
      startedMs,
      endedMs: clock.now(),
      outcome: ended.outcome,
      ...(ended.error === undefined
        ? {}
        : { failure: ended.error.failure, error: ended.error.message }),
      ...(exchange === undefined ? {} : { exchange }),
    }
    this.#surroundings.onAttempt({
      connector: carriage?.connector.name ?? delivery.kind,
      outcome: ended.outcome,
      latencyMs: clock.now() - delivery.acceptedMs,
    })
    return this.#settle(store, { delivery, attempt, ended })
  }

  #io(store: Store, given: { readonly delivery: Delivery; readonly recorder: Recorder }): Io {
    const { clock } = this.#messaging.outside
    const { publicUrl, ownUrl } = this.#surroundings.addresses()
    return {
      ...given.recorder,
      now: () => clock.now(),
      token: this.#surroundings.token,
      publicUrl,
      ownUrl,
      callbackUrl: `${publicUrl}/webhooks/${store.organizationId}/${given.delivery.accountId}`,
    }
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
    const resends = carriage.uncertain === 'resend'
    const after = afterFailure(
      {
        failure: error.failure,
        attempt: delivery.attempts,
        acceptedMs: delivery.acceptedMs,
        expiresMs: delivery.expiresMs,
        nowMs: this.#messaging.outside.clock.now(),
        retryAfterMs: error.retryAfterMs,
        idempotent: carriage.connector.idempotent || resends,
        chance: this.#messaging.outside.chance(),
      },
      carriage.connector.retry,
    )
    if (after.next === 'retry')
      return { outcome: 'retry', providerIds: [], error, dueMs: after.dueMs }
    const gaveUp =
      after.next === 'uncertain' && carriage.uncertain === 'fail' ? 'failed' : after.next
    return { outcome: gaveUp, providerIds: [], error }
  }

  /** Writes how the attempt ended, on top of what receipts may have said in the meantime. */
  async #settle(
    store: Store,
    {
      delivery,
      attempt,
      ended,
    }: { readonly delivery: Delivery; readonly attempt: Attempt; readonly ended: Ended },
  ): Promise<Delivery> {
    return store.transaction(async (store) => {
      const { current, settled } = await saveEnd(store, delivery, ended)
      await store.deliveries.addAttempt(attempt)
      const { accountId, id } = delivery
      const known: string[] = []
      for (const [part, providerId] of ended.providerIds.entries()) {
        if (await store.deliveries.addProviderId(accountId, providerId, id, part))
          known.push(providerId)
      }
      if (settled.state !== current.state) await this.#tell(store, settled, ended)
      await applyHeld(store, { accountId, providerIds: known }, this.#messaging)
      return settled
    })
  }

  async #tell(store: Store, settled: Delivery, ended: Ended): Promise<void> {
    const nowMs = this.#messaging.outside.clock.now()
    const { id: deliveryId, accountId, state } = settled
    await store.feed.append({ type: 'delivery', deliveryId, state, accountId }, nowMs)
    if (ended.outcome === 'retry' || ended.outcome === 'uncertain') return
    const status = ended.outcome === 'sent' ? 'sent' : 'delivery-failed'
    const error =
      settled.failure === undefined || ended.outcome === 'sent'
        ? undefined
        : {
            code: settled.failure.reason,
            message: settled.failure.message,
            ...(settled.failure.providerCode === undefined
              ? {}
              : { providerCode: settled.failure.providerCode }),
          }
    if (settled.relayId !== undefined) {
      await reportToPlatform(
        store,
        { delivery: settled, status, error, final: status !== 'sent' },
        this.#messaging,
      )
    } else if (settled.messageId !== undefined) {
      const { messageId, conversationId } = settled
      const likely =
        conversationId === undefined
          ? {}
          : { likely: { status: 'queued' as const, conversationId } }
      await moveMessage(store, { messageId, status, error, ...likely }, nowMs)
    }
  }
}

function startedFrom(delivery: Delivery, leaseEpoch: number): Delivery {
  return { ...delivery, state: 'sending', attempts: delivery.attempts + 1, leaseEpoch }
}

/** Saves how an attempt ended; reads the row only when it is not as the attempt's start left it. */
async function saveEnd(
  store: Store,
  started: Delivery,
  ended: Ended,
): Promise<{ readonly current: Delivery; readonly settled: Delivery }> {
  const expected = stateAfter(started, ended, started.leaseEpoch)
  if (await store.deliveries.replace(started, expected)) {
    return { current: started, settled: expected }
  }
  const current = (await store.deliveries.get(started.id)) ?? started
  const settled = stateAfter(current, ended, started.leaseEpoch)
  if (settled !== current) await store.deliveries.update(settled)
  return { current, settled }
}

/** It waited for longer than it was worth sending. */
function expired(): SendError {
  return new SendError(
    'rejected',
    'The message waited for longer than it was valid, and was not sent.',
    {
      reason: 'MessageExpired',
    },
  )
}

/** The delivery after an attempt: never behind what a receipt has already said of it. */
function stateAfter(current: Delivery, ended: Ended, leaseEpoch: number): Delivery {
  const takenOver = current.leaseEpoch !== leaseEpoch
  // Another node took the bucket over meanwhile: its attempt decides, unless it only knows that ours was in doubt.
  if (takenOver && current.state !== 'uncertain') return current
  if (takenOver || current.state !== 'sending') {
    return ended.outcome === 'sent'
      ? { ...current, state: deliveryStateOf(joinStatus(statusOfDelivery(current), 'sent')) }
      : current
  }
  if (ended.outcome === 'sent') return { ...current, state: 'sent' }
  const failure =
    ended.error === undefined
      ? undefined
      : {
          failure: ended.error.failure,
          reason: ended.error.reason ?? reasonOf(ended.error.failure),
          message: ended.error.message,
          ...(ended.error.providerCode === undefined
            ? {}
            : { providerCode: ended.error.providerCode }),
        }
  const failed = { ...current, ...(failure === undefined ? {} : { failure }) }
  if (ended.outcome === 'retry')
    return { ...failed, state: 'queued', dueMs: ended.dueMs ?? current.dueMs }
  return { ...failed, state: ended.outcome }
}
