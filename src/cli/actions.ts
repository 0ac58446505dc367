import { existsSync } from 'node:fs'
import { parseJson } from '../actions/json/read.ts'
import type { JsonObject, JsonValue } from '../actions/json/value.ts'
import { writeIndented, writeJson } from '../actions/json/write.ts'
import { runCases } from './action-cases.ts'
import { CliError, type Command, pairs, parse, required } from './command.ts'
import { type Connection, clientOptions, clientUsage, connectionOf } from './connection.ts'
import { callApi, callForText } from './http.ts'
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
  const imported = await callApi(connection, {
    method: 'POST',
    path: `${transferPath}/import`,
    query: { integrationId: values.integration },
    bodyText: readActionFile(required(subject, 'The file')).text,
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
  const text = await callForText(connection, {
    method: 'POST',
    path: `${actionsPath}/${idOf(subject)}${state}/test`,
    query: { flatten: values.flatten === true ? 'true' : undefined },
    bodyText: inputsOf(values),
  })
  const reply = parseJson(text)
  const told = values.json === true ? writeIndented(reply) : testTold(JSON.parse(text), reply)
  if (reply instanceof Map && reply.get('success') === true) return `${told}\n`
  throw new CliError(told)
}

/** The steps of a test with the reasons for what they did, and how it ended; `exact` has all digits of the result. */
function testTold(reply: unknown, exact: JsonValue): string {
  const done = members(reply, 'operations')
  const rows = done.map((step) => [
    member(step, 'step'),
    member(step, 'success') === true ? 'ok' : 'FAILED',
    duration(Number(member(step, 'durationMs'))),
    member(step, 'name'),
  ])
  const reasons = done.flatMap((step) =>
    members(step, 'explanations').map((one) => `${plain(member(step, 'step'))}. ${plain(one)}\n`),
  )
  const steps = [table(['STEP', 'STATE', 'TOOK', 'WHAT WAS DONE'], rows), reasons.join('')]
    .filter((part) => part !== '')
    .join('\n')
  if (member(reply, 'success') !== true) {
    return `${steps}\n${plain(member(member(reply, 'error'), 'message'))}`
  }
  const result = exact instanceof Map ? exact.get('finalResult') : undefined
  return `${steps}\n${writeIndented(result ?? null)}`
}

async function runOne(
  connection: Connection,
  values: Values,
  subject: string | undefined,
): Promise<string> {
  const reply = await callForText(connection, {
    method: 'POST',
    path: `${actionsPath}/${idOf(subject)}/execute`,
    query: { flatten: values.flatten === true ? 'true' : undefined },
    bodyText: inputsOf(values),
  })
  return `${writeIndented(parseJson(reply))}\n`
}

function idOf(subject: string | undefined): string {
  return encodeURIComponent(required(subject, 'The action id'))
}

/** The inputs as JSON text, with all digits that they were given with. */
function inputsOf({ input = [], body = '{}' }: Values): string {
  const given = readInputs(body)
  for (const [name, value] of Object.entries(pairs(input, '--input'))) given.set(name, value)
  return writeJson(given)
}

function readInputs(body: string): JsonObject {
  const shape = '--body must be a JSON object, such as {"name": "value"}.'
  try {
    const given = parseJson(body)
    if (given instanceof Map) return new Map(given)
  } catch (cause) {
    throw new CliError(shape, 2, cause)
  }
  throw new CliError(shape, 2)
}
