import type { Conversation } from '../../domain/conversation.ts'
import { activeUserIds, engagedUserIds, threadKeyOf } from '../../domain/conversation.ts'
import { conversationForm } from '../conversation-form.ts'
import type { ActiveUsers, Change, Session } from '../session.ts'
import type { Row, SqlValue } from '../sql.ts'
import { json, number, text } from '../sql.ts'
import { equal, insert, lookup, type Table, update } from '../statement.ts'
import type { Conversations, Page, PageRequest } from '../store.ts'
import { ConflictError } from '../store.ts'

const table: Table = {
  name: 'conversations',
  numbers: ['version', 'is_open', 'waiting_since_ms', 'start_ms', 'end_ms'],
  keys: [['id'], ['thread_key']],
}
const columns = [
  'version',
  'thread_key',
  'is_open',
  'waiting_queue_id',
  'waiting_since_ms',
  'start_ms',
  'end_ms',
  'body',
]
const kept = 'id, version, start_ms, body'
const byId = lookup(table, kept, { by: ['id'] })
const byThreadKey = lookup(table, kept, {
  by: ['thread_key'],
  rest: 'order by is_open desc, start_ms desc limit 1',
})
const addFirst = insert(table, [...columns, 'organization_id', 'id'], {
  onConflict: 'on conflict do nothing',
})
const replace = update(table, columns, [equal('id'), equal('version')])

const userTable: Table = {
  name: 'conversation_users',
  numbers: [],
  keys: [['user_id', 'conversation_id']],
}
const addUser = insert(userTable, ['organization_id', 'user_id', 'conversation_id'], {
  onConflict: 'on conflict do nothing',
  counted: false,
})

/** Conversations of one organization. */
export class ConversationQueries implements Conversations {
  readonly #session: Session

  constructor(session: Session) {
    this.#session = session
  }

  async get(id: string): Promise<Conversation | undefined> {
    const { organizationId, sql } = this.#session
    const row = await sql.get(byId, [organizationId, id])
    return row && conversationOf(this.#session, row)
  }

  async byThread(key: string): Promise<Conversation | undefined> {
    const { organizationId, sql } = this.#session
    const row = await sql.get(byThreadKey, [organizationId, key])
    return row && conversationOf(this.#session, row)
  }

  save(conversation: Conversation): Promise<void> {
    return this.#session.write((change) => save(change, conversation))
  }

  async activeOfUser(userId: string): Promise<readonly Conversation[]> {
    const engaged = await this.engagedOfUser(userId)
    return engaged.filter((conversation) => activeUserIds(conversation).includes(userId))
  }

  async engagedOfUser(userId: string): Promise<readonly Conversation[]> {
    const { organizationId, sql } = this.#session
    const rows = await sql.all(
      `select c.id, c.version, c.start_ms, c.body from conversation_users u
       join conversations c on c.organization_id = u.organization_id and c.id = u.conversation_id
       where u.organization_id = ? and u.user_id = ? order by c.start_ms, c.id`,
      [organizationId, userId],
    )
    return rows.map((row) => conversationOf(this.#session, row))
  }

  async waiting(queueId: string, limit: number): Promise<readonly Conversation[]> {
    const { organizationId, sql } = this.#session
    const rows = await sql.all(
      `select ${kept} from conversations where organization_id = ? and waiting_queue_id = ?
       order by waiting_since_ms, id limit ?`,
      [organizationId, queueId, limit],
    )
    return rows.map((row) => conversationOf(this.#session, row))
  }

  async list(
    page: PageRequest,
    filter: Parameters<Conversations['list']>[1] = {},
  ): Promise<Page<Conversation>> {
    const { organizationId, sql } = this.#session
    const only = filter.open === undefined ? '' : ` and is_open = ${filter.open ? 1 : 0}`
    const where = `organization_id = ?${only}`
    const rows = await sql.all(
      `select ${kept} from conversations where ${where} order by id desc limit ? offset ?`,
      [organizationId, page.size, (page.number - 1) * page.size],
    )
    const count = await sql.get(`select count(*) as total from conversations where ${where}`, [
      organizationId,
    ])
    return {
      entities: rows.map((row) => conversationOf(this.#session, row)),
      total: count === undefined ? 0 : number(count, 'total'),
    }
  }
}

async function save(change: Change, conversation: Conversation): Promise<void> {
  const before = conversation.version === 1 ? [] : await usersBefore(change, conversation)
  const row = valuesOf(change, conversation)
  if (conversation.version > 1) row.push(conversation.version - 1)
  const saved = await change.sql.run(conversation.version === 1 ? addFirst : replace, row)
  if (saved === 0) {
    throw new ConflictError(
      `Conversation ${conversation.id} cannot become version ${conversation.version}.`,
    )
  }
  const after = engagedUserIds(conversation)
  if (before.length > 0 || after.length > 0) {
    await saveUsers(change, conversation.id, { before, after })
  }
  keepUsers(change, conversation.id, { version: conversation.version, userIds: after })
}

function keepUsers(change: Change, id: string, users: ActiveUsers): void {
  change.activeUsers ??= new Map()
  change.activeUsers.set(id, users)
}

/** Users of the version before, from what this transaction has read or else from the row. */
async function usersBefore(change: Change, { id, version }: Conversation) {
  const seen = change.activeUsers?.get(id)
  if (seen?.version === version - 1) return seen.userIds
  const row = await change.sql.get(
    `select ${kept} from conversations where organization_id = ? and id = ? and version = ?`,
    [change.organizationId, id, version - 1],
  )
  return row === undefined ? [] : engagedUserIds(unpacked(row))
}

function valuesOf({ organizationId }: Change, conversation: Conversation): SqlValue[] {
  const { waiting } = conversation
  return [
    conversation.version,
    threadKeyOf(conversation),
    conversation.endMs === undefined ? 1 : 0,
    waiting?.queueId ?? null,
    waiting?.sinceMs ?? null,
    conversation.startMs,
    conversation.endMs ?? null,
    JSON.stringify(conversationForm.pack(conversation, conversation.startMs)),
    organizationId,
    conversation.id,
  ]
}

async function saveUsers(
  { sql, organizationId }: Change,
  conversationId: string,
  users: { readonly before: readonly string[]; readonly after: readonly string[] },
): Promise<void> {
  for (const userId of users.after.filter((id) => !users.before.includes(id))) {
    await sql.run(addUser, [organizationId, userId, conversationId])
  }
  for (const userId of users.before.filter((id) => !users.after.includes(id))) {
    await sql.run(
      `delete from conversation_users
       where organization_id = ? and user_id = ? and conversation_id = ?`,
      [organizationId, userId, conversationId],
    )
  }
}

function conversationOf(session: Session, row: Row): Conversation {
  const conversation = unpacked(row)
  const { id, version } = conversation
  if (session.change !== undefined) {
    keepUsers(session.change, id, { version, userIds: engagedUserIds(conversation) })
  }
  return conversation
}

function unpacked(row: Row): Conversation {
  const startMs = number(row, 'start_ms')
  const id = text(row, 'id')
  const version = number(row, 'version')
  return { ...conversationForm.unpack(json(row, 'body'), startMs), id, version, startMs }
}
