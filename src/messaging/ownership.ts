import { bucketCount, type Delivery } from '../domain/delivery.ts'
import type { Committed, Database, Lease } from '../store/store.ts'
import { type Dispatcher, recover } from './dispatch.ts'
import type { Messaging } from './messaging.ts'

/** A node that is silent for this long hands its buckets over. */
export const leaseMs = 8000
const renewMs = 2000
/** How often owned buckets are looked through for what other nodes accepted and nobody told us of. */
const sweepMs = 1000
/** Deliveries kept in memory; beyond that they wait in the store. */
const memoryMax = 20_000
const pageSize = 500

/**
 * Decides which deliveries this node works on: those of the buckets that it holds a lease for. A single node holds
 * them all; several share them out evenly and take over from one that died.
 */
export class Ownership {
  readonly #database: Database
  readonly #dispatcher: Dispatcher
  readonly #messaging: Messaging
  readonly #nodeId: string
  readonly #onError: (message: string, fields: Readonly<Record<string, unknown>>) => void
  /** Bucket → until when it is ours. */
  readonly #owned = new Map<number, number>()
  readonly #stops: (() => void)[] = []
  #sweeping: Promise<void> | undefined
  #sweepAgain = false
  #overflowed = false
  #open = true

  constructor(
    database: Database,
    dispatcher: Dispatcher,
    given: {
      readonly messaging: Messaging
      readonly nodeId: string
      readonly onError: (message: string, fields: Readonly<Record<string, unknown>>) => void
    },
  ) {
    this.#database = database
    this.#dispatcher = dispatcher
    this.#messaging = given.messaging
    this.#nodeId = given.nodeId
    this.#onError = given.onError
  }

  /** Takes buckets, recovers what was under way in them, and from then on takes up what is committed. */
  async start(): Promise<void> {
    this.#stops.push(this.#database.onCommit((committed) => this.#onCommit(committed)))
    await this.#renew()
    this.#every(renewMs, () => this.#renew())
    this.#every(sweepMs, () => this.#sweep('if-needed'))
  }

  /** Stops taking work up; leases are given back once the dispatcher has finished. */
  async stop(): Promise<void> {
    this.#open = false
    for (const stop of this.#stops) stop()
    await this.#sweeping
  }

  /** Gives the leases back, so that others need not wait for them to run out. */
  async release(): Promise<void> {
    await this.#database.releaseLeases(this.#nodeId)
  }

  /** Whether this node may send what is in that bucket now. */
  owns(bucket: number): boolean {
    return (this.#owned.get(bucket) ?? 0) > this.#messaging.outside.clock.now()
  }

  #onCommit({ organizationId, deliveries }: Committed): void {
    if (deliveries.length === 0) {
      this.#sweepAgain = true
      return
    }
    for (const delivery of deliveries) {
      if (!this.owns(delivery.bucket)) continue
      if (this.#dispatcher.size < memoryMax && !this.#overflowed)
        this.#dispatcher.offer({ organizationId, delivery })
      else this.#overflowed = true
    }
  }

  #every(periodMs: number, work: () => Promise<void>): void {
    const { clock } = this.#messaging.outside
    let cancel = () => {}
    const tick = () => {
      work()
        .catch((cause: unknown) =>
          this.#onError('Bucket leases could not be looked after.', { cause }),
        )
        .finally(() => {
          if (this.#open) cancel = clock.after(periodMs, tick)
        })
    }
    cancel = clock.after(periodMs, tick)
    this.#stops.push(() => cancel())
  }

  async #renew(): Promise<void> {
    const nowMs = this.#messaging.outside.clock.now()
    const wanted = await this.#wantedBuckets(nowMs)
    const gained: number[] = []
    for (let bucket = 0; bucket < bucketCount; bucket += 1) {
      if (!wanted.has(bucket)) {
        this.#owned.delete(bucket)
        continue
      }
      const lease = await this.#database.lease(leaseName(bucket), this.#nodeId, leaseMs, nowMs)
      if (lease.owner !== this.#nodeId) {
        this.#owned.delete(bucket)
        continue
      }
      if (!this.owns(bucket)) gained.push(bucket)
      this.#dispatcher.epoch = Math.max(this.#dispatcher.epoch, lease.epoch)
      this.#owned.set(bucket, lease.expiresMs)
    }
    this.#dispatcher.drop((bucket) => this.owns(bucket))
    if (gained.length > 0) await this.#load(gained)
  }

  /** All of them alone; among several nodes an even share, first those that are ours already. */
  async #wantedBuckets(nowMs: number): Promise<ReadonlySet<number>> {
    const all = Array.from({ length: bucketCount }, (_, bucket) => bucket)
    if (!this.#database.capabilities.manyNodes) return new Set(all)
    await this.#database.lease(`node:${this.#nodeId}`, this.#nodeId, leaseMs, nowMs)
    const nodes = (await this.#database.leases('node:')).filter(
      ({ expiresMs }) => expiresMs > nowMs,
    )
    const share = Math.ceil(bucketCount / Math.max(1, nodes.length))
    const taken = new Map<string, Lease>()
    for (const lease of await this.#database.leases('bucket:')) {
      if (lease.expiresMs > nowMs) taken.set(lease.name, lease)
    }
    const ours = all.filter((bucket) => taken.get(leaseName(bucket))?.owner === this.#nodeId)
    const free = all.filter((bucket) => !taken.has(leaseName(bucket)))
    const keep = ours.slice(0, share)
    for (const bucket of ours.slice(share)) {
      // Left to run out, so that what is under way in it ends before another node takes it.
      this.#owned.delete(bucket)
    }
    return new Set([...keep, ...free.slice(0, Math.max(0, share - keep.length))])
  }

  async #sweep(mode: 'if-needed' | 'now'): Promise<void> {
    const roomy = this.#overflowed && this.#dispatcher.size < memoryMax / 2
    const needed =
      this.#sweepAgain || roomy || this.#database.capabilities.manyNodes || mode === 'now'
    if (!needed || this.#sweeping !== undefined) return this.#sweeping
    this.#sweepAgain = false
    if (roomy) this.#overflowed = false
    this.#sweeping = this.#load([...this.#owned.keys()]).finally(() => {
      this.#sweeping = undefined
    })
    return this.#sweeping
  }

  /** Reads what is unfinished in these buckets and is not in memory yet. */
  async #load(buckets: readonly number[]): Promise<void> {
    for (const organizationId of await this.#database.organizationIds()) {
      const store = this.#database.store(organizationId)
      let after = ''
      while (this.#open) {
        const page = await store.deliveries.unfinished(buckets, after, pageSize)
        for (const delivery of page) await this.#takeUp(organizationId, delivery)
        after = page.at(-1)?.id ?? ''
        if (page.length < pageSize) break
        if (this.#dispatcher.size >= memoryMax) {
          this.#overflowed = true
          break
        }
      }
    }
  }

  async #takeUp(organizationId: string, delivery: Delivery): Promise<void> {
    if (!this.owns(delivery.bucket) || this.#dispatcher.has(delivery.id)) return
    const store = this.#database.store(organizationId)
    const ready = await recover(store, delivery, this.#messaging)
    if (ready !== undefined) this.#dispatcher.offer({ organizationId, delivery: ready })
  }
}

function leaseName(bucket: number): string {
  return `bucket:${String(bucket).padStart(2, '0')}`
}
