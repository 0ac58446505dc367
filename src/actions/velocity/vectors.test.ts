import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ContextValue } from './context.ts'
import { TemplateError, TemplateSyntaxError } from './errors.ts'
import { parseTemplate, renderTemplate } from './template.ts'
import { apacheEscapeTool } from './tools/escape.ts'
import { dateTool, numberTool } from './tools/format.ts'
import { mathTool } from './tools/math.ts'
import { Tool } from './values.ts'

interface Vector {
  readonly template: string
  readonly [column: string]: string
}

interface Vectors {
  readonly context: Readonly<Record<string, ContextValue>>
  readonly vectors: readonly Vector[]
}

const root = join(import.meta.dirname, '..', '..', '..')
const measured = ['..', '../..']
  .map((up) => join(root, up, 'shared', 'fixtures', 'vectors', 'velocity-vectors.json'))
  .find((path) => existsSync(path))

function load(path: string): Vectors {
  return JSON.parse(readFileSync(path, 'utf8'))
}

const firstFromArray = new Tool('Stub', {
  'firstFromArray(String)': (_, args) => `FFA(${args.text(0)})`,
  'firstFromArray(String,String)': (_, args) => `FFA(${args.text(0)}|${args.text(1)})`,
})

const tools = {
  esc: apacheEscapeTool,
  math: mathTool(() => 0.5),
  number: numberTool,
  date: dateTool(() => Date.UTC(2026, 5, 1)),
  successTemplateUtils: firstFromArray,
}

/** What a template renders to, or `!! Kind: message` with the first line of the message. */
function outcome(template: string, context: Vectors['context'], strict: boolean): string {
  try {
    return renderTemplate(parseTemplate(template), { ...context, ...tools }, { strict })
  } catch (error) {
    const known = error instanceof TemplateError || error instanceof TemplateSyntaxError
    if (!known) throw error
    return `!! ${error.kind}: ${error.message.split('\n')[0]}`
  }
}

function assertColumn(file: Vectors, column: string, strict: boolean): void {
  const different = file.vectors
    .map(({ template, [column]: expected }) => {
      const actual = outcome(template, file.context, strict)
      return { template, expected, actual }
    })
    .filter(({ expected, actual }) => expected !== actual)
  assert.ok(file.vectors.length > 50, 'the file holds too few vectors to prove anything')
  assert.deepEqual(different, [])
}

test('templates render as Apache Velocity 2.4 renders them in strict mode', () => {
  const own = load(join(import.meta.dirname, 'fixtures', 'own-vectors.json'))
  assertColumn(own, 'expected', true)
})

if (measured !== undefined) {
  test('every measured vector of the strict column is equal', () => {
    assertColumn(load(measured), 'velocity24_strict', true)
  })

  test('every measured vector of the lenient column is equal', () => {
    assertColumn(load(measured), 'velocity24', false)
  })
}
