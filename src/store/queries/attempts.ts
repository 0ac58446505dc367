import { attemptForm } from '../exchange-form.ts'
import type { Session } from '../session.ts'
import { json, number, text } from '../sql.ts'
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
  { onConflict: 'on conflict do nothing' },
)
const nameDelivery = `update provider_ids set delivery_id = ?, part = ?
  where organization_id = ? and account_id = ? and provider_id = ? and delivery_id is null`
const byId = lookup(idTable, 'delivery_id', {
  by: ['account_id', 'provider_id'],
  rest: 'and delivery_id is not null',
})
const ofDelivery = lookup(idTable, 'provider_id, part', {
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
          JSON.stringify(attemptForm.pack(attempt)),
        ]),
      )
    },
    async attempts(deliveryId) {
      const rows = await sql.all(
        `select number, body from attempts where organization_id = ? and delivery_id = ?
         order by number`,
        [organizationId, deliveryId],
      )
      return rows.map((row) => ({
        ...attemptForm.unpack(json(row, 'body')),
        deliveryId,
        number: number(row, 'number'),
      }))
    },
    async addProviderId(accountId, providerId, deliveryId, part) {
      return session.write(async ({ sql }) => {
        const place = [organizationId, accountId, providerId]
        const added = await sql.run(addId, [...place, deliveryId, part])
        if (added > 0) return false
        await sql.run(nameDelivery, [deliveryId, part, ...place])
        return true
      })
    },
    async byProviderId(accountId, providerId) {
      const row = await sql.get(byId, [organizationId, accountId, providerId])
      return row && text(row, 'delivery_id')
    },
    async providerIds(deliveryId) {
      const rows = await sql.all(ofDelivery, [organizationId, deliveryId])
      return rows.map((row) => ({ id: text(row, 'provider_id'), part: number(row, 'part') }))
    },
  }
}
