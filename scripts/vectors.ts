/**
 * Counts how many recorded outcomes of the Java engines ours meet: `npm run vectors -- [folder]` reads
 * `velocity-vectors.json` and `jayway-vectors.json`; without a folder those beside the project, or the
 * project's own.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { JsonNumber } from '../src/actions/json/number.ts'
import { parseJson } from '../src/actions/json/read.ts'
import { type JsonValue, javaEquals } from '../src/actions/json/value.ts'
import {
  PathEvaluationError,
  PathNotFoundError,
  PathSyntaxError,
} from '../src/actions/jsonpath/errors.ts'
import { compilePath } from '../src/actions/jsonpath/path.ts'
import { contextValue } from '../src/actions/rendering.ts'
import type { ContextValue } from '../src/actions/velocity/context.ts'
import { TemplateError, TemplateSyntaxError } from '../src/actions/velocity/errors.ts'
import { parseTemplate, renderTemplate } from '../src/actions/velocity/template.ts'
import { apacheEscapeTool } from '../src/actions/velocity/tools/escape.ts'
import { dateTool, numberTool } from '../src/actions/velocity/tools/format.ts'
import { mathTool } from '../src/actions/velocity/tools/math.ts'
import { Tool } from '../src/actions/velocity/values.ts'

/** How many vectors of one file came out equal, and those that did not. */
export interface VectorCount {
  readonly title: string
  readonly equal: number
  readonly total: number
  readonly different: readonly string[]
}

const root = join(import.meta.dirname, '..')

/** The folder with the recorded vectors beside the project; undefined where there is none. */
export const recordedVectors: string | undefined = ['..', '../..']
  .map((up) => join(root, up, 'shared', 'fixtures', 'vectors'))
  .find((folder) => existsSync(folder))

function read(path: string): JsonValue {
  return parseJson(readFileSync(path, 'utf8'))
}

function member(value: JsonValue, name: string): JsonValue | undefined {
  return value instanceof Map ? value.get(name) : undefined
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : []
}

function count(title: string, outcomes: readonly (string | undefined)[]): VectorCount {
  const different = outcomes.filter((one) => one !== undefined)
  return { title, equal: outcomes.length - different.length, total: outcomes.length, different }
}

/** The tools that the recording ran with; `firstFromArray` was a stub that told its arguments. */
const tools: Readonly<Record<string, ContextValue>> = {
  esc: apacheEscapeTool,
  math: mathTool(() => 0.5),
  number: numberTool,
  date: dateTool(() => Date.UTC(2026, 5, 1)),
  successTemplateUtils: new Tool('Stub', {
    'firstFromArray(String)': (_, args) => `FFA(${args.text(0)})`,
    'firstFromArray(String,String)': (_, args) => `FFA(${args.text(0)}|${args.text(1)})`,
  }),
}

function rendered(
  template: string,
  context: Readonly<Record<string, ContextValue>>,
  strict: boolean,
): string {
  try {
    return renderTemplate(parseTemplate(template), { ...context, ...tools }, { strict })
  } catch (error) {
    const isKnown = error instanceof TemplateError || error instanceof TemplateSyntaxError
    if (!isKnown) throw error
    return `!! ${error.kind}: ${error.message.split('\n')[0]}`
  }
}

/** Renders every template of a file and compares with the columns that it has. */
export function velocityVectors(path: string): readonly VectorCount[] {
  const file = read(path)
  const given = member(file, 'context')
  const context: Record<string, ContextValue> = {}
  if (given instanceof Map) for (const [name, value] of given) context[name] = contextValue(value)
  const vectors = listOf(member(file, 'vectors'))
  const columns = [
    ['velocity24_strict', true],
    ['velocity24', false],
    ['expected', true],
  ] as const
  return columns
    .filter(([column]) => vectors.some((vector) => member(vector, column) !== undefined))
    .map(([column, strict]) => {
      const outcomes = vectors.map((vector) => {
        const template = String(member(vector, 'template'))
        const actual = rendered(template, context, strict)
        const wanted = String(member(vector, column))
        return actual === wanted ? undefined : `${template}\n  wanted ${wanted}\n  got    ${actual}`
      })
      return count(`Velocity, ${column}`, outcomes)
    })
}

/** Reads every path of a file and compares definiteness, value and error. */
export function jaywayVectors(path: string): VectorCount {
  const file = read(path)
  const documents = new Map<string, JsonValue>()
  const documentOf = (vector: JsonValue): JsonValue => {
    const own = member(file, 'document')
    if (typeof own === 'string') return parseJson(own)
    const name = String(member(vector, 'doc'))
    const document = documents.get(name) ?? read(join(path, '..', name))
    documents.set(name, document)
    return document
  }
  const outcomes = listOf(member(file, 'vectors')).map((vector) => {
    const text = String(member(vector, 'path'))
    const problem = compareRead(text, documentOf(vector), vector)
    return problem === undefined ? undefined : `${text}\n  ${problem}`
  })
  return count('Jayway JsonPath', outcomes)
}

function compareRead(text: string, document: JsonValue, vector: JsonValue): string | undefined {
  const wantedError = member(vector, 'error') ?? undefined
  try {
    const path = compilePath(text)
    const { value } = path.read(document)
    if (wantedError !== undefined) return `wanted ${String(wantedError)}, got a value`
    if (path.definite !== member(vector, 'definite')) return `definite is ${path.definite}`
    const recorded = member(vector, 'text')
    const wanted = typeof recorded === 'string' ? parseJson(recorded) : member(vector, 'result')
    return same(value, wanted ?? null) ? undefined : 'another value'
  } catch (error) {
    const isKnown =
      error instanceof PathSyntaxError ||
      error instanceof PathNotFoundError ||
      error instanceof PathEvaluationError
    if (!isKnown) throw error
    return error.errorClass === wantedError ? undefined : `${error.errorClass}: ${error.message}`
  }
}

/** The records went through another printer, so numbers at the root count by value. */
function same(left: JsonValue, right: JsonValue): boolean {
  if (left instanceof JsonNumber && right instanceof JsonNumber) {
    return left.toDouble() === right.toDouble()
  }
  return javaEquals(left, right)
}

/** Both files of a folder, or the project's own vectors where there is no folder. */
export function countVectors(folder: string | undefined): readonly VectorCount[] {
  const own = (part: string) => join(root, 'src', 'actions', part, 'fixtures', 'own-vectors.json')
  const [velocity, jayway] =
    folder === undefined
      ? [own('velocity'), own('jsonpath')]
      : [join(folder, 'velocity-vectors.json'), join(folder, 'jayway-vectors.json')]
  return [...velocityVectors(velocity), jaywayVectors(jayway)]
}

if (import.meta.main) {
  const counts = countVectors(process.argv[2] ?? recordedVectors)
  for (const { title, equal, total, different } of counts) {
    for (const one of different) process.stdout.write(`${one}\n`)
    process.stdout.write(`${title}: ${equal} of ${total} equal\n`)
  }
  const isWhole = counts.every(({ equal, total }) => total > 0 && equal === total)
  process.exitCode = isWhole ? 0 : 1
}
