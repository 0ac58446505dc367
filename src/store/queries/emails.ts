import type { EmailDraft, EmailMessage } from '../../domain/email.ts'
import type { EmailPlace, EmailSummary, Emails } from '../email-store.ts'
import type { Session } from '../session.ts'
import type { Row } from '../sql.ts'
import { inList, json, text, textOrUndefined } from '../sql.ts'
import { ConflictError } from '../store.ts'

/** Characters of the text that a summary shows. */
const previewMax = 300

type Texts = Pick<EmailMessage, 'textBody' | 'htmlBody'>

/** E-mails of one organization, with what is being written and the bytes of files. */
export function emails(session: Session): Emails {
  const { organizationId, sql } = session
  return {
    add: (email) => add(session, email),
    async get(id) {
      const row = await sql.get(
        'select body, texts, status, error from emails where organization_id = ? and id = ?',
        [organizationId, id],
      )
      if (row === undefined) return undefined
      const { textPreview: _, ...rest } = summaryOf(row)
      return { ...rest, ...json<Texts>(row, 'texts') }
    },
    async ofConversation(conversationId, limit) {
      const rows = await sql.all(
        `select body, status, error from emails where organization_id = ? and conversation_id = ?
         order by id desc limit ?`,
        [organizationId, conversationId, limit],
      )
      return rows.map(summaryOf).reverse()
    },
    byMessageIds: (messageIds) => byMessageIds(session, messageIds),
    async setStatus({ id, status, error }) {
      const changed = await session.write((change) =>
        change.sql.run(
          'update emails set status = ?, error = ? where organization_id = ? and id = ?',
          [status, error === undefined ? null : JSON.stringify(error), organizationId, id],
        ),
      )
      if (changed === 0) throw new Error(`There is no e-mail ${id} to give a status.`)
    },
    async draft(conversationId) {
      const row = await sql.get(
        'select body from email_drafts where organization_id = ? and conversation_id = ?',
        [organizationId, conversationId],
      )
      return row && json<EmailDraft>(row, 'body')
    },
    saveDraft: (draft) => saveDraft(session, draft),
    async removeDraft(conversationId) {
      const removed = await session.write((change) =>
        change.sql.run(
          'delete from email_drafts where organization_id = ? and conversation_id = ?',
          [organizationId, conversationId],
        ),
      )
      return removed > 0
    },
    async addContent(key, conversationId, content) {
      await session.write((change) =>
        change.sql.run(
          `insert into email_contents (organization_id, key, conversation_id, content)
           values (?, ?, ?, ?)
           on conflict do nothing`,
          [organizationId, key, conversationId, content.toString('base64')],
        ),
      )
    },
    async content(key) {
      const row = await sql.get(
        'select content from email_contents where organization_id = ? and key = ?',
        [organizationId, key],
      )
      return row && Buffer.from(text(row, 'content'), 'base64')
    },
  }
}

async function add(session: Session, email: EmailMessage): Promise<void> {
  const { status, error, textBody, htmlBody, ...head } = email
  const texts: Texts = { textBody, ...(htmlBody === undefined ? {} : { htmlBody }) }
  const textPreview = textBody.slice(0, previewMax)
  const { organizationId } = session
  await session.write(async (change) => {
    await change.sql.run(
      `insert into emails (organization_id, id, conversation_id, status, error, body, texts)
       values (?, ?, ?, ?, ?, ?, ?)`,
      [
        organizationId,
        email.id,
        email.conversationId,
        status,
        error === undefined ? null : JSON.stringify(error),
        JSON.stringify({ ...head, textPreview }),
        JSON.stringify(texts),
      ],
    )
    await change.sql.run(
      `insert into email_message_ids (organization_id, message_id, email_id, conversation_id)
       values (?, ?, ?, ?)`,
      [organizationId, email.messageId, email.id, email.conversationId],
    )
  })
}

async function byMessageIds(
  { organizationId, sql }: Session,
  messageIds: readonly string[],
): Promise<readonly EmailPlace[]> {
  if (messageIds.length === 0) return []
  const { marks, values } = inList(messageIds)
  const rows = await sql.all(
    `select message_id, email_id, conversation_id from email_message_ids
     where organization_id = ? and message_id in (${marks}) order by email_id desc`,
    [organizationId, ...values],
  )
  return rows.map((row) => ({
    messageId: text(row, 'message_id'),
    emailId: text(row, 'email_id'),
    conversationId: text(row, 'conversation_id'),
  }))
}

async function saveDraft(session: Session, draft: EmailDraft): Promise<void> {
  const { organizationId } = session
  const { conversationId, version } = draft
  const body = JSON.stringify(draft)
  const saved = await session.write((change) =>
    version === 1
      ? change.sql.run(
          `insert into email_drafts (organization_id, conversation_id, version, body)
           values (?, ?, ?, ?) on conflict do nothing`,
          [organizationId, conversationId, version, body],
        )
      : change.sql.run(
          `update email_drafts set version = ?, body = ?
           where organization_id = ? and conversation_id = ? and version = ?`,
          [version, body, organizationId, conversationId, version - 1],
        ),
  )
  if (saved === 0) {
    throw new ConflictError(`The draft of ${conversationId} cannot become version ${version}.`)
  }
}

function summaryOf(row: Row): EmailSummary {
  const body = json<Omit<EmailSummary, 'status' | 'error'>>(row, 'body')
  const status = statusOf(text(row, 'status'))
  return textOrUndefined(row, 'error') === undefined
    ? { ...body, status }
    : { ...body, status, error: json(row, 'error') }
}

/** The column is written from a status only. */
function statusOf(column: string): EmailMessage['status'] {
  return column as EmailMessage['status']
}
