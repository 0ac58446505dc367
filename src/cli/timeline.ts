import { type Command, parse, required } from './command.ts'
import { clientOptions, clientUsage, connectionOf } from './connection.ts'
import { callApi } from './http.ts'
import { duration, json, member, members, plain, table } from './print.ts'

/** Prints everything that happened to one message. */
export const timeline: Command = {
  usage: () =>
    `signalbox timeline <message id> [options]

Tells everything that happened to one message, in order, and what happens next.
${clientUsage}`,
  async run(argv, terminal) {
    const { values, positionals } = parse(argv, clientOptions)
    const id = encodeURIComponent(required(positionals[0], 'The message id'))
    const reply = await callApi(connectionOf(values), {
      method: 'GET',
      path: `/api/signalbox/messages/${id}/timeline`,
    })
    terminal.out(values.json ? json(reply) : readable(reply))
  },
}

function readable(reply: unknown): string {
  const rows = members(reply, 'steps').map((step) => [
    member(step, 'time'),
    `+${duration(Number(member(step, 'lagMs')))}`,
    member(step, 'kind'),
    member(step, 'text'),
  ])
  return [
    `Message ${plain(member(reply, 'messageId'))}: ${plain(member(reply, 'status'))}`,
    `Where: ${plain(member(reply, 'where'))}`,
    `Next:  ${plain(member(reply, 'next'))}`,
    '',
    table(['TIME', 'AFTER', 'STEP', 'WHAT HAPPENED'], rows),
  ].join('\n')
}
