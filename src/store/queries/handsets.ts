import type { Handsets, HandsetText } from '../handset-store.ts'
import type { Session } from '../session.ts'
import type { Row } from '../sql.ts'
import { json, text } from '../sql.ts'

/** Texts on the loopback carrier's handsets of one organization. */
export function handsets(session: Session): Handsets {
  const { organizationId, sql } = session
  return {
    async add({ status, ...body }) {
      const added = await session.write((change) =>
        change.sql.run(
          `insert into handset_texts (organization_id, id, handset, delivery_id, status, body)
           values (?, ?, ?, ?, ?, ?) on conflict do nothing`,
          [
            organizationId,
            body.id,
            body.handset,
            body.deliveryId ?? null,
            status,
            JSON.stringify(body),
          ],
        ),
      )
      return added > 0
    },
    async get(id) {
      const row = await sql.get(
        'select status, body from handset_texts where organization_id = ? and id = ?',
        [organizationId, id],
      )
      return row && handsetTextOf(row)
    },
    async list(handset, afterId, limit) {
      const only = handset === undefined ? '' : 'and handset = ?'
      const rows = await sql.all(
        `select status, body from handset_texts where organization_id = ? ${only} and id > ?
         order by id limit ?`,
        [organizationId, ...(handset === undefined ? [] : [handset]), afterId, limit],
      )
      return rows.map(handsetTextOf)
    },
    async setStatus(id, status) {
      await session.write((change) =>
        change.sql.run('update handset_texts set status = ? where organization_id = ? and id = ?', [
          status,
          organizationId,
          id,
        ]),
      )
    },
  }
}

function handsetTextOf(row: Row): HandsetText {
  return { ...json<Omit<HandsetText, 'status'>>(row, 'body'), status: text(row, 'status') }
}
