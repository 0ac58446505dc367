import type { Level } from '../../domain/throttle.ts'
import type { Session } from '../session.ts'
import { number } from '../sql.ts'
import { ConflictError, type Throttles } from '../store.ts'

/** How far the rates of one organization's senders and accounts are used up. */
export function throttles(session: Session): Throttles {
  const { organizationId, sql } = session
  return {
    async get(key) {
      const row = await sql.get(
        'select full_us, day, used from throttles where organization_id = ? and key = ?',
        [organizationId, key],
      )
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
        const changed = await change.sql.run(...statement({ organizationId, key, level, before }))
        if (changed === 0)
          throw new ConflictError(`The throttle ${key} was moved by another transaction.`)
      }),
  }
}

function statement(given: {
  readonly organizationId: string
  readonly key: string
  readonly level: Level
  readonly before: Level | undefined
}): [string, (string | number)[]] {
  const { organizationId, key, level, before } = given
  if (before === undefined) {
    return [
      'insert into throttles (organization_id, key, full_us, day, used) values (?, ?, ?, ?, ?) on conflict do nothing',
      [organizationId, key, level.fullUs, level.day, level.used],
    ]
  }
  return [
    `update throttles set full_us = ?, day = ?, used = ?
     where organization_id = ? and key = ? and full_us = ? and used = ?`,
    [level.fullUs, level.day, level.used, organizationId, key, before.fullUs, before.used],
  ]
}
