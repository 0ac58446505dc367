import type { Session } from '../session.ts'
import { chunks, inList, json } from '../sql.ts'
import { equal, insert, lookup, type Table, update } from '../statement.ts'
import type { AgentState, Agents } from '../store.ts'
import { ConflictError } from '../store.ts'

const table: Table = { name: 'agents', numbers: ['version'], keys: [['user_id']] }
const byId = lookup(table, 'body', { by: ['user_id'] })
const addFirst = insert(table, ['organization_id', 'user_id', 'version', 'body'], {
  onConflict: 'on conflict do nothing',
})
const replace = update(table, ['version', 'body'], [equal('user_id'), equal('version')])

/** Where the agents of one organization stand. */
export function agents(session: Session): Agents {
  const { organizationId, sql } = session
  return {
    async get(userId) {
      const row = await sql.get(byId, [organizationId, userId])
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
          ? change.sql.run(addFirst, [organizationId, state.userId, 1, body])
          : change.sql.run(replace, [
              state.version,
              body,
              organizationId,
              state.userId,
              state.version - 1,
            ]),
      )
      if (saved === 0) {
        throw new ConflictError(`Agent ${state.userId} cannot become version ${state.version}.`)
      }
    },
  }
}
