import { DatabaseSync } from 'node:sqlite'
import { Client } from 'pg'
import { ground } from './ground.ts'
import { scattered, scatteredSql } from './scatter.ts'

type Value = string | number | null
type Row = Readonly<Record<string, Value>>

/** One connection for filling. Parameters are written `?`. */
interface Filler {
  /** What makes twelve hexadecimal digits, and ten decimal ones, of a whole number. */
  hex(number: string): string
  decimal(number: string): string
  /** A table expression of the whole numbers `n` from the first parameter to the second. */
  readonly series: string
  /** Inserts the provider's ids of the copies; its parameters are the organization and the account. */
  idStatement(copies: number): string
  rows(text: string, params: readonly Value[]): Promise<readonly Row[]>
  run(text: string, params: readonly Value[]): Promise<void>
  close(): Promise<void>
}

/** The tables that a message leaves rows in, and how its rows are found by the ids of the message. */
const tables = [
  ['conversations', 'id = :conversation'],
  ['messages', 'id = :message'],
  ['deliveries', 'id = :delivery'],
  ['attempts', 'delivery_id = :delivery'],
] as const

const stepRows = 20_000

/** The provider's id of the copy with that number; no two neighbours are near each other. */
export function copyProviderId(number: number): string {
  return `fill-${scattered(number).toString(16).padStart(12, '0')}:1`
}

/**
 * Fills the store with copies of the last message in it, one that really took the path: the same rows, with ids that
 * sort before it in the order of time, and numbers and provider's ids in no order. Those of the first ones share rows of
 * the feed, because they wait for what starts with the first. Nobody else may have the database
 * open when it is an embedded one, because it is written without a log on disk.
 */
export async function fill(database: string, copies: number): Promise<void> {
  const filler = database.startsWith('postgres') ? await postgres(database) : sqlite(database)
  try {
    const { organizationId } = ground
    const [found] = await filler.rows(
      `select d.id as delivery, d.message_id as message, d.conversation_id as conversation,
         d.account_id as account, a.provider_ids as provider, d.lane as lane
       from deliveries d join attempts a
         on a.organization_id = d.organization_id and a.delivery_id = d.id
       where d.organization_id = ? and a.provider_ids is not null order by d.id desc limit 1`,
      [organizationId],
    )
    if (found === undefined) throw new Error('There is no message to copy.')
    const [provider] = JSON.parse(String(found['provider']))
    const sample: Row = { ...found, provider }
    const statements: Statement[] = []
    for (const [table, where] of tables) {
      statements.push(await copyStatement(filler, { table, where, sample }))
    }
    statements.push(...(await feedStatements(filler, sample, copies)))
    const addIds = filler.idStatement(copies)
    statements.push({ text: addIds, params: [organizationId, sample['account'] ?? null] })
    await filler.run(
      'create temp table copies (n integer primary key, delivery text, message text, conversation text, provider text, number text)',
      [],
    )
    for (let from = 1; from <= copies; from += stepRows) {
      await filler.run('begin', [])
      await nameCopies(filler, from, Math.min(copies, from + stepRows - 1))
      for (const { text, params } of statements) await filler.run(text, params)
      await filler.run('commit', [])
    }
  } finally {
    await filler.close()
  }
}

/** Writes the ids and the number of each of these copies down, once for all tables. */
async function nameCopies(filler: Filler, from: number, to: number): Promise<void> {
  const { hex, decimal, series } = filler
  const place = scatteredSql('n')
  await filler.run('delete from copies', [])
  await filler.run(
    `insert into copies select n, '01800000-0000-7000-8000-' || ${hex('n')},
       '01800000000070009000' || ${hex('n')}, '01800000-0000-7000-a000-' || ${hex('n')},
       'fill-' || ${hex(place)} || ':1', '+1' || ${decimal(`${place} * 2`)} from ${series}`,
    [from, to],
  )
}

interface Statement {
  readonly text: string
  readonly params: readonly Value[]
}

async function copyStatement(
  filler: Filler,
  {
    table,
    where,
    sample,
  }: { readonly table: string; readonly where: string; readonly sample: Row },
): Promise<Statement> {
  const [, name = ''] = /:(\w+)/.exec(where) ?? []
  const [row] = await filler.rows(
    `select * from ${table} where organization_id = ? and ${where.replace(/:\w+/, '?')}`,
    [ground.organizationId, sample[name] ?? null],
  )
  if (row === undefined) throw new Error(`The message has no row in ${table}.`)
  return insertLike(table, { row, sample })
}

/** The feed comes first in the numbers, as it would have: the copies' entries are added behind the head. */
async function feedStatements(
  filler: Filler,
  sample: Row,
  copies: number,
): Promise<readonly Statement[]> {
  const { organizationId } = ground
  const ids = [sample['message'], sample['delivery'], sample['conversation']].map(String)
  const all = await filler.rows(
    'select * from feed where organization_id = ? order by sequence desc limit 100',
    [organizationId],
  )
  const own = all.filter(({ moments }) => ids.some((id) => String(moments).includes(id))).reverse()
  const total = own.reduce((sum, { size }) => sum + Number(size), 0)
  const [head] = await filler.rows('select sequence from feed_heads where organization_id = ?', [
    organizationId,
  ])
  const start = Number(head?.['sequence'])
  await filler.run('update feed_heads set sequence = ? where organization_id = ?', [
    start + total * copies,
    organizationId,
  ])
  let within = 0
  return own.map((row) => {
    within += Number(row['size'])
    const sequence = `cast(${start} + (n - 1) * ${total} + ${within} as bigint)`
    return insertLike('feed', { row, sample, sequence })
  })
}

/** Inserts a row for each copy, in whose texts the sample's ids and number are replaced by those of the copy. */
function insertLike(
  table: string,
  {
    row,
    sample,
    sequence,
  }: { readonly row: Row; readonly sample: Row; readonly sequence?: string },
): Statement {
  const number = String(sample['lane']).split('|').at(-1) ?? ''
  const named: Row = { ...sample, number }
  const params: Value[] = []
  const values = Object.entries(row).map(([column, value]) => {
    if (column === 'sequence' && sequence !== undefined) return sequence
    if (typeof value !== 'string') return value === null ? 'null' : `cast(${value} as bigint)`
    const { pattern, names } = patternOf(value, named)
    params.push(pattern)
    return names.length === 0 ? 'cast(? as text)' : `format(cast(? as text), ${names.join(', ')})`
  })
  const columns = Object.keys(row).join(', ')
  return {
    text: `insert into ${table} (${columns}) select ${values.join(', ')} from copies`,
    params,
  }
}

/** The text as a pattern for `format`, where the sample's ids and number stood, and the columns that go there. */
function patternOf(
  value: string,
  named: Row,
): { readonly pattern: string; readonly names: readonly string[] } {
  const columns = ['delivery', 'message', 'conversation', 'provider', 'number']
  const texts = columns.map((column) => String(named[column]).replace(/\W/g, '\\$&'))
  const names: string[] = []
  const parts = value.split(new RegExp(`(${texts.join('|')})`))
  if (parts.length === 1) return { pattern: value, names }
  const pattern = parts.map((part, at) => {
    if (at % 2 === 0) return part.replaceAll('%', '%%')
    names.push(columns.find((column) => named[column] === part) ?? '')
    return '%s'
  })
  return { pattern: pattern.join(''), names }
}

const sqlitePragmas = [
  'locking_mode = exclusive',
  'journal_mode = memory',
  'synchronous = off',
  'temp_store = memory',
  'cache_size = -2000000',
]

function sqlite(file: string): Filler {
  const database = new DatabaseSync(file, { timeout: 10_000 })
  for (const pragma of sqlitePragmas) database.exec(`pragma ${pragma}`)
  const mode = database.prepare('pragma journal_mode').get()?.['journal_mode']
  if (mode !== 'memory') throw new Error(`${file} would be filled with a log (${mode}).`)
  const prepare = (text: string) => database.prepare(text)
  return {
    hex: (number) => `format('%012x', ${number})`,
    decimal: (number) => `format('%010d', ${number})`,
    series:
      '(with recursive s(n, m) as (select ?, ? union all select n + 1, m from s where n < m) select n from s)',
    idStatement(copies) {
      // Of the latest copies it is run 0: those of the server count from 1.
      for (let run = -Math.floor((copies - 1) / runCopies); run <= 0; run += 1) {
        prepare(
          'insert into provider_id_heads (run, level, newest_delivery_id) values (?, 2, ?)',
        ).run(run, newestCopy)
      }
      return `insert into provider_id_runs
        (run, organization_id, account_id, provider_id, delivery_id)
        select (n - ${copies}) / ${runCopies}, ?, ?, provider, delivery from copies`
    },
    rows: async (text, params) => prepare(text).all(...params) as unknown as readonly Row[], // text and numbers only
    async run(text, params) {
      prepare(text).run(...params)
    },
    async close() {
      database.exec('pragma journal_mode = wal')
      database.close()
    },
  }
}

/** Copies whose ids are in one run, as many as in the runs that are seldom merged. */
const runCopies = 262_144
const newestCopy = '01800000-0000-7000-8000-ffffffffffff'

async function postgres(url: string): Promise<Filler> {
  const client = new Client({ connectionString: url })
  await client.connect()
  const query = (text: string, params: readonly Value[]) => {
    let count = 0
    const numbered = text.replace(/\?/g, () => {
      count += 1
      return `$${count}`
    })
    return client.query(numbered, [...params])
  }
  await client.query('set synchronous_commit = off')
  return {
    hex: (number) => `lpad(to_hex(${number}), 12, '0')`,
    decimal: (number) => `lpad((${number})::text, 10, '0')`,
    series: 'generate_series(?::bigint, ?::bigint) as s(n)',
    idStatement: () =>
      `insert into provider_ids (organization_id, account_id, provider_id, delivery_id)
       select ?, ?, provider, delivery from copies`,
    rows: async (text, params) => (await query(text, params)).rows,
    async run(text, params) {
      await query(text, params)
    },
    close: () => client.end(),
  }
}
