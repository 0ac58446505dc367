import { attemptForm } from '../exchange-form.ts'
import type { Session } from '../session.ts'
import { json, number, text } from '../sql.ts'
import { insert, lookup, type Table } from '../statement.ts'
import type { Attempt, Deliveries, ProviderId } from '../store.ts'

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

type Queries = Pick<
  Deliveries,
  'addAttempt' | 'attempts' | 'addProviderId' | 'byProviderId' | 'providerIds'
>

/** How deliveries went: their attempts, and the ids that providers gave them. */
export class AttemptQueries implements Queries {
  protected readonly session: Session

  constructor(session: Session) {
    this.session = session
  }

  async addAttempt(attempt: Attempt): Promise<void> {
    const { organizationId } = this.session
    await this.session.write((change) =>
      change.sql.run(addAttempt, [
        organizationId,
        attempt.deliveryId,
        attempt.number,
        JSON.stringify(attemptForm.pack(attempt)),
      ]),
    )
  }

  async attempts(deliveryId: string): Promise<readonly Attempt[]> {
    const { organizationId, sql } = this.session
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
  }

  addProviderId(
    accountId: string,
    providerId: string,
    deliveryId: string,
    part: number,
  ): Promise<boolean> {
    const { organizationId } = this.session
    return this.session.write(async ({ sql }) => {
      const added = await sql.run(addId, [organizationId, accountId, providerId, deliveryId, part])
      if (added > 0) return false
      await sql.run(nameDelivery, [deliveryId, part, organizationId, accountId, providerId])
      return true
    })
  }

  async byProviderId(accountId: string, providerId: string): Promise<string | undefined> {
    const { organizationId, sql } = this.session
    const row = await sql.get(byId, [organizationId, accountId, providerId])
    return row && text(row, 'delivery_id')
  }

  async providerIds(deliveryId: string): Promise<readonly ProviderId[]> {
    const { organizationId, sql } = this.session
    const rows = await sql.all(ofDelivery, [organizationId, deliveryId])
    return rows.map((row) => ({ id: text(row, 'provider_id'), part: number(row, 'part') }))
  }
}
