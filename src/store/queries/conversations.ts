import type { Conversation } from '../../domain/conversation.ts'
import { activeUserIds, engagedUserIds, threadKeyOf } from '../../domain/conversation.ts'
import { conversationForm } from '../conversation-form.ts'
import type { Change, Session } from '../session.ts'
import type { Row, SqlValue } from '../sql.ts'
import { json, number, text } from '../sql.ts'
import { equal, insert, lookup, type Table, update } from '../statement.ts'
import type { Conversations } from '../store.ts'
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
export function conversations(session: Session): Conversations {
  const { organizationId, sql } = session
  return {
    async get(id) {
      const row = await sql.get(byId, [organizationId, id])
      return row && conversationOf(session, row)
    },
    async byThread(key) {
      const row = await sql.get(byThreadKey, [organizationId, key])
      return row && conversationOf(session, row)
    },
    save: (conversation) => session.write((change) => save(change, conversation)),
    async activeOfUser(userId) {
      const engaged = await engagedOfUser(userId)
      return engaged.filter((conversation) => activeUserIds(conversation).includes(userId))
    },
    engagedOfUser,
    async waiting(queueId, limit) {
      const rows = await sql.all(
        `select ${kept} from conversations where organization_id = ? and waiting_queue_id = ?
         order by waiting_since_ms, id limit ?`,
        [organizationId, queueId, limit],
      )
      return rows.map((row) => conversationOf(session, row))
    },
    async list(page, filter = {}) {
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
        entities: rows.map((row) => conversationOf(session, row)),
        total: count === undefined ? 0 : number(count, 'total'),
      }
    },
  }

  async function engagedOfUser(userId: string): Promise<readonly Conversation[]> {
    const rows = await sql.all(
      `select c.id, c.version, c.start_ms, c.body from conversation_users u
       join conversations c on c.organization_id = u.organization_id and c.id = u.conversation_id
       where u.organization_id = ? and u.user_id = ? order by c.start_ms, c.id`,
      [organizationId, userId],
    )
    return rows.map((row) => conversationOf(session, row))
  }
}

async function save(change: Change, conversation: Conversation): Promise<void> {
  const before = await usersBefore(change, conversation)
  const row = [...valuesOf(conversation), change.organizationId, conversation.id]
  const saved =
    conversation.version === 1
      ? await change.sql.run(addFirst, row)
      : await change.sql.run(replace, [...row, conversation.version - 1])
  if (saved === 0) {
    throw new ConflictError(
      `Conversation ${conversation.id} cannot become version ${conversation.version}.`,
    )
  }
  const after = engagedUserIds(conversation)
  await saveUsers(change, conversation.id, { before, after })
  change.activeUsers.set(conversation.id, { version: conversation.version, userIds: after })
}

/** Users of the version before, from what this transaction has read or else from the row. */
async function usersBefore(change: Change, { id, version }: Conversation) {
  if (version === 1) return []
  const seen = change.activeUsers.get(id)
  if (seen?.version === version - 1) return seen.userIds
  const row = await change.sql.get(
    `select ${kept} from conversations where organization_id = ? and id = ? and version = ?`,
    [change.organizationId, id, version - 1],
  )
  return row === undefined ? [] : engagedUserIds(unpacked(row))
}

function valuesOf(conversation: Conversation): readonly SqlValue[] {
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
  session.change?.activeUsers.set(conversation.id, {
    version: conversation.version,
    userIds: engagedUserIds(conversation),
  })
  return conversation
}

function unpacked(row: Row): Conversation {
  const startMs = number(row, 'start_ms')
  const id = text(row, 'id')
  const version = number(row, 'version')
  return { ...conversationForm.unpack(json(row, 'body'), startMs), id, version, startMs }
}
