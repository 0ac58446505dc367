import type { Session } from '../session.ts'
import { json } from '../sql.ts'
import { lookup, type Table } from '../statement.ts'
import type { Tokens } from '../store.ts'

const table: Table = { name: 'tokens', numbers: [], keys: [] }
const byHash = lookup(table, 'body', { by: ['hash'] })

/** Tokens that one organization has given out. */
export function tokens(session: Session): Tokens {
  const { organizationId, sql } = session
  return {
    async add(token) {
      await session.write((change) =>
        change.sql.run(
          'insert into tokens (organization_id, hash, expires_ms, body) values (?, ?, ?, ?)',
          [organizationId, token.hash, token.expiresMs, JSON.stringify(token)],
        ),
      )
    },
    async get(hash) {
      const row = await sql.get(byHash, [organizationId, hash])
      return row && json(row, 'body')
    },
    async take(hash) {
      const taken = await session.write((change) =>
        change.sql.run('delete from tokens where organization_id = ? and hash = ?', [
          organizationId,
          hash,
        ]),
      )
      return taken > 0
    },
    prune: (nowMs) =>
      session.write((change) =>
        change.sql.run('delete from tokens where organization_id = ? and expires_ms <= ?', [
          organizationId,
          nowMs,
        ]),
      ),
  }
}
