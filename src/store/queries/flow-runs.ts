import type { FlowRuns } from '../flow-store.ts'
import type { Session } from '../session.ts'
import { json } from '../sql.ts'
import { ConflictError } from '../store.ts'

/** Runs of one organization's routing applications. */
export function flowRuns(session: Session): FlowRuns {
  const { organizationId, sql } = session
  return {
    async get(conversationId) {
      const row = await sql.get(
        'select body from flow_runs where organization_id = ? and conversation_id = ?',
        [organizationId, conversationId],
      )
      return row && json(row, 'body')
    },
    save: (run) =>
      session.write(async ({ sql }) => {
        const { conversationId, version } = run
        const body = JSON.stringify(run)
        const changed = await (version === 1
          ? sql.run(
              `insert into flow_runs (organization_id, conversation_id, version, body)
               values (?, ?, ?, ?) on conflict do nothing`,
              [organizationId, conversationId, version, body],
            )
          : sql.run(
              `update flow_runs set version = ?, body = ?
               where organization_id = ? and conversation_id = ? and version = ?`,
              [version, body, organizationId, conversationId, version - 1],
            ))
        if (changed === 0)
          throw new ConflictError(`The flow of ${conversationId} was moved by another.`)
      }),
    async remove(conversationId) {
      await session.write((change) =>
        change.sql.run('delete from flow_runs where organization_id = ? and conversation_id = ?', [
          organizationId,
          conversationId,
        ]),
      )
    },
  }
}
