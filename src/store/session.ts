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
  /** Those of the deliveries whose first attempt begins with it. */
  readonly taken: Delivery[]
  /** Whether it came to nothing. */
  isVoid: boolean
  /** What the added deliveries carry, by their ids. */
  readonly bodies: Map<string, JsonValue>
  readonly timersDueMs: number[]
  /** Whether an administrative record was written, so that what is known of them is forgotten with the commit. */
  recordsChanged: boolean
  /** Active users of the conversations read or saved so far, so that a save need not read them again. */
  readonly activeUsers: Map<string, ActiveUsers>
  /**
   * What moves of the deliveries and messages read or saved so far, by id: a save goes through only while it
   * still stands, because what is saved follows from it.
   */
  readonly seen: Map<string, readonly SqlValue[]>
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
    bodies: new Map(),
    timersDueMs: [],
    recordsChanged: false,
    activeUsers: new Map(),
    seen: new Map(),
  }
}

/** The delivery as it is to be queued: with its first attempt begun, where it can leave at once. */
export async function takeUp(change: Change, delivery: Delivery): Promise<Delivery> {
  const { taker, organizationId } = change
  const taken = await taker?.take(organizationId, delivery)
  if (taker === undefined || taken === undefined) return delivery
  // Work that went on after its end must not keep a lane.
  if (change.isVoid) taker.letGo(organizationId, taken)
  else change.taken.push(taken)
  return taken
}

/** The transaction came to nothing, and so did what it had taken up. */
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
  const deliveries = changes.flatMap((change) => change.deliveries)
  const bodies = changes.flatMap((change) => [...change.bodies])
  const timers = changes.flatMap((change) => change.timersDueMs)
  if (deliveries.length === 0 && timers.length === 0 && feedHead === undefined) return undefined
  return {
    organizationId: first.organizationId,
    deliveries,
    ...(bodies.length === 0 ? {} : { bodies: new Map(bodies) }),
    ...(feedHead === undefined ? {} : { feedHead }),
    ...(timers.length === 0 ? {} : { timerDueMs: Math.min(...timers) }),
  }
}
