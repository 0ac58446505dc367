import type { Row, Sql } from '../sql.ts'
import { inList, number, text } from '../sql.ts'
import type { Lease } from '../store.ts'

/** Who asks for which lease, and for how long. */
export interface LeaseRequest {
  readonly name: string
  readonly owner: string
  readonly ttlMs: number
}

/** Takes or renews a lease that is free, over or the owner's already; the row as it then stands. */
export async function takeLease(
  sql: Sql,
  { name, owner, ttlMs }: LeaseRequest,
  nowMs: number,
): Promise<Lease> {
  const taken = await sql.get(
    `insert into leases (name, owner, epoch, expires_ms) values (?, ?, 1, ?)
     on conflict (name) do update set
       owner = excluded.owner,
       epoch = case when leases.owner = excluded.owner then leases.epoch else leases.epoch + 1 end,
       expires_ms = excluded.expires_ms
     where leases.owner = excluded.owner or leases.expires_ms <= ?
     returning name, owner, epoch, expires_ms`,
    [name, owner, nowMs + ttlMs, nowMs],
  )
  const row =
    taken ??
    (await sql.get('select name, owner, epoch, expires_ms from leases where name = ?', [name]))
  if (row === undefined) throw new Error(`The lease ${name} has no row.`)
  return leaseOf(row)
}

/** Renews those of the named leases that nobody else has taken since, in one statement; the rows of these. */
export async function renewLeases(
  sql: Sql,
  request: Omit<LeaseRequest, 'name'> & { readonly names: readonly string[] },
  nowMs: number,
): Promise<readonly Lease[]> {
  if (request.names.length === 0) return []
  const { marks, values } = inList(request.names)
  const rows = await sql.all(
    `update leases set expires_ms = ? where owner = ? and name in (${marks})
     returning name, owner, epoch, expires_ms`,
    [nowMs + request.ttlMs, request.owner, ...values],
  )
  return rows.map(leaseOf)
}

/** Leases whose name starts with `prefix`, by name. */
export async function leasesOf(sql: Sql, prefix: string): Promise<readonly Lease[]> {
  const rows = await sql.all(
    `select name, owner, epoch, expires_ms from leases
     where substr(name, 1, ?) = ? order by name`,
    [prefix.length, prefix],
  )
  return rows.map(leaseOf)
}

/** Gives up everything that an owner holds. The rows stay, because an epoch must never come again. */
export async function releaseLeases(sql: Sql, owner: string): Promise<void> {
  await sql.run(`update leases set owner = '', expires_ms = 0 where owner = ?`, [owner])
}

function leaseOf(row: Row): Lease {
  return {
    name: text(row, 'name'),
    owner: text(row, 'owner'),
    epoch: number(row, 'epoch'),
    expiresMs: number(row, 'expires_ms'),
  }
}
