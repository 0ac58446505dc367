import type { Delivery } from '../domain/delivery.ts'
import type { Vault } from '../vault.ts'
import type { JsonValue } from './json.ts'
import type { KnownRecords } from './known-records.ts'
import type { Sql, SqlValue } from './sql.ts'
import type { Committed, FeedEvent, Taker } from './store.ts'

/** An event that waits for its commit to get a number. */
export interface FeedDraft {
  readonly event: FeedEvent
  readonly timeMs: number
}

/** One transaction under way: its statements, and what it leaves for the moment of its commit. */
export interface Change {
  /** Empty for what belongs to no organization. */
  readonly organizationId: string
  readonly sql: Sql
  readonly feed: FeedDraft[]
  readonly deliveries: Delivery[]
  /** Where first attempts begin along with it. */
  readonly taker: Taker | undefined
  /** The deliveries as they were taken up: begun, or queued as they were. */
  readonly taken: Delivery[]
  /** Whether it came to nothing. */
  isVoid: boolean
  /** What the added deliveries carry, in their order. */
  readonly bodies: AddedBody[]
  readonly timersDueMs: number[]
  /** Whether an administrative record was written, so that what is known of them is forgotten with the commit. */
  recordsChanged: boolean
  /** Active users of the conversations read or saved so far, so that a save need not read them again. */
  activeUsers: Map<string, ActiveUsers> | undefined
  /**
   * What moves of the deliveries and messages read or saved so far, by id: a save goes through only while it
   * still stands, because what is saved follows from it.
   */
  seen: Map<string, readonly SqlValue[]> | undefined
}

/** What an added delivery carries. */
export interface AddedBody {
  readonly deliveryId: string
  readonly body: JsonValue
}

/** The users that have a live leg in one version of a conversation. */
export interface ActiveUsers {
  readonly version: number
  readonly userIds: readonly string[]
}

/** What the queries of one organization run on: the open transaction, or the database outside of any. */
export interface Session {
  readonly organizationId: string
  readonly vault: Vault
  readonly known: KnownRecords
  /** Whether ids of providers move to runs: `id-runs.ts`. */
  readonly hasIdRuns: boolean
  /** For reading. */
  readonly sql: Sql
  /** The open transaction; absent outside of one. */
  readonly change?: Change
  /** Runs a change within the open transaction, or in one of its own. */
  write<T>(work: (change: Change) => Promise<T>): Promise<T>
}

/** Starts the account of a transaction. */
export function startChange(organizationId: string, sql: Sql, taker: Taker | undefined): Change {
  return {
    organizationId,
    sql,
    feed: [],
    deliveries: [],
    taker,
    taken: [],
    isVoid: false,
    bodies: [],
    timersDueMs: [],
    recordsChanged: false,
    activeUsers: undefined,
    seen: undefined,
  }
}

/** Notes what moves of a delivery or message, as it stands after it was read or saved. */
export function see(change: Change, id: string, moving: readonly SqlValue[]): void {
  change.seen ??= new Map()
  change.seen.set(id, moving)
}

/** The delivery as it is to be queued: with its first attempt begun, where it can leave at once. */
export async function takeUp(change: Change, delivery: Delivery): Promise<Delivery> {
  const { taker, organizationId } = change
  if (taker === undefined) return delivery
  const taken = await taker.take(organizationId, delivery)
  // Work that went on after its end must not keep a lane.
  if (change.isVoid) taker.letGo(organizationId, taken)
  else change.taken.push(taken)
  return taken
}

/** The transaction came to nothing, and so did what it had queued. */
export function letGo(change: Change): void {
  change.isVoid = true
  const { taker, organizationId } = change
  for (const delivery of change.taken.splice(0)) taker?.letGo(organizationId, delivery)
}

/** What committed transactions of one organization left to take up; undefined when that is nothing. */
export function committedOf(
  changes: readonly Change[],
  feedHead: number | undefined,
): Committed | undefined {
  const [first] = changes
  if (first === undefined) return undefined
  const deliveries: Delivery[] = []
  const bodies = new Map<string, JsonValue>()
  let timerDueMs = Number.POSITIVE_INFINITY
  for (const change of changes) {
    for (const delivery of change.deliveries) deliveries.push(delivery)
    for (const { deliveryId, body } of change.bodies) bodies.set(deliveryId, body)
    for (const dueMs of change.timersDueMs) timerDueMs = Math.min(timerDueMs, dueMs)
  }
  const hasTimer = timerDueMs !== Number.POSITIVE_INFINITY
  if (deliveries.length === 0 && !hasTimer && feedHead === undefined) return undefined
  return {
    organizationId: first.organizationId,
    deliveries,
    ...(bodies.size === 0 ? {} : { bodies }),
    ...(feedHead === undefined ? {} : { feedHead }),
    ...(hasTimer ? { timerDueMs } : {}),
  }
}
