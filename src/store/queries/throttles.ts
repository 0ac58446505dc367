import type { Level } from '../../domain/throttle.ts'
import type { Change, Session } from '../session.ts'
import { number } from '../sql.ts'
import { equal, insert, lookup, type Table, update } from '../statement.ts'
import { ConflictError, type Throttles } from '../store.ts'

const table: Table = { name: 'throttles', numbers: ['full_us', 'day', 'used'], keys: [['key']] }
const byKey = lookup(table, 'full_us, day, used', { by: ['key'] })
const addFirst = insert(table, ['organization_id', 'key', 'full_us', 'day', 'used'], {
  onConflict: 'on conflict do nothing',
})
const move = update(
  table,
  ['full_us', 'day', 'used'],
  [equal('key'), equal('full_us'), equal('used')],
)

/** How far the rates of one organization's senders and accounts are used up. */
export function throttles(session: Session): Throttles {
  const { organizationId, sql } = session
  return {
    async get(key) {
      const row = await sql.get(byKey, [organizationId, key])
      return (
        row && {
          fullUs: number(row, 'full_us'),
          day: number(row, 'day'),
          used: number(row, 'used'),
        }
      )
    },
    save: (key, level, before) =>
      session.write(async (change) => {
        const changed = await write(change, { key, level, before })
        if (changed === 0)
          throw new ConflictError(`The throttle ${key} was moved by another transaction.`)
      }),
  }
}

function write(
  { organizationId, sql }: Change,
  given: { readonly key: string; readonly level: Level; readonly before: Level | undefined },
): Promise<number> {
  const { key, level, before } = given
  const values = [level.fullUs, level.day, level.used]
  return before === undefined
    ? sql.run(addFirst, [organizationId, key, ...values])
    : sql.run(move, [...values, organizationId, key, before.fullUs, before.used])
}
