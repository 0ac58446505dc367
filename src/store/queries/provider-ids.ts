import type { Session } from '../session.ts'
import { text } from '../sql.ts'
import { insert, lookup, type Table } from '../statement.ts'

const table: Table = {
  name: 'provider_ids',
  numbers: [],
  keys: [['account_id', 'provider_id']],
}
const addId = insert(table, ['organization_id', 'account_id', 'provider_id', 'delivery_id'], {
  onConflict: 'on conflict do nothing',
})
const rename = `update provider_ids set delivery_id = ?
  where organization_id = ? and account_id = ? and provider_id = ?`
const nameHeld = `${rename} and delivery_id is null`
const byId = lookup(table, 'delivery_id', {
  by: ['account_id', 'provider_id'],
  rest: 'and delivery_id is not null',
})

/** Runs by the latest: of an id that was given twice it has the latter, and most receipts come soon. */
const runs: Table = {
  name: 'provider_id_heads h cross join provider_id_runs r',
  numbers: [],
  keys: [],
}
const byIdInRuns = lookup(runs, 'r.delivery_id', {
  by: ['account_id', 'provider_id'],
  rest: 'and r.run = h.run order by h.run desc limit 1',
})

/** Notes which delivery an id stands for; true when receipts may be held for it. */
export function addProviderId(
  session: Session,
  accountId: string,
  providerId: string,
  deliveryId: string,
): Promise<boolean> {
  return session.write(async ({ sql }) => {
    const place = [session.organizationId, accountId, providerId]
    if ((await sql.run(addId, [...place, deliveryId])) > 0) return false
    if ((await sql.run(nameHeld, [deliveryId, ...place])) > 0) return true
    await sql.run(rename, [deliveryId, ...place])
    return false
  })
}

/** The delivery that an id stands for. */
export async function deliveryOfId(
  { organizationId, sql, hasIdRuns }: Pick<Session, 'organizationId' | 'sql' | 'hasIdRuns'>,
  accountId: string,
  providerId: string,
): Promise<string | undefined> {
  const place = [organizationId, accountId, providerId]
  const row =
    (await sql.get(byId, place)) ?? (hasIdRuns ? await sql.get(byIdInRuns, place) : undefined)
  return row && text(row, 'delivery_id')
}
