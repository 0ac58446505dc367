import type { Session } from '../session.ts'
import { chunks, inList, json } from '../sql.ts'
import type { AgentState, Agents } from '../store.ts'
import { ConflictError } from '../store.ts'

/** Where the agents of one organization stand. */
export function agents(session: Session): Agents {
  const { organizationId, sql } = session
  return {
    async get(userId) {
      const row = await sql.get(
        'select body from agents where organization_id = ? and user_id = ?',
        [organizationId, userId],
      )
      return row && json(row, 'body')
    },
    async many(userIds) {
      const found: AgentState[] = []
      for (const some of chunks(userIds, 256)) {
        const { marks, values } = inList(some)
        const rows = await sql.all(
          `select body from agents where organization_id = ? and user_id in (${marks})
           order by user_id`,
          [organizationId, ...values],
        )
        found.push(...rows.map((row) => json<AgentState>(row, 'body')))
      }
      return found
    },
    async save(state) {
      const body = JSON.stringify(state)
      const saved = await session.write((change) =>
        state.version === 1
          ? change.sql.run(
              `insert into agents (organization_id, user_id, version, body)
               values (?, ?, 1, ?) on conflict do nothing`,
              [organizationId, state.userId, body],
            )
          : change.sql.run(
              `update agents set version = ?, body = ?
               where organization_id = ? and user_id = ? and version = ?`,
              [state.version, body, organizationId, state.userId, state.version - 1],
            ),
      )
      if (saved === 0) {
        throw new ConflictError(`Agent ${state.userId} cannot become version ${state.version}.`)
      }
    },
  }
}
