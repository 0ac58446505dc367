import { copiesCommunicationId, type MediaItem } from '../../domain/media.ts'
import type { Media } from '../media-store.ts'
import type { Session } from '../session.ts'
import type { Row } from '../sql.ts'
import { json, number, text } from '../sql.ts'
import type { Page, PageRequest } from '../store.ts'

/** Bytes in one row: small enough for every engine's messages, large enough that a file takes few rows. */
const chunkBytes = 256 * 1024

type StoredItem = Omit<MediaItem, 'status' | 'secret'>

/** The uploaded files of one organization. */
export function media(session: Session): Media {
  const { organizationId, sql, vault } = session
  return {
    async add({ secret, status, ...body }) {
      await session.write((change) =>
        change.sql.run(
          `insert into media (organization_id, id, conversation_id, communication_id, status, body, secret)
           values (?, ?, ?, ?, ?, ?, ?)`,
          [
            organizationId,
            body.id,
            body.conversationId,
            body.communicationId,
            status,
            JSON.stringify(body),
            vault.seal(secret, contextOf(body.id)),
          ],
        ),
      )
    },
    async get(id) {
      const row = await sql.get(
        'select id, status, body, secret from media where organization_id = ? and id = ?',
        [organizationId, id],
      )
      return row && itemOf(row)
    },
    async setStatus(id, status) {
      await session.write((change) =>
        change.sql.run('update media set status = ? where organization_id = ? and id = ?', [
          status,
          organizationId,
          id,
        ]),
      )
    },
    list({ conversationId, communicationId }, page, status) {
      const only = status === undefined ? '' : ' and status = ?'
      const values = [conversationId, communicationId, ...(status === undefined ? [] : [status])]
      return pageWhere(`conversation_id = ? and communication_id = ?${only}`, values, page)
    },
    copies(page) {
      return pageWhere('communication_id = ?', [copiesCommunicationId], page)
    },
    async describe(id, file) {
      await session.write(async (change) => {
        const row = await change.sql.get(
          'select body from media where organization_id = ? and id = ?',
          [organizationId, id],
        )
        if (row === undefined) return
        const { undeclared: _, ...body } = json<StoredItem>(row, 'body')
        await change.sql.run('update media set body = ? where organization_id = ? and id = ?', [
          JSON.stringify({ ...body, ...file }),
          organizationId,
          id,
        ])
      })
    },
    async remove(id) {
      await session.write(async (change) => {
        await change.sql.run(
          'delete from media_chunks where organization_id = ? and media_id = ?',
          [organizationId, id],
        )
        await change.sql.run('delete from media where organization_id = ? and id = ?', [
          organizationId,
          id,
        ])
      })
    },
    async putBytes(id, bytes) {
      await session.write(async (change) => {
        await change.sql.run(
          'delete from media_chunks where organization_id = ? and media_id = ?',
          [organizationId, id],
        )
        for (let start = 0; start < bytes.length; start += chunkBytes) {
          const chunk = Buffer.from(bytes.subarray(start, start + chunkBytes))
          await change.sql.run(
            `insert into media_chunks (organization_id, media_id, position, bytes)
             values (?, ?, ?, ?)`,
            [organizationId, id, start / chunkBytes, chunk.toString('base64')],
          )
        }
      })
    },
    async bytes(id) {
      const rows = await sql.all(
        `select bytes from media_chunks where organization_id = ? and media_id = ?
         order by position`,
        [organizationId, id],
      )
      return Buffer.concat(rows.map((row) => Buffer.from(text(row, 'bytes'), 'base64')))
    },
  }

  async function pageWhere(
    condition: string,
    given: readonly string[],
    page: PageRequest,
  ): Promise<Page<MediaItem>> {
    const where = `organization_id = ? and ${condition}`
    const values = [organizationId, ...given]
    const rows = await sql.all(
      `select id, status, body, secret from media where ${where} order by id limit ? offset ?`,
      [...values, page.size, (page.number - 1) * page.size],
    )
    const count = await sql.get(`select count(*) as total from media where ${where}`, values)
    return { entities: rows.map(itemOf), total: count === undefined ? 0 : number(count, 'total') }
  }

  function itemOf(row: Row): MediaItem {
    return {
      ...json<StoredItem>(row, 'body'),
      status: text(row, 'status') as MediaItem['status'], // written from this type only
      secret: vault.open(text(row, 'secret'), contextOf(text(row, 'id'))),
    }
  }

  function contextOf(id: string): string {
    return `${organizationId}|media|${id}`
  }
}
