import { DatabaseSync } from 'node:sqlite'
import { Client } from 'pg'
import { ground } from './ground.ts'

type Value = string | number | null
type Row = Readonly<Record<string, Value>>

/** One connection for filling. Parameters are written `?`. */
interface Filler {
  /** What makes twelve hexadecimal digits, and ten decimal ones, of the number `n`. */
  readonly hex: string
  readonly decimal: string
  /** A table expression of the whole numbers `n` from the first parameter to the second. */
  readonly series: string
  rows(text: string, params: readonly Value[]): Promise<readonly Row[]>
  run(text: string, params: readonly Value[]): Promise<void>
  close(): Promise<void>
}

/** The tables that a message leaves rows in, and how its rows are found by the ids of the message. */
const tables = [
  ['conversations', 'id = :conversation'],
  ['messages', 'id = :message'],
  ['deliveries', 'id = :delivery'],
  ['delivery_bodies', 'delivery_id = :delivery'],
  ['attempts', 'delivery_id = :delivery'],
  ['provider_ids', 'delivery_id = :delivery'],
] as const

const stepRows = 20_000

/** The provider's id of the copy with that number. */
export function copyProviderId(number: number): string {
  return `fill-${number.toString(16).padStart(12, '0')}:1`
}

/**
 * Fills the store with copies of the first message in it, one that really took the path: the same rows, with ids
 * and numbers of their own that sort before it. The server must have nothing to do meanwhile.
 */
export async function fill(database: string, copies: number): Promise<void> {
  const filler = database.startsWith('postgres') ? await postgres(database) : sqlite(database)
  try {
    const { organizationId } = ground
    const [sample] = await filler.rows(
      `select d.id as delivery, d.message_id as message, d.conversation_id as conversation,
         p.provider_id as provider, d.lane as lane
       from deliveries d join provider_ids p
         on p.organization_id = d.organization_id and p.delivery_id = d.id
       where d.organization_id = ? and d.state = 'sent' order by d.id limit 1`,
      [organizationId],
    )
    if (sample === undefined) throw new Error('There is no message to copy.')
    const statements = await Promise.all(
      tables.map(([table, where]) => copyStatement(filler, { table, where, sample })),
    )
    statements.push(...(await feedStatements(filler, sample, copies)))
    for (let from = 1; from <= copies; from += stepRows) {
      await filler.run('begin', [])
      const to = Math.min(copies, from + stepRows - 1)
      for (const { text, params } of statements) await filler.run(text, [...params, from, to])
      await filler.run('commit', [])
    }
  } finally {
    await filler.close()
  }
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
  return insertLike(filler, table, { row, sample })
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
    'select * from feed where organization_id = ? order by sequence limit 100',
    [organizationId],
  )
  const own = all.filter(({ events }) => ids.some((id) => String(events).includes(id)))
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
    return insertLike(filler, 'feed', { row, sample, sequence })
  })
}

/** Inserts a row for each `n`, in whose texts the sample's ids and numbers are replaced by those of the copy. */
function insertLike(
  { hex, decimal, series }: Filler,
  table: string,
  {
    row,
    sample,
    sequence,
  }: { readonly row: Row; readonly sample: Row; readonly sequence?: string },
): Statement {
  const to = String(sample['lane']).split('|').at(-1) ?? ''
  const copied: readonly (readonly [Value | undefined, string])[] = [
    [sample['delivery'], `'01800000-0000-7000-8000-' || ${hex}`],
    [sample['message'], `'01800000000070009000' || ${hex}`],
    [sample['conversation'], `'01800000-0000-7000-a000-' || ${hex}`],
    [sample['provider'], `'fill-' || ${hex} || ':1'`],
    [to, `'+1' || ${decimal}`],
  ]
  const params: Value[] = []
  const values = Object.entries(row).map(([column, value]) => {
    if (column === 'sequence' && sequence !== undefined) return sequence
    if (typeof value !== 'string') return value === null ? 'null' : `cast(${value} as bigint)`
    const occurring = copied.filter(([found]) => value.includes(String(found)))
    params.push(value)
    return occurring.reduce(
      (text, [found, by]) => `replace(${text}, '${String(found)}', ${by})`,
      'cast(? as text)',
    )
  })
  const columns = Object.keys(row).join(', ')
  return {
    text: `insert into ${table} (${columns}) select ${values.join(', ')} from ${series}`,
    params,
  }
}

function sqlite(file: string): Filler {
  const database = new DatabaseSync(file, { timeout: 10_000 })
  database.exec('pragma synchronous = off')
  const prepare = (text: string) => database.prepare(text)
  return {
    hex: `printf('%012x', n)`,
    decimal: `printf('%010d', 3000000000 + n)`,
    series:
      '(with recursive s(n, m) as (select ?, ? union all select n + 1, m from s where n < m) select n from s)',
    rows: async (text, params) => prepare(text).all(...params) as unknown as readonly Row[], // text and numbers only
    async run(text, params) {
      prepare(text).run(...params)
    },
    close: async () => database.close(),
  }
}

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
  return {
    hex: `lpad(to_hex(n), 12, '0')`,
    decimal: `lpad((3000000000 + n)::text, 10, '0')`,
    series: 'generate_series(?::bigint, ?::bigint) as s(n)',
    rows: async (text, params) => (await query(text, params)).rows,
    async run(text, params) {
      await query(text, params)
    },
    close: () => client.end(),
  }
}
