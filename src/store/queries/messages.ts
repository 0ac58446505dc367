import type { Message } from '../../domain/message.ts'
import type { Session } from '../session.ts'
import type { Row } from '../sql.ts'
import { chunks, inList, json, number, text, textOrUndefined } from '../sql.ts'
import type { Messages, Page, PageRequest } from '../store.ts'

const columns = 'body, status, error'

/** Messages of one organization: what each says in one column, its fate beside it. */
export function messages(session: Session): Messages {
  const { organizationId, sql } = session
  return {
    async add({ status, error, ...body }) {
      await session.write((change) =>
        change.sql.run(
          `insert into messages (organization_id, id, conversation_id, status, error, body)
           values (?, ?, ?, ?, ?, ?)`,
          [
            organizationId,
            body.id,
            body.conversationId,
            status,
            errorJson(error),
            JSON.stringify(body),
          ],
        ),
      )
    },
    async get(id) {
      const row = await sql.get(
        `select ${columns} from messages where organization_id = ? and id = ?`,
        [organizationId, id],
      )
      return row && messageOf(row)
    },
    many: (ids) => many(session, ids),
    async ofConversation(conversationId, limit) {
      const rows = await sql.all(
        `select ${columns} from messages where organization_id = ? and conversation_id = ?
         order by id desc limit ?`,
        [organizationId, conversationId, limit],
      )
      return rows.map(messageOf).reverse()
    },
    async setStatus({ id, status, error }) {
      const changed = await session.write((change) =>
        change.sql.run(
          'update messages set status = ?, error = ? where organization_id = ? and id = ?',
          [status, errorJson(error), organizationId, id],
        ),
      )
      if (changed === 0) throw new Error(`There is no message ${id} to give a status.`)
    },
    async moveStatus(id, from, to) {
      const moved = await session.write((change) =>
        change.sql.run(
          `update messages set status = ?, error = null
           where organization_id = ? and id = ? and status = ?`,
          [to, organizationId, id, from],
        ),
      )
      return moved > 0
    },
    list: (page) => list(session, page),
  }
}

async function many(
  { organizationId, sql }: Session,
  ids: readonly string[],
): Promise<readonly Message[]> {
  const found: Message[] = []
  for (const some of chunks(ids, 256)) {
    const { marks, values } = inList(some)
    const rows = await sql.all(
      `select ${columns} from messages where organization_id = ? and id in (${marks})
       order by id`,
      [organizationId, ...values],
    )
    found.push(...rows.map(messageOf))
  }
  return found
}

async function list({ organizationId, sql }: Session, page: PageRequest): Promise<Page<Message>> {
  const rows = await sql.all(
    `select ${columns} from messages where organization_id = ? order by id desc limit ? offset ?`,
    [organizationId, page.size, (page.number - 1) * page.size],
  )
  const count = await sql.get('select count(*) as total from messages where organization_id = ?', [
    organizationId,
  ])
  return { entities: rows.map(messageOf), total: count === undefined ? 0 : number(count, 'total') }
}

function errorJson(error: Message['error']): string | null {
  return error === undefined ? null : JSON.stringify(error)
}

function messageOf(row: Row): Message {
  const body = json<Omit<Message, 'status' | 'error'>>(row, 'body')
  const status = statusOf(text(row, 'status'))
  return textOrUndefined(row, 'error') === undefined
    ? { ...body, status }
    : { ...body, status, error: json(row, 'error') }
}

/** The column is written from a status only. */
function statusOf(column: string): Message['status'] {
  return column as Message['status']
}
