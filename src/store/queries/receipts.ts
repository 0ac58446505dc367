import type { JsonObject } from '../json.ts'
import type { Change, Session } from '../session.ts'
import { json, number } from '../sql.ts'
import { insert, type Table, take } from '../statement.ts'
import type { Receipts } from '../store.ts'
import { ConflictError } from '../store.ts'
import { deliveryOfId } from './provider-ids.ts'

const table: Table = { name: 'receipts', numbers: [], keys: [['id']] }
const addRow = insert(table, ['organization_id', 'id', 'message_id', 'body'])

const heldTable: Table = {
  name: 'held_receipts',
  numbers: ['position', 'time_ms'],
  keys: [['account_id', 'provider_id']],
}
const takeHeld = take(heldTable, 'position, time_ms, body', ['account_id', 'provider_id'])

/** Receipts of one organization, and those that came before their delivery was known. */
export function receipts(session: Session): Receipts {
  const { organizationId, sql } = session
  return {
    async add(receipt) {
      await session.write((change) =>
        change.sql.run(addRow, [
          organizationId,
          receipt.id,
          receipt.messageId,
          JSON.stringify(receipt),
        ]),
      )
    },
    async ofMessage(messageId) {
      const rows = await sql.all(
        'select body from receipts where organization_id = ? and message_id = ? order by id',
        [organizationId, messageId],
      )
      return rows.map((row) => json(row, 'body'))
    },
    hold: (accountId, key, receipt, timeMs) =>
      session.write(async (change) => {
        const about = { organizationId, sql: change.sql, hasIdRuns: session.hasIdRuns }
        if ((await deliveryOfId(about, accountId, key)) !== undefined) throw known(key)
        await hold(change, { accountId, key, receipt, timeMs })
      }),
    async takeHeld(accountId, key) {
      const rows = await session.write((change) =>
        change.sql.all(takeHeld, [organizationId, accountId, key]),
      )
      return rows
        .toSorted(
          (a, b) =>
            number(a, 'time_ms') - number(b, 'time_ms') ||
            number(a, 'position') - number(b, 'position'),
        )
        .map((row) => json(row, 'body'))
    },
  }
}

function known(key: string): ConflictError {
  return new ConflictError(`The delivery of provider id ${key} has become known.`)
}

interface Held {
  readonly accountId: string
  readonly key: string
  readonly receipt: JsonObject
  readonly timeMs: number
}

/**
 * Locks the provider's id before it keeps the receipt. Without that, a receipt and the settling of its send
 * on another node could each look before the other commits, and the receipt would be held for good.
 */
async function hold({ organizationId, sql }: Change, held: Held): Promise<void> {
  const place = [organizationId, held.accountId, held.key]
  const locked = await sql.get(
    `insert into provider_ids (organization_id, account_id, provider_id, delivery_id)
     values (?, ?, ?, null)
     on conflict (organization_id, account_id, provider_id) do update set
       delivery_id = null
     where provider_ids.delivery_id is null
     returning provider_id`,
    place,
  )
  if (locked === undefined) throw known(held.key)
  const last = await sql.get(
    `select coalesce(max(position), 0) as position from held_receipts
     where organization_id = ? and account_id = ? and provider_id = ?`,
    place,
  )
  await sql.run(
    `insert into held_receipts
       (organization_id, account_id, provider_id, position, time_ms, body)
     values (?, ?, ?, ?, ?, ?)`,
    [
      ...place,
      last === undefined ? 1 : number(last, 'position') + 1,
      held.timeMs,
      JSON.stringify(held.receipt),
    ],
  )
}
