import {
  type Campaigns,
  type CampaignText,
  type Contact,
  isOpenOutcome,
} from '../campaign-store.ts'
import type { Change, Session } from '../session.ts'
import { chunks, json, number, type Row, type SqlValue, text } from '../sql.ts'
import { ConflictError } from '../store.ts'

const contactColumns = 'position, id, callable, data'
/** Rows of one insert: engines bound the number of parameters. */
const insertRows = 100

/** Contacts, campaigns' texts and progress of one organization. */
export function campaigns(session: Session): Campaigns {
  const { organizationId, sql } = session
  const one = async (query: string, values: readonly SqlValue[]) =>
    sql.get(query, [organizationId, ...values])
  const run = (query: string, values: readonly SqlValue[]) =>
    session.write((change) => change.sql.run(query, [organizationId, ...values]))
  return {
    addContacts: (listId, contacts) =>
      session.write((change) => addContacts(change, listId, contacts)),
    async contact(listId, id) {
      const row = await one(
        `select ${contactColumns} from contacts where organization_id = ? and list_id = ? and id = ?`,
        [listId, id],
      )
      return row && contactOf(row)
    },
    async contacts(listId, after, limit) {
      const rows = await sql.all(
        `select ${contactColumns} from contacts
         where organization_id = ? and list_id = ? and position > ? order by position limit ?`,
        [organizationId, listId, after, limit],
      )
      return rows.map(contactOf)
    },
    async countContacts(listId) {
      const query =
        'select count(*) as total from contacts where organization_id = ? and list_id = ?'
      const row = await one(query, [listId])
      return row === undefined ? 0 : number(row, 'total')
    },
    async lastPosition(listId) {
      const query =
        'select coalesce(max(position), 0) as last from contacts where organization_id = ? and list_id = ?'
      const row = await one(query, [listId])
      return row === undefined ? 0 : number(row, 'last')
    },
    async setCallable(listId, id, callable) {
      await session.write((change) =>
        change.sql.run(
          'update contacts set callable = ? where organization_id = ? and list_id = ? and id = ?',
          [callable ? 1 : 0, organizationId, listId, id],
        ),
      )
    },
    async removeContact(listId, id) {
      await run('delete from contacts where organization_id = ? and list_id = ? and id = ?', [
        listId,
        id,
      ])
    },
    clearContacts: (listId, limit) =>
      session.write((change) =>
        clear(change, { table: 'contacts', column: 'list_id', id: listId, limit }),
      ),
    addTexts: (campaignId, texts) => session.write((change) => addTexts(change, campaignId, texts)),
    async texts(campaignId, { after, limit, open }) {
      const rows = await sql.all(
        `select body from campaign_texts where organization_id = ? and campaign_id = ?
         ${open === true ? 'and is_open = 1' : ''} and position > ? order by position limit ?`,
        [organizationId, campaignId, after, limit],
      )
      return rows.map((row) => json<CampaignText>(row, 'body'))
    },
    async saveText(campaignId, saved) {
      await session.write((change) =>
        change.sql.run(
          `update campaign_texts set is_open = ?, body = ?
           where organization_id = ? and campaign_id = ? and position = ?`,
          [
            isOpenOutcome(saved.outcome) ? 1 : 0,
            JSON.stringify(saved),
            organizationId,
            campaignId,
            saved.position,
          ],
        ),
      )
    },
    clearTexts: (campaignId, limit) =>
      session.write((change) =>
        clear(change, { table: 'campaign_texts', column: 'campaign_id', id: campaignId, limit }),
      ),
    async progress(campaignId) {
      const query =
        'select body from campaign_progress where organization_id = ? and campaign_id = ?'
      const row = await one(query, [campaignId])
      return row && json(row, 'body')
    },
    saveProgress: (progress) =>
      session.write(async ({ sql }) => {
        const { campaignId, version } = progress
        const body = JSON.stringify(progress)
        const changed = await (version === 1
          ? sql.run(
              `insert into campaign_progress (organization_id, campaign_id, version, body)
               values (?, ?, ?, ?) on conflict do nothing`,
              [organizationId, campaignId, version, body],
            )
          : sql.run(
              `update campaign_progress set version = ?, body = ?
               where organization_id = ? and campaign_id = ? and version = ?`,
              [version, body, organizationId, campaignId, version - 1],
            ))
        if (changed === 0) throw new ConflictError(`Campaign ${campaignId} was moved by another.`)
      }),
    async removeProgress(campaignId) {
      await run('delete from campaign_progress where organization_id = ? and campaign_id = ?', [
        campaignId,
      ])
    },
  }
}

async function addContacts(
  { organizationId, sql }: Change,
  listId: string,
  contacts: readonly Contact[],
): Promise<number> {
  let added = 0
  for (const some of chunks(contacts, insertRows)) {
    const marks = some.map(() => '(?, ?, ?, ?, ?, ?)').join(', ')
    added += await sql.run(
      `insert into contacts (organization_id, list_id, position, id, callable, data)
       values ${marks} on conflict (organization_id, list_id, id) do nothing`,
      some.flatMap(({ position, id, callable, data }) => [
        organizationId,
        listId,
        position,
        id,
        callable ? 1 : 0,
        JSON.stringify(data),
      ]),
    )
  }
  return added
}

async function addTexts(
  { organizationId, sql }: Change,
  campaignId: string,
  texts: readonly CampaignText[],
): Promise<void> {
  for (const some of chunks(texts, insertRows)) {
    const marks = some.map(() => '(?, ?, ?, ?, ?)').join(', ')
    await sql.run(
      `insert into campaign_texts (organization_id, campaign_id, position, is_open, body)
       values ${marks}`,
      some.flatMap((one) => [
        organizationId,
        campaignId,
        one.position,
        isOpenOutcome(one.outcome) ? 1 : 0,
        JSON.stringify(one),
      ]),
    )
  }
}

/** Removes the first rows of a list or campaign, so that removing a million is no single long transaction. */
async function clear(
  { organizationId, sql }: Change,
  what: {
    readonly table: 'contacts' | 'campaign_texts'
    readonly column: 'list_id' | 'campaign_id'
    readonly id: string
    readonly limit: number
  },
): Promise<boolean> {
  const { table, column, id, limit } = what
  const last = await sql.get(
    `select max(position) as last, count(*) as total from (
       select position from ${table} where organization_id = ? and ${column} = ?
       order by position limit ?) some`,
    [organizationId, id, limit],
  )
  if (last === undefined || number(last, 'total') === 0) return false
  await sql.run(
    `delete from ${table} where organization_id = ? and ${column} = ? and position <= ?`,
    [organizationId, id, number(last, 'last')],
  )
  return number(last, 'total') >= limit
}

function contactOf(row: Row): Contact {
  return {
    id: text(row, 'id'),
    position: number(row, 'position'),
    callable: number(row, 'callable') !== 0,
    data: json(row, 'data'),
  }
}
