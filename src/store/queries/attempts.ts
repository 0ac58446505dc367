import type { RecordedExchange } from '../../exchange.ts'
import { attemptForm, exchangeIn } from '../exchange-form.ts'
import type { Session } from '../session.ts'
import { json, number, type Row, textOrUndefined } from '../sql.ts'
import { insert, lookup, type Table } from '../statement.ts'
import type { Attempt, Deliveries, NewAttempt, ProviderId } from '../store.ts'
import { addProviderId, deliveryOfId } from './provider-ids.ts'

const table: Table = {
  name: 'attempts',
  numbers: ['number'],
  keys: [['delivery_id', 'number'], ['delivery_id']],
}
const columns = ['organization_id', 'delivery_id', 'number', 'body', 'exchange', 'provider_ids']
const addRow = insert(table, columns, {
  onConflict: `on conflict (organization_id, delivery_id, number) do update set
      body = excluded.body, exchange = excluded.exchange, provider_ids = excluded.provider_ids`,
})
const idsOfDelivery = lookup(table, 'provider_ids', {
  by: ['delivery_id'],
  rest: 'and provider_ids is not null order by number',
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

  async addAttempt(attempt: NewAttempt, exchange?: RecordedExchange): Promise<void> {
    const { organizationId } = this.session
    const { deliveryId, number, providerIds } = attempt
    await this.session.write((change) =>
      change.sql.run(addRow, [
        organizationId,
        deliveryId,
        number,
        JSON.stringify(attemptForm.pack(attempt)),
        exchange === undefined ? null : exchange.text,
        providerIds === undefined ? null : JSON.stringify(providerIds),
      ]),
    )
  }

  async attempts(deliveryId: string): Promise<readonly Attempt[]> {
    const { organizationId, sql } = this.session
    const rows = await sql.all(
      `select number, body, exchange, provider_ids from attempts
       where organization_id = ? and delivery_id = ? order by number`,
      [organizationId, deliveryId],
    )
    return rows.map((row) => {
      const exchange = textOrUndefined(row, 'exchange')
      const providerIds = providerIdsOf(row)
      return {
        ...attemptForm.unpack(json(row, 'body')),
        deliveryId,
        number: number(row, 'number'),
        ...(exchange === undefined ? {} : { exchange: exchangeIn(exchange) }),
        ...(providerIds === undefined ? {} : { providerIds }),
      }
    })
  }

  addProviderId(accountId: string, providerId: string, deliveryId: string): Promise<boolean> {
    return addProviderId(this.session, accountId, providerId, deliveryId)
  }

  byProviderId(accountId: string, providerId: string): Promise<string | undefined> {
    return deliveryOfId(this.session, accountId, providerId)
  }

  async providerIds(deliveryId: string): Promise<readonly ProviderId[]> {
    const { organizationId, sql } = this.session
    const rows = await sql.all(idsOfDelivery, [organizationId, deliveryId])
    const partOf = new Map<string, number>()
    for (const row of rows) {
      for (const [part, id] of (providerIdsOf(row) ?? []).entries()) {
        if (!partOf.has(id)) partOf.set(id, part)
      }
    }
    return [...partOf].map(([id, part]) => ({ id, part })).toSorted((a, b) => a.part - b.part)
  }
}

function providerIdsOf(row: Row): readonly string[] | undefined {
  return textOrUndefined(row, 'provider_ids') === undefined ? undefined : json(row, 'provider_ids')
}
