import { CliError, type Command, parse, required, wholeNumber } from './command.ts'
import { type Connection, clientOptions, clientUsage, connectionOf } from './connection.ts'
import { type ApiCall, callApi } from './http.ts'
import { json, member, members, plain, table } from './print.ts'

const path = '/api/signalbox/handset'

const options = {
  ...clientOptions,
  handset: { type: 'string' },
  after: { type: 'string' },
  limit: { type: 'string' },
  wait: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  text: { type: 'string' },
  id: { type: 'string' },
  account: { type: 'string' },
  status: { type: 'string' },
  code: { type: 'string' },
  times: { type: 'string' },
  report: { type: 'string' },
  delay: { type: 'string' },
} as const

type Values = Readonly<Record<keyof typeof options, string | boolean | undefined>>

/** Plays the customer's phone and its carrier, on loopback accounts. */
export const handset: Command = {
  usage: () =>
    `signalbox handset <list | send | report | carrier> [options]

The phone and the carrier behind loopback accounts.

  list                      Texts on the handsets, oldest first
    --handset <number>      Only those of this handset
    --after <id>            Only those after this one
    --limit <number>        At most so many (default: 100)
    --wait <ms>             Waits for the first, at most 20000
  send                      The customer writes to one of our senders
    --from <number>         The handset
    --to <address>          Our sender
    --text <text>
    --id <id>               The carrier's id; the same again is a repeat
    --account <id>          Loopback account, where it does not follow from --to
  report <text id>          The carrier reports what became of a text
    --status <status>       sent, delivered or failed
    --code <code>           The carrier's own code
    --times <number>        Reports it so many times (default: 1)
  carrier                   What the carrier reports by itself
    --report <what>         delivered, failed, nothing or manual
    --delay <ms>            After this wait (default: 0)
    --code <code>           The carrier's own code of failures
    --account <id>          Loopback account, where there are several

Options of all:${clientUsage}`,
  async run(argv, terminal) {
    const { values, positionals } = parse(argv, options)
    const [verb, id] = positionals
    if (!isVerb(verb)) {
      const what = verb === undefined ? 'What to do is missing' : `"handset ${verb}" does not exist`
      throw new CliError(`${what}: give list, send, report or carrier. See --help.`, 2)
    }
    const call = calls[verb](textsOf(values), id)
    const connection: Connection = connectionOf(values)
    const reply = await callApi(connection, call)
    terminal.out(values.json ? json(reply) : readable(verb, reply))
  },
}

type Texts = { readonly [Name in keyof typeof options]?: string }

function textsOf(values: Partial<Values>): Texts {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => typeof value === 'string'))
}

const calls = {
  list: (given: Texts): ApiCall => ({
    method: 'GET',
    path: `${path}/messages`,
    query: {
      handset: given.handset,
      after: given.after,
      limit: wholeNumber(given.limit, '--limit'),
      waitMs: wholeNumber(given.wait, '--wait'),
    },
  }),
  send: (given: Texts): ApiCall => ({
    method: 'POST',
    path: `${path}/messages`,
    body: {
      from: required(given.from, '--from'),
      to: required(given.to, '--to'),
      text: required(given.text, '--text'),
      id: given.id,
      accountId: given.account,
    },
  }),
  report: (given: Texts, id: string | undefined): ApiCall => ({
    method: 'POST',
    path: `${path}/messages/${encodeURIComponent(required(id, 'The id of the text'))}/report`,
    body: {
      status: required(given.status, '--status'),
      code: given.code,
      times: wholeNumber(given.times, '--times'),
    },
  }),
  carrier: (given: Texts): ApiCall => ({
    method: 'PUT',
    path: `${path}/carrier`,
    body: {
      report: required(given.report, '--report'),
      delayMs: wholeNumber(given.delay, '--delay'),
      code: given.code,
      accountId: given.account,
    },
  }),
} as const

function isVerb(word: string | undefined): word is keyof typeof calls {
  return word !== undefined && Object.hasOwn(calls, word)
}

function readable(verb: keyof typeof calls, reply: unknown): string {
  if (verb === 'list') {
    const rows = members(reply, 'entities').map((text) => [
      member(text, 'id'),
      member(text, 'time'),
      member(text, 'direction') === 'to-handset'
        ? `${plain(member(text, 'sender'))} > ${plain(member(text, 'handset'))}`
        : `${plain(member(text, 'handset'))} > ${plain(member(text, 'sender'))}`,
      member(text, 'status'),
      member(text, 'text'),
    ])
    return table(['ID', 'TIME', 'FROM > TO', 'STATUS', 'TEXT'], rows)
  }
  if (verb === 'carrier') {
    return `The carrier now reports: ${plain(member(reply, 'report'))}, after ${plain(member(reply, 'delayMs'))} ms.\n`
  }
  const taken = members(reply, 'taken').map(plain).join(', ')
  return `Text ${plain(member(member(reply, 'message'), 'id'))}: ${taken}.\n`
}
