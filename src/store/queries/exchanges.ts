import { exchangeIn, exchangeText } from '../exchange-form.ts'
import type { Session } from '../session.ts'
import { text } from '../sql.ts'
import { insert, lookup, type Table } from '../statement.ts'
import type { Exchanges } from '../store.ts'

const table: Table = { name: 'exchanges', numbers: [], keys: [['id']] }
const byId = lookup(table, 'body', { by: ['id'] })
const addRow = insert(table, ['organization_id', 'id', 'account_id', 'body'])

/** Calls of others that one organization got. */
export function exchanges(session: Session): Exchanges {
  const { organizationId, sql } = session
  return {
    async add(exchange, { accountId }) {
      await session.write((change) =>
        change.sql.run(addRow, [organizationId, exchange.id, accountId, exchangeText(exchange)]),
      )
    },
    async get(id) {
      const row = await sql.get(byId, [organizationId, id])
      return row && exchangeIn(text(row, 'body'))
    },
    async list(limit) {
      const rows = await sql.all(
        'select body from exchanges where organization_id = ? order by id desc limit ?',
        [organizationId, limit],
      )
      return rows.map((row) => exchangeIn(text(row, 'body')))
    },
  }
}
