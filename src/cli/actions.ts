import { existsSync } from 'node:fs'
import { runCases } from './action-cases.ts'
import { CliError, type Command, pairs, parse, required } from './command.ts'
import { type Connection, clientOptions, clientUsage, connectionOf } from './connection.ts'
import { callApi } from './http.ts'
import { lintFile, readActionFile } from './lint-file.ts'
import { duration, json, member, members, plain, table } from './print.ts'

const actionsPath = '/api/v2/integrations/actions'
const transferPath = '/api/signalbox/actions'

const options = {
  ...clientOptions,
  drafts: { type: 'boolean' },
  draft: { type: 'boolean' },
  publish: { type: 'boolean' },
  name: { type: 'string' },
  integration: { type: 'string' },
  input: { type: 'string', multiple: true },
  body: { type: 'string' },
  flatten: { type: 'boolean' },
} as const

type Values = ReturnType<typeof parse<typeof options>>['values']

/** Moves data actions in and out of files, looks for their traps, and runs them. */
export const actions: Command = {
  usage: () =>
    `signalbox actions [list | import <file> | export <id> | lint <file> | test <id|file> | watch <folder> | run <id>] [options]

Lists data actions; imports an exported one as a draft; prints one as an export; names the traps in a
file without a server; tests one step by step, or does the saved cases of a file or folder without a
server; lints and does the cases of a folder whenever something in it changes; executes a published
one and prints its result.

  --drafts             Lists drafts instead of what is published
  --name <part>        Lists only actions with this in their name
  --integration <id>   Imports into this integration (default: the only one of the file's type)
  --publish            Publishes what was imported
  --draft              Tests the draft
  --input name=value   One input as a text; can be repeated
  --body <json>        All inputs, with their types
  --flatten            Gives the result as flows read it${clientUsage}`,
  async run(argv, terminal) {
    const { values, positionals } = parse(argv, options)
    const [verb = 'list', subject] = positionals
    if (verb === 'lint') {
      terminal.out(lintFile(required(subject, 'The file')))
      return
    }
    if (verb === 'test' && subject !== undefined && existsSync(subject)) {
      terminal.out(await runCases(subject))
      return
    }
    if (verb === 'watch') {
      const { watchActions } = await import('./watch-actions.ts')
      await watchActions(required(subject, 'The folder'), terminal)
      return
    }
    const work = verbs[verb]
    if (work === undefined) throw new CliError(`"actions ${verb}" does not exist. See --help.`, 2)
    terminal.out(await work(connectionOf(values), values, subject))
  },
}

type Verb = (connection: Connection, values: Values, subject: string | undefined) => Promise<string>

const verbs: Readonly<Record<string, Verb>> = {
  list: listActions,
  import: importFile,
  export: exportOne,
  test: testOne,
  run: runOne,
}

async function listActions(connection: Connection, values: Values): Promise<string> {
  const reply = await callApi(connection, {
    method: 'GET',
    path: values.drafts === true ? `${actionsPath}/drafts` : actionsPath,
    query: { name: values.name, sortBy: 'name', pageSize: 500 },
  })
  if (values.json === true) return json(reply)
  const rows = members(reply, 'entities').map((action) => [
    member(action, 'id'),
    member(action, 'version'),
    member(action, 'category'),
    member(action, 'name'),
  ])
  return table(['ACTION', 'VERSION', 'CATEGORY', 'NAME'], rows)
}

async function importFile(
  connection: Connection,
  values: Values,
  subject: string | undefined,
): Promise<string> {
  const body: unknown = JSON.parse(readActionFile(required(subject, 'The file')).text)
  const imported = await callApi(connection, {
    method: 'POST',
    path: `${transferPath}/import`,
    query: { integrationId: values.integration },
    body,
  })
  const id = plain(member(imported, 'id'))
  if (values.publish !== true) return values.json ? json(imported) : `Imported the draft ${id}.\n`
  const published = await callApi(connection, {
    method: 'POST',
    path: `${actionsPath}/${id}/draft/publish`,
    body: { version: member(imported, 'version') },
  })
  return values.json ? json(published) : `Imported and published ${id}.\n`
}

async function exportOne(
  connection: Connection,
  values: Values,
  subject: string | undefined,
): Promise<string> {
  const path = `${transferPath}/${idOf(subject)}/export`
  const reply = await callApi(connection, { method: 'GET', path })
  return values.json === true ? json(reply) : String(member(reply, 'content'))
}

async function testOne(
  connection: Connection,
  values: Values,
  subject: string | undefined,
): Promise<string> {
  const state = values.draft === true ? '/draft' : ''
  const reply = await callApi(connection, {
    method: 'POST',
    path: `${actionsPath}/${idOf(subject)}${state}/test`,
    query: { flatten: values.flatten === true ? 'true' : undefined },
    body: inputsOf(values),
  })
  if (values.json === true) return json(reply)
  const rows = members(reply, 'operations').map((step) => [
    member(step, 'step'),
    member(step, 'success') === true ? 'ok' : 'FAILED',
    duration(Number(member(step, 'durationMs'))),
    member(step, 'name'),
  ])
  const steps = table(['STEP', 'STATE', 'TOOK', 'WHAT WAS DONE'], rows)
  if (member(reply, 'success') === true) return `${steps}\n${json(member(reply, 'finalResult'))}`
  return `${steps}\n${plain(member(member(reply, 'error'), 'message'))}\n`
}

async function runOne(
  connection: Connection,
  values: Values,
  subject: string | undefined,
): Promise<string> {
  const reply = await callApi(connection, {
    method: 'POST',
    path: `${actionsPath}/${idOf(subject)}/execute`,
    query: { flatten: values.flatten === true ? 'true' : undefined },
    body: inputsOf(values),
  })
  return json(reply)
}

function idOf(subject: string | undefined): string {
  return encodeURIComponent(required(subject, 'The action id'))
}

function inputsOf({ input = [], body }: Values): object {
  const texts = pairs(input, '--input')
  if (body === undefined) return texts
  try {
    return { ...Object(JSON.parse(body)), ...texts }
  } catch (cause) {
    throw new CliError('--body must be JSON, such as {"name": "value"}.', 2, cause)
  }
}
