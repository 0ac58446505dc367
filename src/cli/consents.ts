import { createReadStream } from 'node:fs'
import { parse as readCsv } from 'csv-parse'
import { csvCell } from '../csv.ts'
import { CliError, type Command, parse, required, type Terminal } from './command.ts'
import { type Connection, clientOptions, clientUsage, connectionOf } from './connection.ts'
import { callApi } from './http.ts'
import { json, member, members, plain, table } from './print.ts'

const path = '/api/signalbox/consents'
const columns = ['sender', 'handset', 'status', 'date', 'note'] as const
const state = ['sender', 'handset', 'status', 'date'] as const
const evidence = [
  ...['id', 'date', 'sender', 'handset', 'kind', 'source', 'text', 'reference'],
  ...['recordedBy', 'note', 'applied'],
] as const
/** Lines of one request; the server takes this many. */
const chunkLines = 1000
const pageSize = 500

/** Reads and keeps the ledger of who may be written to. */
export const consents: Command = {
  usage: () =>
    `signalbox consents [list | export | proof | import <file.csv> | opt-out <handset> | opt-in <handset>] [options]

Lists what handsets have said; writes it as CSV; writes every line of the ledger with its evidence, newest first;
takes another ledger over from CSV with the columns sender, handset, status (opted-in or opted-out), date and note;
records one consent or withdrawal.

  --sender <address>   The number, short code or name of ours that it is about
  --handset <number>   Only this handset
  --status <status>    opted-in or opted-out
  --note <text>        How you know${clientUsage}`,
  async run(argv, terminal) {
    const { values, positionals } = parse(argv, {
      ...clientOptions,
      sender: { type: 'string' },
      handset: { type: 'string' },
      status: { type: 'string' },
      note: { type: 'string' },
    })
    const [verb = 'list', subject] = positionals
    const connection = connectionOf(values)
    const { sender, handset, status, note } = values
    if (verb === 'list') {
      const query = { sender, handset, status, pageSize: 100 }
      const reply = await callApi(connection, { method: 'GET', path, query })
      terminal.out(values.json ? json(reply) : readable(reply))
    } else if (verb === 'export') {
      await exportAll(
        connection,
        { path, query: { sender, handset, status }, columns: state },
        terminal,
      )
    } else if (verb === 'proof') {
      const query = { sender, handset }
      await exportAll(connection, { path: `${path}/entries`, query, columns: evidence }, terminal)
    } else if (verb === 'import') {
      await importFile(connection, required(subject, 'The file'), terminal)
    } else if (verb === 'opt-out' || verb === 'opt-in') {
      const body = {
        sender: required(sender, '--sender'),
        handset: required(subject, 'The handset'),
        status: verb === 'opt-out' ? 'opted-out' : 'opted-in',
        ...(note === undefined ? {} : { note }),
      }
      const entry = await callApi(connection, { method: 'POST', path, body })
      terminal.out(values.json ? json(entry) : `Recorded as ${plain(member(entry, 'id'))}.\n`)
    } else throw new CliError(`"consents ${verb}" does not exist. See --help.`, 2)
  },
}

/** Writes all pages as CSV. Lines that come meanwhile push others onto the next page: those are written once. */
async function exportAll(
  connection: Connection,
  listing: {
    readonly path: string
    readonly query: Readonly<Record<string, string | undefined>>
    readonly columns: readonly string[]
  },
  terminal: Terminal,
): Promise<void> {
  const { path, columns } = listing
  terminal.out(`${columns.join(',')}\n`)
  let before: ReadonlySet<string> = new Set()
  for (let pageNumber = 1; ; pageNumber += 1) {
    const query = { ...listing.query, pageSize, pageNumber }
    const page = members(await callApi(connection, { method: 'GET', path, query }), 'entities')
    const lines = page.map((one) =>
      columns.map((name) => csvCell(plain(member(one, name)))).join(','),
    )
    for (const line of lines) if (!before.has(line)) terminal.out(`${line}\n`)
    before = new Set(lines)
    if (page.length < pageSize) return
  }
}

async function importFile(connection: Connection, file: string, terminal: Terminal): Promise<void> {
  const totals = { recorded: 0, applied: 0 }
  let entries: Record<string, string>[] = []
  const send = async () => {
    if (entries.length === 0) return
    const body = { entries }
    const reply = await callApi(connection, { method: 'POST', path: `${path}/import`, body })
    totals.recorded += Number(member(reply, 'recorded'))
    totals.applied += Number(member(reply, 'applied'))
    entries = []
  }
  const rows = createReadStream(file).pipe(
    readCsv({ columns: true, bom: true, trim: true, skip_empty_lines: true, info: true }),
  )
  for await (const row of rows) {
    entries.push(entryOf(row.record, Number(row.info.lines)))
    if (entries.length === chunkLines) await send()
  }
  await send()
  terminal.out(`${totals.recorded} lines recorded, ${totals.applied} of them in force.\n`)
}

function entryOf(record: Readonly<Record<string, string>>, line: number): Record<string, string> {
  const entry = Object.fromEntries(
    columns.flatMap((name) => {
      const value = record[name]
      return value === undefined || value === '' ? [] : [[name, value] as const]
    }),
  )
  for (const name of ['sender', 'handset', 'status'] as const) {
    if (entry[name] === undefined) {
      throw new CliError(
        `Line ${line} has no ${name}. The lines before it may be recorded already.`,
      )
    }
  }
  return entry
}

function readable(reply: unknown): string {
  const rows = members(reply, 'entities').map((one) => state.map((name) => member(one, name)))
  const total = `${plain(member(reply, 'total'))} in all.\n`
  return table(['SENDER', 'HANDSET', 'STATUS', 'SINCE'], rows) + total
}
