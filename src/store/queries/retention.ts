import { copiesCommunicationId } from '../../domain/media.ts'
import type { Change, Session } from '../session.ts'
import { inList, number, type SqlValue, text } from '../sql.ts'
import type { Retention } from '../store.ts'

/** Removal of what is old in one organization, a bounded step at a time. */
export function retention(session: Session): Retention {
  return {
    prune: (beforeMs, limit) =>
      session.write(async (change) => {
        const removed = [
          await pruneDeliveries(change, { beforeMs, limit }),
          session.hasIdRuns ? await pruneIdRuns(change, { beforeMs, limit }) : 0,
          await pruneConversations(change, { beforeMs, limit }),
          await pruneCopies(change, { beforeMs, limit }),
          await pruneByTime(change, { beforeMs, limit }),
          await pruneFeed(change, { beforeMs, limit }),
        ]
        return {
          removed: removed.reduce((sum, one) => sum + one, 0),
          more: removed.some((one) => one >= limit),
        }
      }),
  }
}

interface Bound {
  readonly beforeMs: number
  readonly limit: number
}

/** Deliveries that are over, with what they carried, their transcripts and receipts. */
async function pruneDeliveries(change: Change, bound: Bound): Promise<number> {
  const ids = await idsOf(
    change,
    'select id from deliveries where organization_id = ? and id < ? and is_unfinished = 0 order by id limit ?',
    [firstIdAt(bound.beforeMs), bound.limit],
  )
  for (const table of ['delivery_bodies', 'attempts', 'provider_ids']) {
    await removeIn(change, { table, column: 'delivery_id', ids })
  }
  await removeIn(change, { table: 'deliveries', column: 'id', ids })
  const receipts = await idsOf(
    change,
    'select id from receipts where organization_id = ? and id < ? order by id limit ?',
    [firstIdAt(bound.beforeMs), bound.limit],
  )
  await removeIn(change, { table: 'receipts', column: 'id', ids: receipts })
  return Math.max(ids.length, receipts.length)
}

/** Ids of providers in runs of which all deliveries are that old, and the runs that are empty of them. */
async function pruneIdRuns({ organizationId, sql }: Change, bound: Bound): Promise<number> {
  const oldest = firstIdAt(bound.beforeMs)
  const runs = await sql.all('select run from provider_id_heads where newest_delivery_id < ?', [
    oldest,
  ])
  let removed = 0
  for (const run of runs) {
    if (removed >= bound.limit) break
    removed += await sql.run(
      `delete from provider_id_runs where (run, organization_id, account_id, provider_id) in
         (select run, organization_id, account_id, provider_id from provider_id_runs
          where run = ? and organization_id = ? limit ?)`,
      [number(run, 'run'), organizationId, bound.limit - removed],
    )
  }
  // A run that takes part in a merge stays until that is over.
  await sql.run(
    `delete from provider_id_heads as h where newest_delivery_id < ? and target is null
       and not exists (select 1 from provider_id_heads where target = h.run)
       and not exists (select 1 from provider_id_runs where run = h.run)`,
    [oldest],
  )
  return removed
}

/** Conversations that ended before, with their messages; not where one of those is still to be sent. */
async function pruneConversations(change: Change, bound: Bound): Promise<number> {
  // Ids are in the order of their start, and what started later cannot have ended before.
  const ids = await idsOf(
    change,
    `select id from conversations c
     where organization_id = ? and id < ? and is_open = 0 and end_ms < ? and not exists (
       select 1 from messages m join deliveries d
         on d.organization_id = m.organization_id and d.message_id = m.id and d.is_unfinished = 1
       where m.organization_id = c.organization_id and m.conversation_id = c.id)
     order by id limit ?`,
    [firstIdAt(bound.beforeMs), bound.beforeMs, bound.limit],
  )
  const tables = [
    'messages',
    'emails',
    'email_message_ids',
    'email_drafts',
    'email_contents',
    'flow_runs',
  ]
  for (const table of tables) await removeIn(change, { table, column: 'conversation_id', ids })
  await pruneMedia(change, ids)
  await removeIn(change, { table: 'conversations', column: 'id', ids })
  return ids.length
}

/** Files that were uploaded in those conversations, with their bytes. */
async function pruneMedia(change: Change, conversationIds: readonly string[]): Promise<void> {
  if (conversationIds.length === 0) return
  const { marks, values } = inList(conversationIds)
  const query = `select id from media where organization_id = ? and conversation_id in (${marks})`
  await removeMedia(change, await idsOf(change, query, values))
}

/** Copies of files that providers and gateways brought: they belong to no conversation that could end. */
async function pruneCopies(change: Change, bound: Bound): Promise<number> {
  const ids = await idsOf(
    change,
    'select id from media where organization_id = ? and id < ? and communication_id = ? order by id limit ?',
    [firstIdAt(bound.beforeMs), copiesCommunicationId, bound.limit],
  )
  await removeMedia(change, ids)
  return ids.length
}

async function removeMedia(change: Change, ids: readonly string[]): Promise<void> {
  await removeIn(change, { table: 'media_chunks', column: 'media_id', ids })
  await removeIn(change, { table: 'media', column: 'id', ids })
}

/** Recorded calls, audited tool calls, handset texts, answers to repeats, receipts that nobody claimed, and tokens that are over. */
async function pruneByTime(change: Change, bound: Bound): Promise<number> {
  let most = 0
  for (const table of ['exchanges', 'handset_texts', 'mailbox', 'tool_calls']) {
    const ids = await idsOf(
      change,
      `select id from ${table} where organization_id = ? and id < ? order by id limit ?`,
      [firstIdAt(bound.beforeMs), bound.limit],
    )
    await removeIn(change, { table, column: 'id', ids })
    most = Math.max(most, ids.length)
  }
  const { organizationId, sql } = change
  for (const table of ['answers', 'held_receipts']) {
    const last = await sql.get(
      `select max(time_ms) as last_ms, count(*) as total from (
         select time_ms from ${table} where organization_id = ? and time_ms < ? order by time_ms limit ?) old`,
      [organizationId, bound.beforeMs, bound.limit],
    )
    if (last === undefined || number(last, 'total') === 0) continue
    const lastMs = number(last, 'last_ms')
    const places = table === 'held_receipts' ? await heldPlaces(change, lastMs) : []
    await sql.run(`delete from ${table} where organization_id = ? and time_ms <= ?`, [
      organizationId,
      lastMs,
    ])
    for (const place of places) await freePlace(change, place)
    most = Math.max(most, number(last, 'total'))
  }
  return most
}

/** The accounts and providers' ids of which receipts are held since then. */
async function heldPlaces(
  { organizationId, sql }: Change,
  lastMs: number,
): Promise<readonly (readonly SqlValue[])[]> {
  const rows = await sql.all(
    `select distinct account_id, provider_id from held_receipts
     where organization_id = ? and time_ms <= ?`,
    [organizationId, lastMs],
  )
  return rows.map((row) => [organizationId, text(row, 'account_id'), text(row, 'provider_id')])
}

/** Frees what an id of a provider keeps for receipts, when none is held any more. */
async function freePlace({ sql }: Change, place: readonly SqlValue[]): Promise<void> {
  const kept = `organization_id = ? and account_id = ? and provider_id = ? and delivery_id is null`
  // Whoever is about to hold another one has the row, or waits for it.
  await sql.run(`update provider_ids set delivery_id = null where ${kept}`, place)
  await sql.run(
    `delete from provider_ids where ${kept} and not exists (
       select 1 from held_receipts h where h.organization_id = provider_ids.organization_id
         and h.account_id = provider_ids.account_id and h.provider_id = provider_ids.provider_id)`,
    place,
  )
}

/** The oldest entries of the feed; a reader that was away longer than that begins at what is left. */
async function pruneFeed({ organizationId, sql }: Change, bound: Bound): Promise<number> {
  const old = await sql.all(
    `select sequence, time_ms from feed where organization_id = ? order by sequence limit ?`,
    [organizationId, bound.limit],
  )
  const gone = old.filter((row) => number(row, 'time_ms') < bound.beforeMs)
  const last = gone.at(-1)
  if (last === undefined) return 0
  await sql.run('delete from feed where organization_id = ? and sequence <= ?', [
    organizationId,
    number(last, 'sequence'),
  ])
  return gone.length
}

async function idsOf(
  { organizationId, sql }: Change,
  query: string,
  params: readonly SqlValue[],
): Promise<readonly string[]> {
  return (await sql.all(query, [organizationId, ...params])).map((row) => text(row, 'id'))
}

async function removeIn(
  { organizationId, sql }: Change,
  what: { readonly table: string; readonly column: string; readonly ids: readonly string[] },
): Promise<void> {
  if (what.ids.length === 0) return
  const { marks, values } = inList(what.ids)
  await sql.run(
    `delete from ${what.table} where organization_id = ? and ${what.column} in (${marks})`,
    [organizationId, ...values],
  )
}

/** The smallest id that can have been made at that millisecond: ids are UUIDv7, whose head is the time. */
function firstIdAt(ms: number): string {
  const head = Math.max(0, ms).toString(16).padStart(12, '0')
  return `${head.slice(0, 8)}-${head.slice(8)}-7000-8000-000000000000`
}
