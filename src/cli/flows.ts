import { readFileSync } from 'node:fs'
import { CliError, type Command, parse, required } from './command.ts'
import { clientOptions, clientUsage, connectionOf } from './connection.ts'
import { callApi } from './http.ts'
import { json, member, members, plain, table } from './print.ts'

const path = '/api/signalbox/flows'

/** Routing applications as files: takes them over, shows them, and runs them dry. */
export const flows: Command = {
  usage: () =>
    `signalbox flows [list | show <id> | apply <file> | dry-run <file> --text <text> … | delete <id>]

A routing application is a file in the form of the vendor's flow YAML (docs/flows.md). apply makes it,
or a new version of the one of that name; dry-run shows the path that texts take through it.

  --text <text>        What the customer writes, in order; "" for no answer
  --subject <text>     What his mails are about, in a flow for mails${clientUsage}`,
  async run(argv, terminal) {
    const { values, positionals } = parse(argv, {
      ...clientOptions,
      text: { type: 'string', multiple: true },
      subject: { type: 'string' },
    })
    const [verb = 'list', subject] = positionals
    const connection = connectionOf(values)
    const own = () => `${path}/${encodeURIComponent(required(subject, 'The flow id'))}`
    if (verb === 'list') {
      const query = { pageSize: 100 }
      const reply = await callApi(connection, { method: 'GET', path, query })
      terminal.out(values.json ? json(reply) : readable(reply))
    } else if (verb === 'show') {
      const flow = await callApi(connection, { method: 'GET', path: own() })
      terminal.out(values.json ? json(flow) : plain(member(flow, 'source')))
    } else if (verb === 'apply') {
      const body = { source: sourceOf(subject) }
      const flow = await callApi(connection, { method: 'POST', path, body })
      const [name, id, version] = ['name', 'id', 'version'].map((key) => plain(member(flow, key)))
      terminal.out(values.json ? json(flow) : `${name} is ${id}, version ${version}.\n`)
    } else if (verb === 'dry-run') {
      const texts = values.text ?? []
      if (texts.length === 0) throw new CliError('Give at least one --text. See --help.', 2)
      const about = values.subject === undefined ? {} : { subject: values.subject }
      const body = { source: sourceOf(subject), texts, ...about }
      const reply = await callApi(connection, { method: 'POST', path: `${path}/dryrun`, body })
      terminal.out(values.json ? json(reply) : walked(reply))
    } else if (verb === 'delete') {
      await callApi(connection, { method: 'DELETE', path: own() })
      terminal.out('Removed.\n')
    } else throw new CliError(`"flows ${verb}" does not exist. See --help.`, 2)
  },
}

function sourceOf(file: string | undefined): string {
  const name = required(file, 'The file')
  try {
    return readFileSync(name, 'utf8')
  } catch (cause) {
    throw new CliError(`${name} cannot be read.`, 2, cause)
  }
}

function readable(reply: unknown): string {
  const rows = members(reply, 'entities').map((flow) => [
    member(flow, 'id'),
    member(flow, 'name'),
    member(flow, 'version'),
    member(flow, 'dateModified'),
  ])
  return table(['FLOW', 'NAME', 'VERSION', 'CHANGED'], rows)
}

function walked(reply: unknown): string {
  const lines = members(reply, 'steps').flatMap((step) => {
    const said = member(step, 'customer')
    const path = members(step, 'path').map((one) => `    ${plain(one)}`)
    const effects = members(step, 'effects').map((effect) => `  → ${effectLine(effect)}`)
    return [...(said === undefined ? [] : [`customer: ${plain(said)}`]), ...path, ...effects]
  })
  return `${lines.join('\n')}\n`
}

function effectLine(effect: unknown): string {
  const type = plain(member(effect, 'type'))
  const what = ['text', 'action', 'queue', 'message', 'values', 'timeoutMs']
    .map((name) => member(effect, name))
    .find((value) => value !== undefined)
  return what === undefined
    ? type
    : `${type} ${typeof what === 'object' ? JSON.stringify(what) : plain(what)}`
}
