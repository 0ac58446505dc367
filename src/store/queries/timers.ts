import type { Session } from '../session.ts'
import type { Row } from '../sql.ts'
import { json, number, text } from '../sql.ts'
import type { Timer, Timers } from '../store.ts'

/** What one organization has to do at a time. */
export function timers(session: Session): Timers {
  const { organizationId, sql } = session
  return {
    async set({ id, dueMs, kind, body }) {
      await session.write(async (change) => {
        await change.sql.run(
          `insert into timers (organization_id, id, due_ms, kind, body) values (?, ?, ?, ?, ?)
           on conflict (organization_id, id) do update set
             due_ms = excluded.due_ms, kind = excluded.kind, body = excluded.body`,
          [organizationId, id, dueMs, kind, JSON.stringify(body)],
        )
        change.timersDueMs.push(dueMs)
      })
    },
    async cancel(id) {
      await session.write((change) => remove(change.sql, id))
    },
    async due(nowMs, limit) {
      const rows = await sql.all(
        `select id, due_ms, kind, body from timers where organization_id = ? and due_ms <= ?
         order by due_ms, id limit ?`,
        [organizationId, nowMs, limit],
      )
      return rows.map(timerOf)
    },
    async take(id) {
      return (await session.write((change) => remove(change.sql, id))) > 0
    },
    async next() {
      const row = await sql.get(
        'select due_ms from timers where organization_id = ? order by due_ms, id limit 1',
        [organizationId],
      )
      return row && number(row, 'due_ms')
    },
  }

  function remove(writer: Session['sql'], id: string): Promise<number> {
    return writer.run('delete from timers where organization_id = ? and id = ?', [
      organizationId,
      id,
    ])
  }
}

function timerOf(row: Row): Timer {
  return {
    id: text(row, 'id'),
    dueMs: number(row, 'due_ms'),
    kind: text(row, 'kind') as Timer['kind'], // written from this type only
    body: json(row, 'body'),
  }
}
