import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parse as parseYaml, YAMLParseError } from 'yaml'
import { type ActionSubject, integrationTypes } from '../actions/action.ts'
import { CaseError, differences, readCases } from '../actions/cases.ts'
import { systemClock } from '../clock.ts'
import { createIds } from '../ids.ts'
import { CliError } from './command.ts'
import { readActionFile } from './lint-file.ts'

/** Files of cases are told from others by this. */
const caseFile = /\.cases\.(ya?ml|json)$/i

/** The files of cases below a folder, or the one file that is named. */
export function caseFiles(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => caseFile.test(name) && !name.includes('node_modules'))
    .map((name) => join(path, name))
    .toSorted()
}

/** Whether a file holds an exported action, as far as its name says. */
export function isActionFile(name: string): boolean {
  return /\.json$/i.test(name) && !caseFile.test(name)
}

/**
 * Does the saved cases of a file or folder without a server and without a network, and tells each. Fails with the
 * same text when one of them does not pass, so that a build stops there.
 */
export async function runCases(path: string): Promise<string> {
  const files = caseFiles(path)
  if (files.length === 0) {
    throw new CliError(`${path} holds no files named *.cases.yaml, *.cases.yml or *.cases.json.`)
  }
  const lines: string[] = []
  let failed = 0
  let total = 0
  for (const file of files) {
    lines.push(file)
    for (const { name, told } of await runFile(file)) {
      total += 1
      if (told.length > 0) failed += 1
      lines.push(`  ${told.length === 0 ? 'ok    ' : 'FAILED'} ${name}`)
      lines.push(...told.map((one) => `           ${one}`))
    }
  }
  lines.push(`${total - failed} of ${total} cases pass.`)
  if (failed > 0) throw new CliError(lines.join('\n'))
  return `${lines.join('\n')}\n`
}

async function runFile(file: string) {
  const { action, cases } = readCaseFile(file)
  const subject = subjectIn(resolve(dirname(file), action))
  const deps = { clock: systemClock, ids: createIds(() => systemClock.now()), chance: () => 0.5 }
  const done: { readonly name: string; readonly told: readonly string[] }[] = []
  for (const one of cases) {
    done.push({ name: one.name, told: await differences(subject, one, deps) })
  }
  return done
}

function readCaseFile(file: string): ReturnType<typeof readCases> {
  try {
    return readCases(parseYaml(readFileSync(file, 'utf8'), { intAsBigInt: true })) // JSON is YAML
  } catch (cause) {
    if (cause instanceof CaseError || cause instanceof YAMLParseError) {
      throw new CliError(`${file}: ${cause.message}`, 1, cause)
    }
    throw new CliError(`${file} cannot be read.`, 1, cause)
  }
}

/** The action of a file under an integration of its type that nobody configured. */
function subjectIn(path: string): ActionSubject {
  const { definition, kind, integrationType } = readActionFile(path).file
  const type = integrationTypes.find((one) => one === integrationType) ?? 'custom-rest-actions'
  const isProduct = type !== 'custom-rest-actions' && type !== 'purecloud-data-actions'
  return {
    id: 'custom_-_case',
    kind,
    definition,
    integration: {
      ...{ id: 'integration', name: 'Integration', type, version: 1, enabled: true },
      allowPlainHttp: true,
      ...(isProduct ? { baseUrl: 'https://service.invalid' } : {}),
    },
  }
}
