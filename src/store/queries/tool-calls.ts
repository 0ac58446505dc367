import type { Session } from '../session.ts'
import { json } from '../sql.ts'
import { insert, type Table } from '../statement.ts'
import type { ToolCall, ToolCallFilter, ToolCalls } from '../tool-call-store.ts'

const table: Table = { name: 'tool_calls', numbers: [], keys: [['id']] }
const addRow = insert(table, ['organization_id', 'id', 'body'])

/** Rows looked through at once for calls that fit a filter. */
const readAtOnce = 500

/** The audit of one organization's tool calls. */
export function toolCalls(session: Session): ToolCalls {
  const { organizationId, sql } = session
  const before = async (id: string, limit: number): Promise<readonly ToolCall[]> => {
    const rows = await sql.all(
      'select body from tool_calls where organization_id = ? and id < ? order by id desc limit ?',
      [organizationId, id, limit],
    )
    return rows.map((row) => json(row, 'body'))
  }
  return {
    async add(calls) {
      await session.write(async (change) => {
        for (const call of calls) {
          await change.sql.run(addRow, [organizationId, call.id, JSON.stringify(call)])
        }
      })
    },
    async list(limit, filter = {}) {
      const found: ToolCall[] = []
      let from = filter.beforeId ?? 'g' // greater than every id, which is hexadecimal
      for (;;) {
        const calls = await before(from, readAtOnce)
        found.push(...calls.filter((call) => fits(call, filter)))
        const last = calls.at(-1)
        if (last === undefined || calls.length < readAtOnce || found.length >= limit) break
        from = last.id
      }
      return found.slice(0, limit)
    },
  }
}

function fits(call: ToolCall, { tool, clientId, decision }: ToolCallFilter): boolean {
  return (
    (tool === undefined || call.tool === tool) &&
    (clientId === undefined || call.clientId === clientId) &&
    (decision === undefined || call.decision === decision)
  )
}
