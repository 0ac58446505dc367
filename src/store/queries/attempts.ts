import type { Session } from '../session.ts'
import { json, number, text } from '../sql.ts'
import type { Deliveries } from '../store.ts'

/** How deliveries went: their attempts, and the ids that providers gave them. */
export function attemptQueries(
  session: Session,
): Pick<Deliveries, 'addAttempt' | 'attempts' | 'addProviderId' | 'byProviderId' | 'providerIds'> {
  const { organizationId, sql } = session
  return {
    async addAttempt(attempt) {
      await session.write((change) =>
        change.sql.run(
          `insert into attempts (organization_id, delivery_id, number, body)
           values (?, ?, ?, ?)
           on conflict (organization_id, delivery_id, number) do update set body = excluded.body`,
          [organizationId, attempt.deliveryId, attempt.number, JSON.stringify(attempt)],
        ),
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
      return session.write(async ({ sql }) => {
        const row = [organizationId, accountId, providerId]
        const added = await sql.run(
          `insert into provider_ids (organization_id, account_id, provider_id, delivery_id, part)
           values (?, ?, ?, ?, ?) on conflict do nothing`,
          [...row, deliveryId, part],
        )
        if (added > 0) return false
        await sql.run(
          `update provider_ids set delivery_id = ?, part = ?
           where organization_id = ? and account_id = ? and provider_id = ?
             and delivery_id is null`,
          [deliveryId, part, ...row],
        )
        return true
      })
    },
    async byProviderId(accountId, providerId) {
      const row = await sql.get(
        `select delivery_id from provider_ids where organization_id = ? and account_id = ?
         and provider_id = ? and delivery_id is not null`,
        [organizationId, accountId, providerId],
      )
      return row && text(row, 'delivery_id')
    },
    async providerIds(deliveryId) {
      const rows = await sql.all(
        `select provider_id, part from provider_ids where organization_id = ? and delivery_id = ?
         order by part, provider_id`,
        [organizationId, deliveryId],
      )
      return rows.map((row) => ({ id: text(row, 'provider_id'), part: number(row, 'part') }))
    },
  }
}
