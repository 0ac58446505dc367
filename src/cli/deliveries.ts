import { CliError, type Command, parse, required, wholeNumber } from './command.ts'
import { type Connection, clientOptions, clientUsage, connectionOf } from './connection.ts'
import { callApi } from './http.ts'
import { json, member, members, plain, table } from './print.ts'

const path = '/api/signalbox/deliveries'

/** Lists deliveries, and decides about those that do not go by themselves. */
export const deliveries: Command = {
  usage: () =>
    `signalbox deliveries [list | show <id> | resend <id> | give-up <id>] [options]

Lists what is or was on its way out, newest first; shows one with its attempts; sends an uncertain
or failed one once more, or gives it up.

  --state <state>      queued, sending, sent, delivered, failed, uncertain or canceled
  --account <id>       Only those of this account
  --page <number>      Page of 25, from 1${clientUsage}`,
  async run(argv, terminal) {
    const { values, positionals } = parse(argv, {
      ...clientOptions,
      state: { type: 'string' },
      account: { type: 'string' },
      page: { type: 'string' },
    })
    const [verb = 'list', id] = positionals
    const connection = connectionOf(values)
    if (verb !== 'list') {
      const reply = await one(connection, verb, id)
      terminal.out(values.json || verb === 'show' ? json(reply) : sentenceOf(reply))
      return
    }
    const reply = await callApi(connection, {
      method: 'GET',
      path,
      query: {
        state: values.state,
        accountId: values.account,
        pageNumber: wholeNumber(values.page, '--page'),
      },
    })
    terminal.out(values.json ? json(reply) : readable(reply))
  },
}

function one(connection: Connection, verb: string, id: string | undefined): Promise<unknown> {
  if (!['show', 'resend', 'give-up'].includes(verb)) {
    throw new CliError(`"deliveries ${verb}" does not exist. See --help.`, 2)
  }
  const own = `${path}/${encodeURIComponent(required(id, 'The delivery id'))}`
  return verb === 'show'
    ? callApi(connection, { method: 'GET', path: own })
    : callApi(connection, { method: 'POST', path: `${own}/${verb}` })
}

function sentenceOf(reply: unknown): string {
  return `Delivery ${plain(member(reply, 'id'))} is now ${plain(member(reply, 'state'))}.\n`
}

function readable(reply: unknown): string {
  const rows = members(reply, 'entities').map((delivery) => [
    member(delivery, 'id'),
    member(delivery, 'state'),
    member(delivery, 'kind'),
    member(delivery, 'attemptCount'),
    member(delivery, 'dateAccepted'),
    member(member(delivery, 'failure'), 'message'),
  ])
  const total = `${plain(member(reply, 'total'))} in all.\n`
  return table(['DELIVERY', 'STATE', 'KIND', 'ATTEMPTS', 'ACCEPTED', 'FAILURE'], rows) + total
}
