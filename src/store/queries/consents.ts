import type { Consent, ConsentEntry } from '../../domain/consent.ts'
import type { BulkText, ConsentFilter, Consents } from '../consent-store.ts'
import type { Change, Session } from '../session.ts'
import { json, number, type Row, text } from '../sql.ts'
import { equal, insert, lookup, type Table, update } from '../statement.ts'
import { ConflictError, type Page, type PageRequest } from '../store.ts'

const table: Table = { name: 'consents', numbers: ['at_ms'], keys: [['sender', 'handset']] }
const ofPair = lookup(table, 'sender, handset, status, at_ms', { by: ['sender', 'handset'] })
const addFirst = insert(table, ['organization_id', 'sender', 'handset', 'status', 'at_ms'], {
  onConflict: 'on conflict do nothing',
})
const move = update(
  table,
  ['status', 'at_ms'],
  [equal('sender'), equal('handset'), equal('status'), equal('at_ms')],
)

const entryTable: Table = { name: 'consent_entries', numbers: [], keys: [['id']] }
const addEntry = insert(entryTable, ['organization_id', 'id', 'sender', 'handset', 'body'])

const bulkTable: Table = { name: 'bulk_texts', numbers: [], keys: [['sender', 'handset']] }
const bulkOfPair = lookup(bulkTable, 'sent', { by: ['sender', 'handset'] })
const putBulk = insert(bulkTable, ['organization_id', 'sender', 'handset', 'sent'], {
  onConflict: 'on conflict (organization_id, sender, handset) do update set sent = excluded.sent',
})

/** Consents of one organization and their ledger. */
export function consents(session: Session): Consents {
  const { organizationId, sql } = session
  return {
    async get(sender, handset) {
      const row = await sql.get(ofPair, [organizationId, sender, handset])
      return row && consentOf(row)
    },
    save: (consent, before) =>
      session.write(async (change) => {
        if ((await write(change, consent, before)) === 0) {
          throw new ConflictError(`The consent of ${consent.handset} was changed by another.`)
        }
      }),
    async addEntry(entry) {
      await session.write((change) =>
        change.sql.run(addEntry, [
          organizationId,
          entry.id,
          entry.sender,
          entry.handset,
          JSON.stringify(entry),
        ]),
      )
    },
    async bulkTexts(sender, handset) {
      const row = await sql.get(bulkOfPair, [organizationId, sender, handset])
      return row === undefined ? [] : json<readonly BulkText[]>(row, 'sent')
    },
    async saveBulkTexts(sender, handset, texts) {
      await session.write((change) =>
        change.sql.run(putBulk, [organizationId, sender, handset, JSON.stringify(texts)]),
      )
    },
    async list(page, filter) {
      const { rows, total } = await rowsOf(session, {
        from: 'consents',
        columns: 'sender, handset, status, at_ms',
        order: 'sender, handset',
        page,
        filter,
      })
      return { entities: rows.map(consentOf), total }
    },
    async entries(page, filter): Promise<Page<ConsentEntry>> {
      const { rows, total } = await rowsOf(session, {
        from: 'consent_entries',
        columns: 'body',
        order: 'id desc',
        page,
        filter,
      })
      return { entities: rows.map((row) => json<ConsentEntry>(row, 'body')), total }
    },
  }
}

function write(
  { organizationId, sql }: Change,
  consent: Consent,
  before: Consent | undefined,
): Promise<number> {
  const { sender, handset, status, atMs } = consent
  return before === undefined
    ? sql.run(addFirst, [organizationId, sender, handset, status, atMs])
    : sql.run(move, [status, atMs, organizationId, sender, handset, before.status, before.atMs])
}

async function rowsOf(
  { organizationId, sql }: Session,
  asked: {
    readonly from: string
    readonly columns: string
    readonly order: string
    readonly page: PageRequest
    readonly filter: ConsentFilter
  },
): Promise<{ readonly rows: readonly Row[]; readonly total: number }> {
  const { sender, handset, status } = asked.filter
  const given = Object.entries({ sender, handset, status }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  const where = ['organization_id', ...given.map(([column]) => column)]
    .map((column) => `${column} = ?`)
    .join(' and ')
  const values = [organizationId, ...given.map(([, value]) => value)]
  const count = await sql.get(`select count(*) as total from ${asked.from} where ${where}`, values)
  const { size, number: pageNumber } = asked.page
  const rows = await sql.all(
    `select ${asked.columns} from ${asked.from} where ${where}
     order by ${asked.order} limit ? offset ?`,
    [...values, size, (pageNumber - 1) * size],
  )
  return { rows, total: count === undefined ? 0 : number(count, 'total') }
}

function consentOf(row: Row): Consent {
  const status = text(row, 'status')
  return {
    sender: text(row, 'sender'),
    handset: text(row, 'handset'),
    status: status === 'opted-in' ? 'opted-in' : 'opted-out',
    atMs: number(row, 'at_ms'),
  }
}
