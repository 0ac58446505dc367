import type { Session } from '../session.ts'
import { json } from '../sql.ts'
import type { Answers } from '../store.ts'

/** Answers that one organization has given. */
export function answers(session: Session): Answers {
  const { organizationId, sql } = session
  return {
    async get(scope, key) {
      const row = await sql.get(
        'select answer from answers where organization_id = ? and scope = ? and key = ?',
        [organizationId, scope, key],
      )
      return row && json(row, 'answer')
    },
    async add(scope, key, answer, timeMs) {
      const added = await session.write((change) =>
        change.sql.run(
          `insert into answers (organization_id, scope, key, time_ms, answer)
           values (?, ?, ?, ?, ?) on conflict do nothing`,
          [organizationId, scope, key, timeMs, JSON.stringify(answer)],
        ),
      )
      return added > 0
    },
  }
}
