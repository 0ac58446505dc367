import { parseArgs } from 'node:util'

/** What the benchmark measures. */
export const subjects = [
  'path',
  'receipts',
  'growth',
  'nodes',
  'actions',
  'kannel',
  'mcp',
  'campaign',
  'console',
] as const

export type Subject = (typeof subjects)[number]

/** How a benchmark is run. */
export interface Options {
  readonly subject: Subject
  readonly store: 'sqlite' | 'postgres'
  /** Repetitions of each measurement. */
  readonly rounds: number
  /** Length of one measurement, after one second of running in. */
  readonly seconds: number
  /** Connections of the load generator. */
  readonly connections: number
  /** Messages in the store, or receipts, where the subject has such a number. */
  readonly messages: number | undefined
  /** Where data folders are made; a real disk, or the figures mean nothing. */
  readonly dir: string | undefined
  /** growth: measures nothing but memory, over so many messages. */
  readonly memory: number | undefined
  /** growth: measures while old messages are removed, and while they are not. */
  readonly retention: boolean
  /** Folder for CPU profiles of the server. */
  readonly profile: string | undefined
}

/** What `--help` prints. */
export const help = `npm run bench [-- path|receipts|growth|nodes|actions|kannel|mcp|campaign|console] [options]

  path       messages a second through the server, against a bare forwarder (default)
  receipts   how long 100 000 delivery receipts take
  growth     the path with a full store against a nearly empty one, and memory over a long run
  nodes      two servers on one PostgreSQL against one
  actions    executions of a data action against a bare request, templates, functions
  kannel     the server against Debian's Kannel, with its messages in a spool folder
  mcp        tool calls and lists a second, against the protocol's public example server
  campaign   contacts a second of a campaign on the loopback carrier, killed once in the middle and not
  console    first paint, and from an event to its pixels with 200 conversations open

  --store sqlite|postgres   engine of the store (default sqlite; nodes: postgres)
  --rounds <n>              repetitions (default 3)
  --seconds <n>             length of a measurement (default 5)
  --connections <n>         connections of the load generator (default 256; kannel: 32)
  --messages <n>            receipts: 100000, growth: 1000000, campaign: 10000 contacts,
                            console: 200 conversations
  --memory <n>              growth: only memory, over so many messages through the path
  --retention               growth: the path while old messages are removed, against without (of 200000)
  --dir <folder>            where data folders are made (default: the system's temporary folder)
  --profile <folder>        writes CPU profiles of the server there
`

/** Reads the command line; an `Error` with a sentence says what is wrong with it, `undefined` that help is wanted. */
export function readOptions(argv: readonly string[]): Options | undefined {
  const text = { type: 'string' } as const
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      store: text,
      rounds: text,
      seconds: text,
      connections: text,
      messages: text,
      dir: text,
      profile: text,
      memory: text,
      retention: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help === true) return undefined
  const wanted = positionals[0] ?? 'path'
  const subject = subjects.find((one) => one === wanted)
  if (subject === undefined) throw new Error(`There is no benchmark "${wanted}".`)
  const store = values.store ?? (subject === 'nodes' ? 'postgres' : 'sqlite')
  if (store !== 'sqlite' && store !== 'postgres') throw new Error(`There is no store "${store}".`)
  return {
    subject,
    store,
    rounds: count('rounds', values.rounds) ?? 3,
    seconds: count('seconds', values.seconds) ?? 5,
    connections: count('connections', values.connections) ?? connectionsUsual(subject),
    messages: count('messages', values.messages),
    dir: values.dir,
    profile: values.profile,
    memory: count('memory', values.memory),
    retention: values.retention === true,
  }
}

/** Kannel's own best most of the time: it takes a message by a connection of its own, and more make it slower. */
function connectionsUsual(subject: Subject): number {
  return subject === 'kannel' ? 32 : 256
}

function count(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  if (!/^[1-9]\d*$/.test(value)) throw new Error(`--${name} must be a whole number above 0.`)
  return Number(value)
}
