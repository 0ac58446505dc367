import { readFileSync } from 'node:fs'
import { integrationTypes } from '../actions/action.ts'
import { definitionFaults } from '../actions/definition.ts'
import { type ActionFile, importAction } from '../actions/import.ts'
import { lintAction } from '../actions/lint.ts'
import { AppError } from '../errors.ts'
import { CliError } from './command.ts'
import { plain, table } from './print.ts'

/** Reads an exported data action; a `CliError` says why it is none. */
export function readActionFile(path: string): { readonly text: string; readonly file: ActionFile } {
  try {
    const text = readFileSync(path, 'utf8')
    return { text, file: importAction(text) }
  } catch (cause) {
    if (cause instanceof AppError) throw new CliError(`${path}: ${cause.message}`, 1, cause)
    throw new CliError(`${path} cannot be read.`, 1, cause)
  }
}

/**
 * The traps of an exported data action as a table, without a server. Fails with the same table when something
 * keeps the action from running, so that a build can stop there.
 */
export function lintFile(path: string): string {
  const { definition, kind, integrationType } = readActionFile(path).file
  const type = integrationTypes.find((one) => one === integrationType) ?? 'custom-rest-actions'
  const faults = definitionFaults(definition, { kind, integrationType: type })
  const issues = lintAction(definition)
  const marks = [
    ...faults.map(({ line = 1, column = 1, ...fault }) => ({
      severity: 'error',
      ...fault,
      line,
      column,
    })),
    ...issues,
  ]
  const found = marks.map(({ severity, field, line, column, message }) => [
    severity,
    `${field}:${line}:${column}`,
    message,
  ])
  // the linter and the rules of definitions both see a template that cannot be read
  const rows = [...new Map(found.map((row) => [row.join('\n'), row])).values()]
  if (rows.length === 0) return `${plain(definition.name)}: nothing to remark.\n`
  const shown = table(['SEVERITY', 'PLACE', 'WHAT'], rows)
  if (!rows.some(([severity]) => severity === 'error')) return shown
  throw new CliError(`${path} would fail:\n${shown.trimEnd()}`)
}
