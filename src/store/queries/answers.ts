import type { Session } from '../session.ts'
import { json } from '../sql.ts'
import { insert, lookup, type Table } from '../statement.ts'
import type { Answers } from '../store.ts'

const table: Table = { name: 'answers', numbers: ['time_ms'], keys: [['scope', 'key']] }
const byKey = lookup(table, 'answer', { by: ['scope', 'key'] })
const add = insert(table, ['organization_id', 'scope', 'key', 'time_ms', 'answer'], {
  onConflict: 'on conflict do nothing',
})

/** Answers that one organization has given. */
export function answers(session: Session): Answers {
  const { organizationId, sql } = session
  return {
    async get(scope, key) {
      const row = await sql.get(byKey, [organizationId, scope, key])
      return row && json(row, 'answer')
    },
    async add(scope, key, answer, timeMs) {
      const added = await session.write((change) =>
        change.sql.run(add, [organizationId, scope, key, timeMs, JSON.stringify(answer)]),
      )
      return added > 0
    },
  }
}
