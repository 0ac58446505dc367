import type { Sql } from '../sql.ts'
import { text } from '../sql.ts'
import { ConflictError, type DirectoryKind } from '../store.ts'

/** Makes an organization known; nothing happens when it is. */
export async function addOrganization(sql: Sql, id: string): Promise<void> {
  await sql.run('insert into organizations (id) values (?) on conflict do nothing', [id])
}

/** Every organization, by id. */
export async function organizationIds(sql: Sql): Promise<readonly string[]> {
  const rows = await sql.all('select id from organizations order by id', [])
  return rows.map((row) => text(row, 'id'))
}

/** The organization that a key of this kind belongs to. */
export async function organizationOf(
  sql: Sql,
  kind: DirectoryKind,
  key: string,
): Promise<string | undefined> {
  const row = await sql.get('select organization_id from directory where kind = ? and key = ?', [
    kind,
    key,
  ])
  return row === undefined ? undefined : text(row, 'organization_id')
}

/** One line of the directory. */
export interface DirectoryEntry {
  readonly kind: DirectoryKind
  readonly key: string
  readonly organizationId: string
}

/** Adds a line; `ConflictError` when the key belongs to another organization. */
export async function addToDirectory(sql: Sql, entry: DirectoryEntry): Promise<void> {
  const { kind, key, organizationId } = entry
  await sql.run(
    'insert into directory (kind, key, organization_id) values (?, ?, ?) on conflict do nothing',
    [kind, key, organizationId],
  )
  const owner = await organizationOf(sql, kind, key)
  if (owner !== organizationId) {
    throw new ConflictError(`The ${kind} ${key} belongs to another organization.`)
  }
}

/** Removes a line. */
export async function removeFromDirectory(
  sql: Sql,
  kind: DirectoryKind,
  key: string,
): Promise<void> {
  await sql.run('delete from directory where kind = ? and key = ?', [kind, key])
}
