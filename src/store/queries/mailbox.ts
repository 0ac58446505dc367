import type { CapturedMail, Mailbox } from '../email-store.ts'
import type { Session } from '../session.ts'
import { json, text } from '../sql.ts'

/** The embedded mailbox of one organization. */
export function mailbox(session: Session): Mailbox {
  const { organizationId, sql } = session
  return {
    async add(mail, raw) {
      const added = await session.write((change) =>
        change.sql.run(
          `insert into mailbox (organization_id, id, delivery_id, body, raw)
           values (?, ?, ?, ?, ?) on conflict do nothing`,
          [organizationId, mail.id, mail.deliveryId, JSON.stringify(mail), raw],
        ),
      )
      return added > 0
    },
    async get(id) {
      const row = await sql.get('select body from mailbox where organization_id = ? and id = ?', [
        organizationId,
        id,
      ])
      return row && json<CapturedMail>(row, 'body')
    },
    async raw(id) {
      const row = await sql.get('select raw from mailbox where organization_id = ? and id = ?', [
        organizationId,
        id,
      ])
      return row && text(row, 'raw')
    },
    async list(limit) {
      const rows = await sql.all(
        'select body from mailbox where organization_id = ? order by id desc limit ?',
        [organizationId, limit],
      )
      return rows.map((row) => json<CapturedMail>(row, 'body'))
    },
  }
}
