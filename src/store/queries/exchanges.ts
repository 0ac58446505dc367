import type { Session } from '../session.ts'
import { json } from '../sql.ts'
import type { Exchanges } from '../store.ts'

/** Calls of others that one organization got. */
export function exchanges(session: Session): Exchanges {
  const { organizationId, sql } = session
  return {
    async add(exchange, { accountId }) {
      await session.write((change) =>
        change.sql.run(
          'insert into exchanges (organization_id, id, account_id, body) values (?, ?, ?, ?)',
          [organizationId, exchange.id, accountId, JSON.stringify(exchange)],
        ),
      )
    },
    async get(id) {
      const row = await sql.get('select body from exchanges where organization_id = ? and id = ?', [
        organizationId,
        id,
      ])
      return row && json(row, 'body')
    },
    async list(limit) {
      const rows = await sql.all(
        'select body from exchanges where organization_id = ? order by id desc limit ?',
        [organizationId, limit],
      )
      return rows.map((row) => json(row, 'body'))
    },
  }
}
