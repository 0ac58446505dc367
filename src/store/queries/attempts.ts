import type { Session } from '../session.ts'
import { json, text } from '../sql.ts'
import { insert, lookup, type Table } from '../statement.ts'
import type { Deliveries } from '../store.ts'

const attemptTable: Table = {
  name: 'attempts',
  numbers: ['number'],
  keys: [['delivery_id', 'number']],
}
const addAttempt = insert(attemptTable, ['organization_id', 'delivery_id', 'number', 'body'], {
  onConflict:
    'on conflict (organization_id, delivery_id, number) do update set body = excluded.body',
})

const idTable: Table = {
  name: 'provider_ids',
  numbers: ['part'],
  keys: [['account_id', 'provider_id'], ['delivery_id']],
}
const addId = insert(
  idTable,
  ['organization_id', 'account_id', 'provider_id', 'delivery_id', 'part'],
  {
    onConflict: `on conflict (organization_id, account_id, provider_id) do update set
      delivery_id = excluded.delivery_id, part = excluded.part
      where provider_ids.delivery_id is null`,
    counted: false, // the first delivery stays
  },
)
const byId = lookup(idTable, 'delivery_id', {
  by: ['account_id', 'provider_id'],
  rest: 'and delivery_id is not null',
})
const ofDelivery = lookup(idTable, 'provider_id', {
  by: ['delivery_id'],
  rest: 'order by part, provider_id',
})

/** How deliveries went: their attempts, and the ids that providers gave them. */
export function attemptQueries(
  session: Session,
): Pick<Deliveries, 'addAttempt' | 'attempts' | 'addProviderId' | 'byProviderId' | 'providerIds'> {
  const { organizationId, sql } = session
  return {
    async addAttempt(attempt) {
      await session.write((change) =>
        change.sql.run(addAttempt, [
          organizationId,
          attempt.deliveryId,
          attempt.number,
          JSON.stringify(attempt),
        ]),
      )
    },
    async attempts(deliveryId) {
      const rows = await sql.all(
        `select body from attempts where organization_id = ? and delivery_id = ?
         order by number`,
        [organizationId, deliveryId],
      )
      return rows.map((row) => json(row, 'body'))
    },
    async addProviderId(accountId, providerId, deliveryId, part) {
      await session.write((change) =>
        change.sql.run(addId, [organizationId, accountId, providerId, deliveryId, part]),
      )
    },
    async byProviderId(accountId, providerId) {
      const row = await sql.get(byId, [organizationId, accountId, providerId])
      return row && text(row, 'delivery_id')
    },
    async providerIds(deliveryId) {
      const rows = await sql.all(ofDelivery, [organizationId, deliveryId])
      return rows.map((row) => text(row, 'provider_id'))
    },
  }
}
