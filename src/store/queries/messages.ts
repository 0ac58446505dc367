import type { Message, MessageStatus } from '../../domain/message.ts'
import { places } from '../places.ts'
import type { Change, Session } from '../session.ts'
import type { Row } from '../sql.ts'
import { chunks, inList, json, number, text, textOrUndefined } from '../sql.ts'
import { equal, insert, lookup, type Table, update } from '../statement.ts'
import type { Messages, Page, PageRequest } from '../store.ts'
import { ConflictError } from '../store.ts'

const columns = 'id, conversation_id, body, status, error'
const form = places<Message>({
  names: [
    'communicationId',
    'direction',
    'messengerType',
    'kind',
    'fromAddress',
    'toAddress',
    'timeMs',
    'text',
    'content',
    'segments',
    'originatingEntity',
  ],
  elsewhere: ['id', 'conversationId', 'status', 'error'],
})
const table: Table = { name: 'messages', numbers: [], keys: [['id']] }
const byId = lookup(table, columns, { by: ['id'] })
const addRow = insert(table, [
  'organization_id',
  'id',
  'conversation_id',
  'status',
  'error',
  'body',
])
const move = update(table, ['status', 'error'], [equal('id')])
const moveOn = update(table, ['status', 'error'], [equal('id'), equal('status')])

/** Messages of one organization: what each says in one column, its fate beside it. */
export function messages(session: Session): Messages {
  const { organizationId, sql } = session
  return {
    async add(message) {
      const { id, conversationId, status, error } = message
      const body = JSON.stringify(form.pack(message))
      await session.write((change) =>
        change.sql.run(addRow, [
          organizationId,
          id,
          conversationId,
          status,
          errorJson(error),
          body,
        ]),
      )
    },
    async get(id) {
      const row = await sql.get(byId, [organizationId, id])
      if (row === undefined) return undefined
      session.change?.seen.set(id, [text(row, 'status')])
      return messageOf(row)
    },
    many: (ids) => many(session, ids),
    async ofConversation(conversationId, limit, before) {
      const rows = await sql.all(
        `select ${columns} from messages where organization_id = ? and conversation_id = ?
         ${before === undefined ? '' : 'and id < ?'} order by id desc limit ?`,
        [organizationId, conversationId, ...(before === undefined ? [] : [before]), limit],
      )
      return rows.map(messageOf).reverse()
    },
    setStatus: (message) => session.write((change) => setStatus(change, message)),
    moveStatus: (id, from, to) => session.write((change) => moveStatus(change, { id, from, to })),
    list: (page) => list(session, page),
  }
}

async function setStatus(change: Change, { id, status, error }: Message): Promise<void> {
  const seen = change.seen.get(id)
  const values = [status, errorJson(error), change.organizationId, id]
  const changed = await (seen === undefined
    ? change.sql.run(move, values)
    : change.sql.run(moveOn, [...values, ...seen]))
  if (changed === 0 && seen === undefined) {
    throw new Error(`There is no message ${id} to give a status.`)
  }
  if (changed === 0) throw new ConflictError(`Message ${id} was given another status meanwhile.`)
  change.seen.set(id, [status])
}

async function moveStatus(
  { organizationId, sql, seen }: Change,
  move: { readonly id: string; readonly from: MessageStatus; readonly to: MessageStatus },
): Promise<boolean> {
  const moved = await sql.run(moveOn, [move.to, null, organizationId, move.id, move.from])
  if (moved > 0) seen.set(move.id, [move.to])
  return moved > 0
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
  const message: Message = {
    ...form.unpack(json(row, 'body')),
    id: text(row, 'id'),
    conversationId: text(row, 'conversation_id'),
    status: statusOf(text(row, 'status')),
  }
  return textOrUndefined(row, 'error') === undefined
    ? message
    : { ...message, error: json(row, 'error') }
}

/** The column is written from a status only. */
function statusOf(column: string): Message['status'] {
  return column as Message['status']
}
