import { operations } from '../api/index.ts'
import type { AnyOperation } from '../api/operation.ts'
import { CliError, type Command, pairs, parse } from './command.ts'
import { clientOptions, clientUsage, connectionOf } from './connection.ts'
import { callApi } from './http.ts'
import { json, table } from './print.ts'

/** Calls any operation of the API by its id. */
export const api: Command = {
  usage: () =>
    `signalbox api [<operation id>] [options]

Calls an operation of the API and prints its reply as JSON. Without an id it lists them.

  --path <name>=<value>   A part of the path, such as id=…; once for each
  --query <name>=<value>  A query parameter; once for each
  --body <json>           The body${clientUsage}`,
  async run(argv, terminal) {
    const { values, positionals } = parse(argv, {
      ...clientOptions,
      path: { type: 'string', multiple: true },
      query: { type: 'string', multiple: true },
      body: { type: 'string' },
    })
    const [id] = positionals
    if (id === undefined) {
      terminal.out(
        table(
          ['OPERATION', 'REQUEST', 'WHAT IT DOES'],
          operations.map((one) => [one.id, `${one.method} ${one.path}`, one.summary]),
        ),
      )
      return
    }
    const operation = operationOf(id)
    const path = pathOf(operation, pairs(values.path ?? [], '--path'))
    const query = pairs(values.query ?? [], '--query')
    const body = values.body === undefined ? {} : { body: bodyOf(values.body) }
    const { method } = operation
    const reply = await callApi(connectionOf(values), { method, path, query, ...body })
    terminal.out(json(reply))
  },
}

function operationOf(id: string): AnyOperation {
  const operation = operations.find((one) => one.id === id)
  if (operation !== undefined) return operation
  throw new CliError(`There is no operation "${id}". "signalbox api" lists them.`, 2)
}

function pathOf({ path }: AnyOperation, given: Readonly<Record<string, string>>): string {
  const unused = new Set(Object.keys(given))
  const whole = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = given[name]
    if (value === undefined || value === '') {
      throw new CliError(`The path ${path} needs --path ${name}=….`, 2)
    }
    unused.delete(name)
    return encodeURIComponent(value)
  })
  const [surplus] = unused
  if (surplus === undefined) return whole
  throw new CliError(`The path ${path} has no part "${surplus}".`, 2)
}

function bodyOf(text: string): unknown {
  try {
    const body: unknown = JSON.parse(text)
    return body
  } catch (cause) {
    throw new CliError('--body is not valid JSON.', 2, cause)
  }
}
