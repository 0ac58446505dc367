import type { Delivery, DeliveryState } from '../../domain/delivery.ts'
import type { JsonValue } from '../json.ts'
import { type Change, type Session, see, takeUp } from '../session.ts'
import type { Row, SqlValue } from '../sql.ts'
import { inList, json, number, text, textOrUndefined } from '../sql.ts'
import { atMost, equal, insert, lookup, type Table, update } from '../statement.ts'
import type { Deliveries, DeliveryFilter, Page, PageRequest } from '../store.ts'
import { ConflictError } from '../store.ts'
import { AttemptQueries } from './attempts.ts'

const columnNames = [
  'id',
  'account_id',
  'kind',
  'lane',
  'bucket',
  'priority',
  'state',
  'attempts',
  'accepted_ms',
  'due_ms',
  'expires_ms',
  'message_id',
  'conversation_id',
  'relay_id',
  'lease_epoch',
  'failure',
]
const columns = columnNames.join(', ')

const table: Table = {
  name: 'deliveries',
  numbers: [
    'is_unfinished',
    'bucket',
    'priority',
    'attempts',
    'accepted_ms',
    'due_ms',
    'expires_ms',
    'lease_epoch',
  ],
  keys: [['id']],
}
const byId = lookup(table, columns, { by: ['id'] })
const addRow = insert(table, ['organization_id', 'is_unfinished', ...columnNames])
const moved = [
  'account_id',
  'state',
  'is_unfinished',
  'attempts',
  'due_ms',
  'lease_epoch',
  'failure',
]
const move = update(table, moved, [equal('id'), atMost('lease_epoch')])
const moveOn = update(table, moved, [
  equal('id'),
  atMost('lease_epoch'),
  equal('state'),
  equal('attempts'),
])
const asKnown = [equal('id'), ...['state', 'attempts', 'due_ms', 'lease_epoch'].map(equal)]
const moveAsKnown = update(table, moved, asKnown)
/** The start of an attempt, which every message has: leaves the indexes alone. */
const startAsKnown = update(table, ['state', 'attempts', 'lease_epoch'], asKnown)

const bodyTable: Table = { name: 'delivery_bodies', numbers: [], keys: [['delivery_id']] }
const bodyOf = lookup(bodyTable, 'body', { by: ['delivery_id'] })
const addBody = insert(bodyTable, ['organization_id', 'delivery_id', 'body'])

// Spelled out as in the partial indexes: SQLite uses those only for the very same words.
const isUnfinished = 'is_unfinished = 1'
const isStuck = `state in ('uncertain', 'failed', 'canceled')`
const stuckStates: readonly DeliveryState[] = ['uncertain', 'failed', 'canceled']
const unfinishedStates: readonly DeliveryState[] = ['queued', 'sending']

// In other words than the index of all that is unfinished: PostgreSQL takes that one where it can, and wades through it.
const firstOfLane = lookup({ name: 'deliveries', numbers: [], keys: [] }, 'id', {
  by: ['lane'],
  rest: `and state in ('queued', 'sending') order by id limit 1`,
})

/** Deliveries of one organization: the small row that moves, and what it carries in a table of its own. */
export class DeliveryQueries extends AttemptQueries implements Deliveries {
  add(delivery: Delivery, body: JsonValue, { isKept } = { isKept: true }): Promise<void> {
    return this.session.write((change) => add(change, delivery, { body, isKept }))
  }

  async get(id: string): Promise<Delivery | undefined> {
    const { organizationId, sql, change } = this.session
    const row = await sql.get(byId, [organizationId, id])
    if (row === undefined) return undefined
    const delivery = deliveryOf(row)
    if (change !== undefined) see(change, id, movingOf(delivery))
    return delivery
  }

  async body(id: string): Promise<JsonValue | undefined> {
    const { organizationId, sql } = this.session
    const row = await sql.get(bodyOf, [organizationId, id])
    return row && json(row, 'body')
  }

  async ofMessage(messageId: string): Promise<readonly Delivery[]> {
    const { organizationId, sql } = this.session
    const rows = await sql.all(
      `select ${columns} from deliveries where organization_id = ? and message_id = ?
       order by id`,
      [organizationId, messageId],
    )
    return rows.map(deliveryOf)
  }

  update(delivery: Delivery): Promise<void> {
    return this.session.write((change) => save(change, delivery))
  }

  replace(before: Delivery, after: Delivery): Promise<boolean> {
    return this.session.write((change) => replace(change, before, after))
  }

  requeue(delivery: Delivery): Promise<void> {
    return this.session.write(async (change) => {
      await save(change, delivery)
      change.deliveries.push(delivery)
    })
  }

  async unfinished(
    buckets: readonly number[],
    afterId: string,
    limit: number,
  ): Promise<readonly Delivery[]> {
    if (buckets.length === 0) return []
    const { organizationId, sql } = this.session
    const { marks, values } = inList(buckets)
    const rows = await sql.all(
      `select ${columns} from deliveries
       where organization_id = ? and bucket in (${marks}) and id > ? and ${isUnfinished}
       order by id limit ?`,
      [organizationId, ...values, afterId, limit],
    )
    return rows.map(deliveryOf)
  }

  async isFirstOfLane({ lane, id }: Delivery): Promise<boolean> {
    const { organizationId, sql, change } = this.session
    // What the transaction itself has written shows only in one of its own.
    const statement = change === undefined ? firstOfLane : firstOfLane.text
    const first = await sql.get(statement, [organizationId, lane])
    return first === undefined || text(first, 'id') >= id
  }

  list(page: PageRequest, filter: DeliveryFilter = {}): Promise<Page<Delivery>> {
    return list(this.session, page, filter)
  }

  depth(): ReturnType<Deliveries['depth']> {
    return depth(this.session)
  }
}

async function add(
  change: Change,
  queued: Delivery,
  { body, isKept }: { readonly body: JsonValue; readonly isKept: boolean },
): Promise<void> {
  const { organizationId, sql } = change
  const delivery = change.taker === undefined ? queued : await takeUp(change, queued)
  await sql.run(addRow, [
    organizationId,
    unfinishedFlag(delivery),
    delivery.id,
    delivery.accountId,
    delivery.kind,
    delivery.lane,
    delivery.bucket,
    delivery.priority,
    delivery.state,
    delivery.attempts,
    delivery.acceptedMs,
    delivery.dueMs,
    delivery.expiresMs,
    delivery.messageId ?? null,
    delivery.conversationId ?? null,
    delivery.relayId ?? null,
    delivery.leaseEpoch,
    failureJson(delivery),
  ])
  if (isKept) await sql.run(addBody, [organizationId, delivery.id, JSON.stringify(body)])
  change.deliveries.push(delivery)
  change.bodies.push({ deliveryId: delivery.id, body })
}

async function save(change: Change, delivery: Delivery): Promise<void> {
  const seen = change.seen?.get(delivery.id)
  const { leaseEpoch } = delivery
  const changed = await (seen === undefined
    ? change.sql.run(move, movedValues(change, delivery, [leaseEpoch]))
    : change.sql.run(moveOn, movedValues(change, delivery, [leaseEpoch, ...seen])))
  if (changed === 0) {
    throw new ConflictError(
      `Delivery ${delivery.id} is not there, or was written by another or under a later lease.`,
    )
  }
  see(change, delivery.id, movingOf(delivery))
}

async function replace(change: Change, before: Delivery, after: Delivery): Promise<boolean> {
  const { state, attempts, dueMs, leaseEpoch } = before
  const changed = isStart(before, after)
    ? await change.sql.run(startAsKnown, [
        after.state,
        after.attempts,
        after.leaseEpoch,
        change.organizationId,
        after.id,
        state,
        attempts,
        dueMs,
        leaseEpoch,
      ])
    : await change.sql.run(
        moveAsKnown,
        movedValues(change, after, [state, attempts, dueMs, leaseEpoch]),
      )
  if (changed > 0) see(change, after.id, movingOf(after))
  return changed > 0
}

/** Whether nothing else changes than what `startAsKnown` sets. */
function isStart(before: Delivery, after: Delivery): boolean {
  return (
    after.state === 'sending' &&
    unfinishedFlag(before) === 1 &&
    after.accountId === before.accountId &&
    after.dueMs === before.dueMs &&
    after.failure === before.failure
  )
}

/** What `moved` is set to, the row, and what is expected of it. */
function movedValues(
  { organizationId }: Change,
  delivery: Delivery,
  expected: readonly SqlValue[],
): readonly SqlValue[] {
  return [
    delivery.accountId,
    delivery.state,
    unfinishedFlag(delivery),
    delivery.attempts,
    delivery.dueMs,
    delivery.leaseEpoch,
    failureJson(delivery),
    organizationId,
    delivery.id,
    ...expected,
  ]
}

async function list(
  { organizationId, sql }: Session,
  page: PageRequest,
  { state, accountId }: DeliveryFilter,
): Promise<Page<Delivery>> {
  const conditions = ['organization_id = ?']
  const params: SqlValue[] = [organizationId]
  if (state !== undefined) {
    if (stuckStates.includes(state)) conditions.push(isStuck)
    if (unfinishedStates.includes(state)) conditions.push(isUnfinished)
    conditions.push('state = ?')
    params.push(state)
  }
  if (accountId !== undefined) {
    conditions.push('account_id = ?')
    params.push(accountId)
  }
  const where = conditions.join(' and ')
  const rows = await sql.all(
    `select ${columns} from deliveries where ${where} order by id desc limit ? offset ?`,
    [...params, page.size, (page.number - 1) * page.size],
  )
  const count = await sql.get(`select count(*) as total from deliveries where ${where}`, params)
  return {
    entities: rows.map(deliveryOf),
    total: count === undefined ? 0 : number(count, 'total'),
  }
}

async function depth({ organizationId, sql }: Session): ReturnType<Deliveries['depth']> {
  const counts = await sql.all(
    `select state, count(*) as total from deliveries
     where organization_id = ? and ${isUnfinished} group by state
     union all
     select state, count(*) as total from deliveries
     where organization_id = ? and ${isStuck} group by state`,
    [organizationId, organizationId],
  )
  const oldest = await sql.get(
    `select min(accepted_ms) as oldest_ms from deliveries
     where organization_id = ? and ${isUnfinished}`,
    [organizationId],
  )
  const byState = Object.fromEntries(
    counts.map((row) => [text(row, 'state'), number(row, 'total')]),
  )
  return oldest === undefined || oldest['oldest_ms'] === null
    ? { byState }
    : { byState, oldestMs: number(oldest, 'oldest_ms') }
}

/** What tells one state of a delivery from the next. */
function movingOf({ state, attempts }: Delivery): readonly SqlValue[] {
  return [state, attempts]
}

function unfinishedFlag({ state }: Delivery): number {
  return unfinishedStates.includes(state) ? 1 : 0
}

function failureJson({ failure }: Delivery): string | null {
  return failure === undefined ? null : JSON.stringify(failure)
}

function deliveryOf(row: Row): Delivery {
  const messageId = textOrUndefined(row, 'message_id')
  const conversationId = textOrUndefined(row, 'conversation_id')
  const relayId = textOrUndefined(row, 'relay_id')
  const failed = textOrUndefined(row, 'failure') !== undefined
  return {
    id: text(row, 'id'),
    accountId: text(row, 'account_id'),
    ...wordsOf(row),
    lane: text(row, 'lane'),
    bucket: number(row, 'bucket'),
    priority: number(row, 'priority'),
    attempts: number(row, 'attempts'),
    acceptedMs: number(row, 'accepted_ms'),
    dueMs: number(row, 'due_ms'),
    expiresMs: number(row, 'expires_ms'),
    leaseEpoch: number(row, 'lease_epoch'),
    ...(messageId === undefined ? {} : { messageId }),
    ...(conversationId === undefined ? {} : { conversationId }),
    ...(relayId === undefined ? {} : { relayId }),
    ...(failed ? { failure: json(row, 'failure') } : {}),
  }
}

/** The columns that hold one of a few words; they are written from these types only. */
function wordsOf(row: Row): Pick<Delivery, 'kind' | 'state'> {
  return {
    kind: text(row, 'kind') as Delivery['kind'],
    state: text(row, 'state') as Delivery['state'],
  }
}
