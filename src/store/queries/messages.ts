import type { Message, MessageStatus } from '../../domain/message.ts'
import { places } from '../places.ts'
import { type Change, type Session, see } from '../session.ts'
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
export class MessageQueries implements Messages {
  readonly #session: Session

  constructor(session: Session) {
    this.#session = session
  }

  async add(message: Message): Promise<void> {
    const { organizationId } = this.#session
    const { id, conversationId, status, error } = message
    const body = JSON.stringify(form.pack(message))
    await this.#session.write((change) =>
      change.sql.run(addRow, [organizationId, id, conversationId, status, errorJson(error), body]),
    )
  }

  async get(id: string): Promise<Message | undefined> {
    const { organizationId, sql, change } = this.#session
    const row = await sql.get(byId, [organizationId, id])
    if (row === undefined) return undefined
    if (change !== undefined) see(change, id, [text(row, 'status')])
    return messageOf(row)
  }

  many(ids: readonly string[]): Promise<readonly Message[]> {
    return many(this.#session, ids)
  }

  async ofConversation(
    conversationId: string,
    limit: number,
    before?: string,
  ): Promise<readonly Message[]> {
    const { organizationId, sql } = this.#session
    const rows = await sql.all(
      `select ${columns} from messages where organization_id = ? and conversation_id = ?
       ${before === undefined ? '' : 'and id < ?'} order by id desc limit ?`,
      [organizationId, conversationId, ...(before === undefined ? [] : [before]), limit],
    )
    return rows.map(messageOf).reverse()
  }

  setStatus(message: Message): Promise<void> {
    return this.#session.write((change) => setStatus(change, message))
  }

  moveStatus(id: string, from: MessageStatus, to: MessageStatus): Promise<boolean> {
    return this.#session.write((change) => moveStatus(change, { id, from, to }))
  }

  list(page: PageRequest): Promise<Page<Message>> {
    return list(this.#session, page)
  }
}

async function setStatus(change: Change, { id, status, error }: Message): Promise<void> {
  const seen = change.seen?.get(id)
  const { organizationId, sql } = change
  const changed = await (seen === undefined
    ? sql.run(move, [status, errorJson(error), organizationId, id])
    : sql.run(moveOn, [status, errorJson(error), organizationId, id, ...seen]))
  if (changed === 0 && seen === undefined) {
    throw new Error(`There is no message ${id} to give a status.`)
  }
  if (changed === 0) throw new ConflictError(`Message ${id} was given another status meanwhile.`)
  see(change, id, [status])
}

async function moveStatus(
  change: Change,
  move: { readonly id: string; readonly from: MessageStatus; readonly to: MessageStatus },
): Promise<boolean> {
  const moved = await change.sql.run(moveOn, [
    move.to,
    null,
    change.organizationId,
    move.id,
    move.from,
  ])
  if (moved > 0) see(change, move.id, [move.to])
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
