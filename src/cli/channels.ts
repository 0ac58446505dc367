import { readFileSync } from 'node:fs'
import { parseDocument } from 'yaml'
import { isRecord } from '../connectors/http.ts'
import { CliError, type Command, parse, required } from './command.ts'
import { type Connection, clientOptions, clientUsage, connectionOf } from './connection.ts'
import { callApi } from './http.ts'
import { json, member, members, plain, table } from './print.ts'

const fileBytesMax = 1_048_576

/** Shows the sender IDs of Digital Channels, and makes them as a file has them. */
export const channels: Command = {
  usage: () =>
    `signalbox channels [list | show <section> | remove <section> | plan <file> | apply <file>] [options]

Shows the sender IDs of Digital Channels, and makes them as a YAML file has them: all of it, or nothing.

  plan <file>   Says what apply would change, and what is there that the file does not have;
                exit code 1 when there is a difference
  apply <file>  Makes the sections of the file
  --prune       Removes sections that the file does not have
  --ccid <id>   Contact center (default: the token's own)

The file:

  sections:
    chat.SMS_Main:
      channelId: "16504661149"
      endpoint: chat.Support
      provider: Async
      cxcOnly: false
      header:custom-header-for-async-1: "12345"
  providers:
    Async:
      header:x-company: ACME${clientUsage}`,
  async run(argv, terminal) {
    const { values, positionals } = parse(argv, {
      ...clientOptions,
      prune: { type: 'boolean' },
      ccid: { type: 'string' },
    })
    const [verb = 'list', operand] = positionals
    const connection = connectionOf(values)
    const path = `/nexus/v3/provisioning/senderids/${values.ccid ?? (await ccidOf(connection))}`
    if (verb === 'list') {
      const reply = await callApi(connection, { method: 'GET', path })
      terminal.out(values.json ? json(reply) : readable(reply))
    } else if (verb === 'show' || verb === 'remove') {
      const own = `${path}/${encodeURIComponent(required(operand, 'The section'))}`
      const method = verb === 'show' ? 'GET' : 'DELETE'
      const reply = await callApi(connection, { method, path: own })
      terminal.out(verb === 'show' ? json(reply) : `The section ${plain(operand)} is removed.\n`)
    } else if (verb === 'plan' || verb === 'apply') {
      const file = readChannels(required(operand, 'The file'))
      const body = { ...file, dryRun: verb === 'plan', prune: values.prune === true }
      const reply = await callApi(connection, { method: 'POST', path: `${path}/apply`, body })
      const changes = members(member(reply, 'data'), 'changes')
      terminal.out(values.json ? json(reply) : changes.map(changeText).join(''))
      const isDrift = changes.some((change) => member(change, 'action') !== 'keep')
      if (verb === 'plan' && isDrift) throw new CliError('The server is not as the file has it.')
    } else {
      throw new CliError(`"channels ${verb}" does not exist. See --help.`, 2)
    }
  },
}

/** Contact centers are organizations under another name. */
async function ccidOf(connection: Connection): Promise<string> {
  const reply = await callApi(connection, { method: 'GET', path: '/api/v2/organizations/me' })
  return encodeURIComponent(plain(member(reply, 'id')))
}

/** Reads the file: YAML without aliases, or JSON. A mistake is told with its line and column. */
function readChannels(file: string): Record<string, unknown> {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new CliError(`${file} cannot be read.`, 1, cause)
  }
  if (text.length > fileBytesMax) throw new CliError(`${file} has more than 1 MiB.`)
  const document = parseDocument(text, { schema: 'core' })
  const [fault] = document.errors
  if (fault !== undefined) throw new CliError(`${file} is not YAML: ${fault.message}`)
  let value: unknown
  try {
    value = document.toJS({ maxAliasCount: 0 })
  } catch (cause) {
    throw new CliError(`${file} has aliases: write each section out.`, 1, cause)
  }
  if (isRecord(value) && isRecord(value['sections'])) return value
  throw new CliError(`${file} must have a member "sections" with the sections in it. See --help.`)
}

function changeText(change: unknown): string {
  const section = plain(member(change, 'section'))
  const action = plain(member(change, 'action'))
  const isPresent = action === 'keep' || action === 'leave'
  const options = members(change, 'options').map((one) => {
    const from = plain(member(one, 'from'))
    const to = plain(member(one, 'to'))
    return `    ${plain(member(one, 'option'))}: ${from === '' ? '-' : from} → ${to === '' ? '-' : to}\n`
  })
  return `${wordOf[action] ?? action} ${section}\n${isPresent ? '' : options.join('')}`
}

const wordOf: Readonly<Record<string, string>> = {
  create: '+ create',
  change: '~ change',
  remove: '- remove',
  keep: '= keep  ',
  leave: '? not in the file:',
}

function readable(reply: unknown): string {
  const rows = members(reply, 'data').map((one) => {
    const options = member(one, 'options')
    return [
      member(one, 'section'),
      member(options, 'channelId'),
      member(options, 'endpoint'),
      member(options, 'provider') ?? '(default)',
      member(options, 'cxcOnly'),
      member(one, 'accountId'),
    ]
  })
  return table(['SECTION', 'CHANNEL', 'ENDPOINT', 'PROVIDER', 'CXC ONLY', 'ACCOUNT'], rows)
}
