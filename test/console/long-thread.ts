import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { House } from '../house.ts'

const dayMs = 86_400_000

/**
 * Gives a conversation so many older messages: copies of its newest one, said by both in turn over the last ten days,
 * `Line 1` the oldest. The server is not told of them, as of what was there before it started.
 */
export function fillThread(house: House, conversationId: string, lines: number): void {
  const database = new DatabaseSync(join(house.dataDir, 'signalbox.db'), { timeout: 10_000 })
  try {
    const sample = database
      .prepare('select * from messages where conversation_id = ? order by id desc limit 1')
      .get(conversationId)
    if (sample === undefined) throw new Error('The conversation has no message to copy.')
    const add = database.prepare(
      'insert into messages (organization_id, id, conversation_id, status, body) values (?, ?, ?, ?, ?)',
    )
    const body = JSON.parse(String(sample['body']))
    database.exec('begin')
    for (let line = 1; line <= lines; line += 1) {
      const id = `0180000000007000${line.toString(16).padStart(16, '0')}`
      const isInbound = line % 3 !== 0
      const copy = {
        ...body,
        id,
        direction: isInbound ? 'inbound' : 'outbound',
        text: `Line ${line}${' of a long talk'.repeat(line % 7)}`,
        timeMs: body.timeMs - ((lines - line + 1) * 10 * dayMs) / lines,
      }
      const status = isInbound ? 'received' : 'delivery-success'
      const organizationId = String(sample['organization_id'])
      add.run(organizationId, id, conversationId, status, JSON.stringify(copy))
    }
    database.exec('commit')
  } finally {
    database.close()
  }
}
