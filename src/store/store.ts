import type { Conversation } from '../domain/conversation.ts'
import type { Delivery, DeliveryState } from '../domain/delivery.ts'
import type { Message, MessageStatus } from '../domain/message.ts'
import type { Receipt } from '../domain/receipt.ts'
import type { Level } from '../domain/throttle.ts'
import type { Exchange, RecordedExchange } from '../exchange.ts'
import type { Campaigns } from './campaign-store.ts'
import type { Consents } from './consent-store.ts'
import type { Emails, Mailbox } from './email-store.ts'
import type { FeedEntry, FeedEvent } from './feed-event.ts'
import type { FlowRuns } from './flow-store.ts'
import type { Handsets } from './handset-store.ts'
import type { JsonObject, JsonValue } from './json.ts'
import type { Media } from './media-store.ts'
import type { RecordKind, RecordKinds } from './records.ts'
import type { ToolCalls } from './tool-call-store.ts'

export type { FeedEntry, FeedEvent } from './feed-event.ts'
export type { HandsetText } from './handset-store.ts'

/** A page of a listing: `number` counts from 1. */
export interface PageRequest {
  readonly size: number
  readonly number: number
}

export interface Page<T> {
  readonly entities: readonly T[]
  readonly total: number
}

/** Thrown when a save named a version that is no longer the last; `transaction` tries again by itself. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError'
}

export interface RecordFilter {
  /** Case-insensitive; `*` stands for anything. */
  readonly name?: string
  readonly ids?: readonly string[]
}

/** Administrative records: few, rarely changed, found by id or by the kind's own key. */
export interface Records {
  get<K extends RecordKind>(kind: K, id: string): Promise<RecordKinds[K] | undefined>
  byKey<K extends RecordKind>(kind: K, key: string): Promise<RecordKinds[K] | undefined>
  /**
   * The record as this node last read it: at once what this node committed, at most 2 seconds behind what others
   * did. For what is read with every message, and never to be changed and saved.
   */
  known<K extends RecordKind>(kind: K, id: string): Promise<RecordKinds[K] | undefined>
  knownByKey<K extends RecordKind>(kind: K, key: string): Promise<RecordKinds[K] | undefined>
  /** All records of a kind that has few, believed as long as those that `known` gives. */
  knownAll<K extends RecordKind>(kind: K): Promise<readonly RecordKinds[K][]>
  list<K extends RecordKind>(
    kind: K,
    page: PageRequest,
    filter?: RecordFilter,
  ): Promise<Page<RecordKinds[K]>>
  /** Adds a record; `ConflictError` when its id or key is taken. */
  add<K extends RecordKind>(kind: K, record: RecordKinds[K]): Promise<void>
  /** Replaces version n−1 by version n; `ConflictError` when another came first. */
  save<K extends RecordKind>(kind: K, record: RecordKinds[K]): Promise<void>
  remove(kind: RecordKind, id: string): Promise<boolean>
}

export interface Conversations {
  get(id: string): Promise<Conversation | undefined>
  /** The thread's open conversation, or else its last one. */
  byThread(threadKey: string): Promise<Conversation | undefined>
  /** Adds version 1 or replaces version n−1 by n; `ConflictError` when another came first. */
  save(conversation: Conversation): Promise<void>
  /** Conversations in which the user has a leg that is not over, oldest first. */
  activeOfUser(userId: string): Promise<readonly Conversation[]>
  /** Those, and the ended ones in which the user still has after-call work to do, oldest first. */
  engagedOfUser(userId: string): Promise<readonly Conversation[]>
  /** Conversations that wait for an agent of the queue, longest wait first. */
  waiting(queueId: string, limit: number): Promise<readonly Conversation[]>
  list(page: PageRequest, filter?: { readonly open?: boolean }): Promise<Page<Conversation>>
}

export interface Messages {
  add(message: Message): Promise<void>
  get(id: string): Promise<Message | undefined>
  /** Those of the ids that there are, by id. */
  many(ids: readonly string[]): Promise<readonly Message[]>
  /** The conversation's last messages, or the last before one of that id, oldest of them first. */
  ofConversation(id: string, limit: number, before?: string): Promise<readonly Message[]>
  /** Moves the status; what the message says stays. */
  setStatus(message: Message): Promise<void>
  /** Moves the status if it is still `from`, leaving no error; false when it is not, and nothing is written then. */
  moveStatus(id: string, from: MessageStatus, to: MessageStatus): Promise<boolean>
  list(page: PageRequest): Promise<Page<Message>>
}

/** One attempt to send: when, how it ended, and what went over the wire with secrets masked. */
export interface Attempt {
  readonly deliveryId: string
  readonly number: number
  readonly startedMs: number
  readonly endedMs: number
  readonly outcome: 'sent' | 'retry' | 'failed' | 'uncertain'
  readonly failure?: string
  readonly error?: string
  readonly exchange?: Exchange
  /** The account that it went through; absent in records from before there was failing over. */
  readonly accountId?: string
  /** What the provider calls the parts of the text, in their order; absent where it took none. */
  readonly providerIds?: readonly string[]
}

/** An attempt as it is written down, without what went over the wire. */
export type NewAttempt = Omit<Attempt, 'exchange'>

export interface DeliveryFilter {
  readonly state?: DeliveryState
  readonly accountId?: string
}

/** The id that a provider gave one part of a text. */
export interface ProviderId {
  readonly id: string
  /** Counts from 0. */
  readonly part: number
}

/** What is on its way out, and how it went. */
export interface Deliveries {
  /** Queues a delivery with what it carries; handed to the dispatcher when the transaction is on disk. */
  add(delivery: Delivery, body: JsonValue): Promise<void>
  get(id: string): Promise<Delivery | undefined>
  body(id: string): Promise<JsonValue | undefined>
  ofMessage(messageId: string): Promise<readonly Delivery[]>
  /**
   * Saves state, attempts, due time, lease epoch and failure. `ConflictError` when the row was written under a
   * later lease epoch than this one: a node that slept cannot undo what its successor did.
   */
  update(delivery: Delivery): Promise<void>
  /**
   * Saves like `update` if the row is still as `before` says: state, attempts, due time and lease epoch. False when
   * it is not, and nothing is written then. Spares reading a row that nearly always is as its node left it.
   */
  replace(before: Delivery, after: Delivery): Promise<boolean>
  /** Saves like `update`, and hands the delivery to the dispatcher when the transaction is on disk, like `add`. */
  requeue(delivery: Delivery): Promise<void>
  addAttempt(attempt: NewAttempt, exchange?: RecordedExchange): Promise<void>
  attempts(deliveryId: string): Promise<readonly Attempt[]>
  /** Everything of these buckets that is still to be sent, or was being sent, in the order accepted. */
  unfinished(
    buckets: readonly number[],
    afterId: string,
    limit: number,
  ): Promise<readonly Delivery[]>
  /**
   * Says which delivery a provider's id stands for; a provider that begins to count anew gives it to another one.
   * Comes before `takeHeld` in its transaction, so that no receipt is held unseen at the same moment. False when no
   * receipt can be held for it.
   */
  addProviderId(accountId: string, providerId: string, deliveryId: string): Promise<boolean>
  byProviderId(accountId: string, providerId: string): Promise<string | undefined>
  /** The provider's ids of a delivery, by part, from its attempts; one that was sent again has several for a part. */
  providerIds(deliveryId: string): Promise<readonly ProviderId[]>
  /** Whether nothing of its lane that was accepted before it is still to be sent, or being sent. */
  isFirstOfLane(delivery: Delivery): Promise<boolean>
  list(page: PageRequest, filter?: DeliveryFilter): Promise<Page<Delivery>>
  /**
   * How many are in each state but `sent` and `delivered` (those are nearly all there ever were, and counting
   * them takes as long), and when the oldest unsent one was accepted.
   */
  depth(): Promise<{
    readonly byState: Readonly<Record<string, number>>
    readonly oldestMs?: number
  }>
}

export interface Receipts {
  add(receipt: Receipt): Promise<void>
  ofMessage(messageId: string): Promise<readonly Receipt[]>
  /**
   * Keeps a receipt whose delivery is not known yet; `key` is the provider's id. `ConflictError` when it has
   * become known meanwhile: the transaction runs again, and its `byProviderId` then finds the delivery.
   */
  hold(accountId: string, key: string, receipt: JsonObject, timeMs: number): Promise<void>
  /** Takes the receipts held under a key, oldest first. */
  takeHeld(accountId: string, key: string): Promise<readonly JsonObject[]>
}

/** Answers that have been given, so that a repeat gets the same one. */
export interface Answers {
  get(scope: string, key: string): Promise<JsonValue | undefined>
  /** False when the key is taken already (then `get` has the first answer). */
  add(scope: string, key: string, answer: JsonValue, timeMs: number): Promise<boolean>
}

export interface Feed {
  /** Gets its sequence number when the transaction commits. */
  append(event: FeedEvent, timeMs: number): Promise<void>
  after(sequence: number, limit: number): Promise<readonly FeedEntry[]>
  head(): Promise<number>
}

export type RoutingStatus =
  | 'OFF_QUEUE'
  | 'IDLE'
  | 'INTERACTING'
  | 'NOT_RESPONDING'
  | 'COMMUNICATING'

/** Whether an agent takes work, and since when. */
export interface AgentState {
  readonly userId: string
  readonly presence: string
  readonly routingStatus: RoutingStatus
  readonly routingSinceMs: number
  readonly presenceSinceMs: number
  readonly version: number
}

export interface Agents {
  get(userId: string): Promise<AgentState | undefined>
  many(userIds: readonly string[]): Promise<readonly AgentState[]>
  save(state: AgentState): Promise<void>
}

/** Something to do at a time, kept on disk so that a restart does not forget it. */
export interface Timer {
  readonly id: string
  readonly dueMs: number
  readonly kind:
    | 'alerting'
    | 'acw'
    | 'parking'
    | 'inactivity'
    | 'meeting'
    | 'fax-upload'
    | 'fax-report'
    | 'flow'
  readonly body: JsonObject
}

export interface Timers {
  set(timer: Timer): Promise<void>
  cancel(id: string): Promise<void>
  due(nowMs: number, limit: number): Promise<readonly Timer[]>
  /** Removes it; false when another node was first. */
  take(id: string): Promise<boolean>
  next(): Promise<number | undefined>
}

/** A token that was given out; only its hash is kept. */
export interface TokenRow {
  readonly hash: string
  readonly kind: 'access' | 'refresh' | 'code'
  readonly clientId: string
  readonly userId?: string
  readonly scopes: readonly string[]
  readonly expiresMs: number
  readonly body?: JsonObject
}

export interface Tokens {
  add(token: TokenRow): Promise<void>
  get(hash: string): Promise<TokenRow | undefined>
  /** Removes it; false when it was gone: a code or refresh token can be used once. */
  take(hash: string): Promise<boolean>
  prune(nowMs: number): Promise<number>
}

/** Recorded calls of others to us. */
export interface Exchanges {
  add(exchange: Exchange, about: { readonly accountId: string }): Promise<void>
  get(id: string): Promise<Exchange | undefined>
  list(limit: number): Promise<readonly Exchange[]>
}

/** How far the rates of senders and accounts are used up. */
export interface Throttles {
  get(key: string): Promise<Level | undefined>
  /** Replaces what `get` gave; `ConflictError` when another transaction was first. */
  save(key: string, level: Level, before: Level | undefined): Promise<void>
}

/** Removal of what is old, in steps small enough to share a commit with live traffic. */
export interface Retention {
  /**
   * Removes up to `limit` of each kind of what is over since before that moment: deliveries with their transcripts,
   * ended conversations with their messages, recorded calls, the feed. `more`: there is something left to remove.
   */
  prune(
    beforeMs: number,
    limit: number,
  ): Promise<{ readonly removed: number; readonly more: boolean }>
}

/** Everything of one organization that is kept. A transaction is one too. */
export interface Store {
  readonly organizationId: string
  readonly records: Records
  readonly conversations: Conversations
  readonly messages: Messages
  readonly deliveries: Deliveries
  readonly receipts: Receipts
  readonly answers: Answers
  readonly feed: Feed
  readonly agents: Agents
  readonly timers: Timers
  readonly tokens: Tokens
  readonly handsets: Handsets
  readonly exchanges: Exchanges
  readonly toolCalls: ToolCalls
  readonly emails: Emails
  readonly mailbox: Mailbox
  readonly retention: Retention
  readonly throttles: Throttles
  readonly consents: Consents
  readonly flowRuns: FlowRuns
  readonly campaigns: Campaigns
  readonly media: Media
  /**
   * Runs `work` so that all of it is on disk when the promise resolves, or none. Work may run more than once
   * (lost races are tried again), so it awaits nothing but the store it is given and changes nothing else.
   * Inside a transaction it is more work for the same one. Writes outside of one get one of their own.
   */
  transaction<T>(work: (store: Store) => Promise<T>): Promise<T>
}

/** What a commit left for others to take up. */
export interface Committed {
  readonly organizationId: string
  readonly deliveries: readonly Delivery[]
  /** What those carry, by their ids, where it was written in the same commit. */
  readonly bodies?: ReadonlyMap<string, JsonValue>
  /** The feed's last sequence number, when the commit wrote to it. */
  readonly feedHead?: number
  readonly timerDueMs?: number
  /** Buckets that another node queued deliveries in; their owner reads them from the store. */
  readonly deliveryBuckets?: readonly number[]
}

/**
 * Begins first attempts in the very transaction that queues a delivery, so that what can leave at once needs one commit
 * less.
 */
export interface Taker {
  /**
   * The delivery as it is to be written: with its first attempt begun, where nothing is before it, or queued as it is.
   * `onCommit` tells of each one, or it is let go.
   */
  take(organizationId: string, delivery: Delivery): Promise<Delivery>
  /** What was taken up is not on disk, or nobody knows. */
  letGo(organizationId: string, delivery: Delivery): void
}

/** A right that one node holds for a time, renewed while it lives. */
export interface Lease {
  readonly name: string
  readonly owner: string
  /** Grows each time the lease changes hands. */
  readonly epoch: number
  readonly expiresMs: number
}

/** The database of one node: the door to each organization's store, and what belongs to none. */
export interface Database {
  readonly capabilities: { readonly manyNodes: boolean }
  store(organizationId: string): Store
  organizationIds(): Promise<readonly string[]>
  addOrganization(id: string): Promise<void>
  /** Organization of something that callers name without one: a client id, a webhook address. */
  organizationOf(kind: DirectoryKind, key: string): Promise<string | undefined>
  /** `ConflictError` when the key belongs to another organization. */
  addToDirectory(kind: DirectoryKind, key: string, organizationId: string): Promise<void>
  removeFromDirectory(kind: DirectoryKind, key: string): Promise<void>
  /** Takes or renews the lease when it is free, over, or ours; the row as it then stands. */
  lease(name: string, owner: string, ttlMs: number, nowMs: number): Promise<Lease>
  /** Renews those of the named leases that are still the owner's, all in one statement; the rows of these. */
  renewLeases(
    names: readonly string[],
    owner: string,
    ttlMs: number,
    nowMs: number,
  ): Promise<readonly Lease[]>
  leases(prefix: string): Promise<readonly Lease[]>
  releaseLeases(owner: string): Promise<void>
  /**
   * Calls back after each commit of this node that left something to take up, and when another node's commit
   * was heard of (then without its deliveries). One call may tell of several transactions.
   */
  onCommit(listener: (committed: Committed) => void): () => void
  /** Has deliveries offered to the one that works them off while they are queued. */
  takeBy(taker: Taker): void
  /** Whether the database answers. */
  ping(): Promise<void>
  close(): Promise<void>
}

export type DirectoryKind = 'oauth-client' | 'user-email' | 'email-domain' | 'api-key'
