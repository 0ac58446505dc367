import type { RecordPlace } from '../known-records.ts'
import type { RecordKind, RecordKinds } from '../records.ts'
import { recordKeys } from '../records.ts'
import type { Session } from '../session.ts'
import type { Row, SqlValue } from '../sql.ts'
import { inList, json, number, text, textOrUndefined } from '../sql.ts'
import { lookup, type Table } from '../statement.ts'
import type { Page, PageRequest, RecordFilter, Records } from '../store.ts'
import { ConflictError } from '../store.ts'

const table: Table = { name: 'records', numbers: [], keys: [] }
const rowById = lookup(table, 'id, body, secrets', { by: ['kind', 'id'] })
const rowByLookup = lookup(table, 'id, body, secrets', { by: ['kind', 'lookup'] })

/** Administrative records of one organization. */
export class RecordQueries implements Records {
  readonly #session: Session

  constructor(session: Session) {
    this.#session = session
  }

  get<K extends RecordKind>(kind: K, id: string): Promise<RecordKinds[K] | undefined> {
    return byId(this.#session, kind, id)
  }

  byKey<K extends RecordKind>(kind: K, key: string): Promise<RecordKinds[K] | undefined> {
    return byLookup(this.#session, kind, key)
  }

  known<K extends RecordKind>(kind: K, id: string): Promise<RecordKinds[K] | undefined> {
    const { organizationId } = this.#session
    return known(this.#session, { organizationId, kind, by: 'id', name: id })
  }

  knownByKey<K extends RecordKind>(kind: K, key: string): Promise<RecordKinds[K] | undefined> {
    const { organizationId } = this.#session
    return known(this.#session, { organizationId, kind, by: 'key', name: key })
  }

  knownAll<K extends RecordKind>(kind: K): Promise<readonly RecordKinds[K][]> {
    return knownAll(this.#session, kind)
  }

  list<K extends RecordKind>(
    kind: K,
    page: PageRequest,
    filter: RecordFilter = {},
  ): Promise<Page<RecordKinds[K]>> {
    return list(this.#session, kind, { ...page, ...filter })
  }

  add<K extends RecordKind>(kind: K, record: RecordKinds[K]): Promise<void> {
    return add(this.#session, kind, record)
  }

  save<K extends RecordKind>(kind: K, record: RecordKinds[K]): Promise<void> {
    return save(this.#session, kind, record)
  }

  async remove(kind: RecordKind, id: string): Promise<boolean> {
    const { organizationId } = this.#session
    const removed = await this.#session.write((change) => {
      change.recordsChanged = true
      return change.sql.run(
        'delete from records where organization_id = ? and kind = ? and id = ?',
        [organizationId, kind, id],
      )
    })
    return removed > 0
  }
}

async function byId<K extends RecordKind>(
  session: Session,
  kind: K,
  id: string,
): Promise<RecordKinds[K] | undefined> {
  const row = await session.sql.get(rowById, [session.organizationId, kind, id])
  return row && recordOf(session, kind, row)
}

async function byLookup<K extends RecordKind>(
  session: Session,
  kind: K,
  key: string,
): Promise<RecordKinds[K] | undefined> {
  const row = await session.sql.get(rowByLookup, [session.organizationId, kind, key])
  return row && recordOf(session, kind, row)
}

/** Within a transaction nothing is remembered, because what it reads may never be committed. */
async function known<K extends RecordKind>(
  session: Session,
  place: RecordPlace<K>,
): Promise<RecordKinds[K] | undefined> {
  const { change } = session
  const found = change?.recordsChanged === true ? undefined : session.known.find(place)
  if (found !== undefined) return found.record
  const read = () => (place.by === 'id' ? byId : byLookup)(session, place.kind, place.name)
  return change === undefined ? session.known.read(place, read) : read()
}

/** As many as are read of a kind of which there are few. */
const fewMax = 1000

async function knownAll<K extends RecordKind>(
  session: Session,
  kind: K,
): Promise<readonly RecordKinds[K][]> {
  const read = async () => (await list(session, kind, { size: fewMax, number: 1 })).entities
  const { organizationId, change } = session
  return change === undefined ? session.known.all({ organizationId, kind }, read) : read()
}

async function list<K extends RecordKind>(
  session: Session,
  kind: K,
  request: PageRequest & RecordFilter,
): Promise<Page<RecordKinds[K]>> {
  if (request.ids?.length === 0) return { entities: [], total: 0 }
  const conditions = ['organization_id = ?', 'kind = ?']
  const params: SqlValue[] = [session.organizationId, kind]
  if (request.ids !== undefined) {
    const { marks, values } = inList(request.ids)
    conditions.push(`id in (${marks})`)
    params.push(...values)
  }
  if (request.name !== undefined) {
    conditions.push(`name_folded like ? escape '!'`)
    params.push(likePattern(request.name))
  }
  const where = conditions.join(' and ')
  const rows = await session.sql.all(
    `select id, body, secrets from records where ${where}
     order by name_folded, id limit ? offset ?`,
    [...params, request.size, (request.number - 1) * request.size],
  )
  const count = await session.sql.get(
    `select count(*) as total from records where ${where}`,
    params,
  )
  return {
    entities: rows.map((row) => recordOf(session, kind, row)),
    total: count === undefined ? 0 : number(count, 'total'),
  }
}

async function add<K extends RecordKind>(
  session: Session,
  kind: K,
  record: RecordKinds[K],
): Promise<void> {
  const added = await session.write((change) => {
    change.recordsChanged = true
    return change.sql.run(
      `insert into records (organization_id, kind, id, lookup, name_folded, version, body, secrets)
       values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing`,
      [
        session.organizationId,
        kind,
        record.id,
        keyOf(kind, record),
        record.name.toLowerCase(),
        record.version,
        bodyOf(record),
        secretsOf(session, kind, record),
      ],
    )
  })
  if (added === 0) throw new ConflictError(`The ${kind} ${record.id} or its key is there already.`)
}

async function save<K extends RecordKind>(
  session: Session,
  kind: K,
  record: RecordKinds[K],
): Promise<void> {
  const saved = await session.write((change) => {
    change.recordsChanged = true
    return change.sql.run(
      `update records set lookup = ?, name_folded = ?, version = ?, body = ?, secrets = ?
       where organization_id = ? and kind = ? and id = ? and version = ?`,
      [
        keyOf(kind, record),
        record.name.toLowerCase(),
        record.version,
        bodyOf(record),
        secretsOf(session, kind, record),
        session.organizationId,
        kind,
        record.id,
        record.version - 1,
      ],
    )
  })
  if (saved === 0) {
    throw new ConflictError(`The ${kind} ${record.id} is not at version ${record.version - 1}.`)
  }
}

function keyOf<K extends RecordKind>(kind: K, record: RecordKinds[K]): string | null {
  return recordKeys[kind]?.(record) ?? null
}

/** Members of a record that are encrypted: header values of a webhook often are passwords. */
const sealedMembers: readonly string[] = ['secrets', 'webhookHeaders']

function bodyOf(record: RecordKinds[RecordKind]): string {
  return JSON.stringify(membersOf(record, (name) => !sealedMembers.includes(name)))
}

function secretsOf<K extends RecordKind>(
  session: Session,
  kind: K,
  record: RecordKinds[K],
): string | null {
  const sealed = membersOf(record, (name) => sealedMembers.includes(name))
  if (Object.keys(sealed).length === 0) return null
  return session.vault.seal(JSON.stringify(sealed), placeOf(session, kind, record.id))
}

function membersOf(record: object, wanted: (name: string) => boolean): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).filter(([name, value]) => wanted(name) && value !== undefined),
  )
}

function recordOf<K extends RecordKind>(session: Session, kind: K, row: Row): RecordKinds[K] {
  const sealed = textOrUndefined(row, 'secrets')
  if (sealed === undefined) return json(row, 'body')
  const opened = session.vault.open(sealed, placeOf(session, kind, text(row, 'id')))
  return { ...json<RecordKinds[K]>(row, 'body'), ...JSON.parse(opened) }
}

/** Where sealed secrets belong; they open nowhere else. */
function placeOf(session: Session, kind: RecordKind, id: string): string {
  return `${session.organizationId}/${kind}/${id}`
}

function likePattern(name: string): string {
  return name
    .toLowerCase()
    .replace(/[!%_]/g, (sign) => `!${sign}`)
    .replaceAll('*', '%')
}
