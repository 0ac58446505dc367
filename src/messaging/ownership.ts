import { bucketCount, type Delivery } from '../domain/delivery.ts'
import type { Committed, Database, Lease } from '../store/store.ts'
import type { Dispatcher } from './dispatch.ts'
import type { Sight, Waiting } from './lanes.ts'
import type { Messaging } from './messaging.ts'
import { recover } from './recover.ts'
import { UnderWay } from './under-way.ts'

/** A node that is silent for this long hands its buckets over. */
export const leaseMs = 7000
const renewMs = 2000
/** How often owned buckets are looked through for what other nodes accepted and nobody told us of. */
const sweepMs = 1000
/** What other nodes say they accepted is read this long after, together with what comes meanwhile. */
const hintMs = 20
/** Looking takes at most a tenth of the time: the next one waits for as much longer than the last one took. */
const hintRest = 9
/** Deliveries kept in memory; beyond that they wait in the store. */
export const memoryMax = 20_000
/** As long as fewer wait, what they carry is kept with them: it can be large. */
const bodiesMax = 1000
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
  /** Bucket → until when it is ours, and the epoch of its lease. */
  readonly #owned = new Map<number, Pick<Lease, 'expiresMs' | 'epoch'>>()
  readonly #stops: (() => void)[] = []
  readonly #running = new UnderWay()
  #overflowed = false
  /** What was committed while older deliveries are still read; undefined at other times. */
  #behind: Waiting[] | undefined
  /** Buckets by organization that other nodes queued something in. */
  readonly #hinted = new Map<string, Set<number>>()
  #hintedUntilMs = 0
  #looking = false
  #cancelLook: () => void = () => {}
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
    this.#dispatcher.epochOf = (bucket) => this.#epochOf(bucket)
    this.#stops.push(this.#database.onCommit((committed) => this.#onCommit(committed)))
    this.#database.takeBy({
      take: (organizationId, delivery) => this.#take(organizationId, delivery),
      letGo: (organizationId, delivery) => this.#dispatcher.letGo({ organizationId, delivery }),
    })
    if (this.#database.capabilities.manyNodes) {
      await this.#renew()
      this.#every(renewMs, () => this.#renew())
    } else {
      await this.#takeAll()
    }
    this.#every(sweepMs, () => this.#sweep())
  }

  /** Stops taking work up; leases are given back once the dispatcher has finished. */
  async stop(): Promise<void> {
    this.#open = false
    await this.#dispatcher.takenSettled()
    this.#cancelLook()
    for (const stop of this.#stops) stop()
    await this.#running.done()
  }

  /** Gives the leases back, so that others need not wait for them to run out. */
  async release(): Promise<void> {
    await this.#database.releaseLeases(this.#nodeId)
  }

  /** Whether this node may send what is in that bucket now. */
  owns(bucket: number): boolean {
    return this.#epochOf(bucket) !== undefined
  }

  #epochOf(bucket: number): number | undefined {
    const lease = this.#owned.get(bucket)
    return lease !== undefined && lease.expiresMs > this.#now() ? lease.epoch : undefined
  }

  #now(): number {
    return this.#messaging.outside.clock.now()
  }

  /** Nothing begins while older deliveries may be in the store only. */
  #take(organizationId: string, delivery: Delivery): Promise<Delivery> {
    const isBehind = !this.#open || this.#overflowed || this.#behind !== undefined
    const epoch = isBehind ? undefined : this.#epochOf(delivery.bucket)
    return this.#dispatcher.take({ organizationId, delivery }, epoch)
  }

  #onCommit({ organizationId, deliveries, bodies, deliveryBuckets }: Committed): void {
    const hinted = deliveryBuckets?.filter((bucket) => this.owns(bucket))
    if (hinted !== undefined && hinted.length > 0) this.#lookSoon(organizationId, hinted)
    for (const delivery of deliveries) {
      if (delivery.state === 'sending') {
        this.#dispatcher.begin({ organizationId, delivery, body: bodies?.get(delivery.id) })
        continue
      }
      this.#dispatcher.arrived({ organizationId, delivery })
      if (!this.owns(delivery.bucket)) continue
      const body = this.#dispatcher.size < bodiesMax ? bodies?.get(delivery.id) : undefined
      this.#offer({ organizationId, delivery, body })
    }
  }

  /** Reads what another node accepted without waiting for the sweep, which finds what no hint told of. */
  #lookSoon(organizationId: string, buckets: readonly number[]): void {
    const known = this.#hinted.get(organizationId) ?? new Set()
    for (const bucket of buckets) known.add(bucket)
    this.#hinted.set(organizationId, known)
    if (this.#looking) return
    this.#looking = true
    const restMs = Math.min(Math.max(hintMs, this.#hintedUntilMs - this.#now()), sweepMs)
    this.#cancelLook = this.#messaging.outside.clock.after(restMs, () => {
      this.#running.add(this.#look())
    })
  }

  async #look(): Promise<void> {
    const startMs = this.#now()
    const hinted = [...this.#hinted]
    this.#hinted.clear()
    try {
      for (const [organizationId, buckets] of hinted)
        await this.#loadOf(organizationId, [...buckets])
    } catch (cause) {
      this.#onError('What other nodes accepted could not be read.', { cause })
    }
    const endMs = this.#now()
    this.#hintedUntilMs = endMs + (endMs - startMs) * hintRest
    this.#looking = false
    for (const [organizationId, buckets] of this.#hinted) {
      if (this.#open) this.#lookSoon(organizationId, [...buckets])
      break // the others are in the same map
    }
  }

  /** Offers what was just committed, in its place: behind everything older, in memory or not. */
  #offer(waiting: Waiting): void {
    const room = memoryMax - this.#dispatcher.size - (this.#behind?.length ?? 0)
    if (this.#overflowed || room <= 0) this.#overflowed = true
    else if (this.#behind === undefined) this.#dispatcher.offer(waiting)
    else this.#behind.push(waiting)
  }

  #every(periodMs: number, work: () => Promise<void>): void {
    const { clock } = this.#messaging.outside
    let cancel = () => {}
    const tick = () => {
      const done = work()
        .catch((cause: unknown) =>
          this.#onError('Bucket leases could not be looked after.', { cause }),
        )
        .finally(() => {
          if (this.#open) cancel = clock.after(periodMs, tick)
        })
      this.#running.add(done)
    }
    cancel = clock.after(periodMs, tick)
    this.#stops.push(() => cancel())
  }

  /** The only node there can be: the database is open to no other. The epoch still tells its runs apart. */
  async #takeAll(): Promise<void> {
    for (const { owner } of await this.#database.leases('bucket:'))
      await this.#database.releaseLeases(owner)
    const lease = await this.#database.lease(leaseName(0), this.#nodeId, leaseMs, this.#now())
    const whole = { epoch: lease.epoch, expiresMs: Number.POSITIVE_INFINITY }
    const buckets = Array.from({ length: bucketCount }, (_, bucket) => bucket)
    for (const bucket of buckets) this.#owned.set(bucket, whole)
    await this.#catchUp(buckets)
  }

  async #renew(): Promise<void> {
    const nowMs = this.#now()
    const wanted = await this.#wantedBuckets(nowMs)
    const bucketOfName = new Map([...wanted].map((bucket) => [leaseName(bucket), bucket]))
    const take = (name: string) => this.#database.lease(name, this.#nodeId, leaseMs, nowMs)
    const names = [...bucketOfName.keys()]
    const renewed = await this.#database.renewLeases(names, this.#nodeId, leaseMs, nowMs)
    const kept = new Set(renewed.map(({ name }) => name))
    const taken = await Promise.all(names.filter((name) => !kept.has(name)).map(take))
    const held = new Map<number, Lease>()
    for (const lease of [...renewed, ...taken]) {
      const bucket = bucketOfName.get(lease.name)
      if (bucket !== undefined && lease.owner === this.#nodeId) held.set(bucket, lease)
    }
    const gained = [...held.keys()].filter((bucket) => !this.owns(bucket))
    this.#owned.clear()
    for (const [bucket, lease] of held) this.#owned.set(bucket, lease)
    this.#dispatcher.drop((bucket) => this.owns(bucket))
    if (gained.length > 0) await this.#load(gained)
  }

  /** An even share among the nodes that are alive: first those that are ours already, then free ones. */
  async #wantedBuckets(nowMs: number): Promise<ReadonlySet<number>> {
    const all = Array.from({ length: bucketCount }, (_, bucket) => bucket)
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
    // Those beyond the share are not renewed: they run out, and what is under way in them ends before that.
    const keep = ours.slice(0, share)
    return new Set([...keep, ...free.slice(0, Math.max(0, share - keep.length))])
  }

  /** Takes up what other nodes accepted, and what there was no room for in memory. */
  async #sweep(): Promise<void> {
    const roomy = this.#overflowed && this.#dispatcher.size < memoryMax / 2
    if (roomy) await this.#catchUp([...this.#owned.keys()])
    else if (this.#database.capabilities.manyNodes) await this.#load([...this.#owned.keys()])
  }

  /** Loads while what is committed meanwhile waits behind it: a lane's older deliveries must be in memory first. */
  async #catchUp(buckets: readonly number[]): Promise<void> {
    this.#overflowed = false
    this.#behind = []
    try {
      await this.#load(buckets)
    } catch (cause) {
      this.#overflowed = true // so that the next look reads the rest
      throw cause
    } finally {
      const behind = this.#behind
      this.#behind = undefined
      for (const waiting of behind) this.#offer(waiting)
    }
  }

  /** Reads what is unfinished in these buckets and is not in memory yet. */
  async #load(buckets: readonly number[]): Promise<void> {
    for (const organizationId of await this.#database.organizationIds()) {
      await this.#loadOf(organizationId, buckets)
    }
  }

  async #loadOf(organizationId: string, buckets: readonly number[]): Promise<void> {
    const sight = this.#dispatcher.watch()
    try {
      await this.#loadBeside(sight, organizationId, buckets)
    } finally {
      sight.end()
    }
  }

  async #loadBeside(
    sight: Sight,
    organizationId: string,
    buckets: readonly number[],
  ): Promise<void> {
    const store = this.#database.store(organizationId)
    let after = ''
    while (this.#open) {
      const page = await store.deliveries.unfinished(buckets, after, pageSize)
      for (const delivery of page) {
        if (!sight.has(delivery.id)) await this.#takeUp(organizationId, delivery)
      }
      after = page.at(-1)?.id ?? ''
      if (page.length < pageSize) break
      if (this.#dispatcher.size >= memoryMax) {
        this.#overflowed = true
        break
      }
    }
  }

  async #takeUp(organizationId: string, delivery: Delivery): Promise<void> {
    const store = this.#database.store(organizationId)
    const epoch = this.#epochOf(delivery.bucket)
    if (epoch === undefined) return
    const ready = await recover(store, { delivery, epoch }, this.#messaging)
    if (ready !== undefined) this.#dispatcher.offer({ organizationId, delivery: ready })
  }
}

function leaseName(bucket: number): string {
  return `bucket:${String(bucket).padStart(2, '0')}`
}
