import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fromPlain } from '../json/plain.ts'
import type { JsonValue } from '../json/value.ts'
import { PathEvaluationError, PathNotFoundError, PathSyntaxError } from './errors.ts'
import { compilePath } from './path.ts'

const limits = { stepsMax: 20_000, resultsMax: 5_000, regexStepsMax: 20_000 }

const pieces = fc.constantFrom(
  ...[
    '$',
    '@',
    '.',
    '..',
    '[',
    ']',
    '(',
    ')',
    '[?(',
    ')]',
    "'",
    '"',
    '*',
    ',',
    ':',
    '-1',
    '0',
    '9',
  ],
  ...[
    ' ',
    '!',
    '==',
    '!=',
    '<',
    '>=',
    '=~',
    ' in ',
    ' contains ',
    '&&',
    ' || ',
    '/',
    '\\',
    '{',
    '}',
  ],
  ...[
    'a',
    'b',
    'null',
    'true',
    '1e5',
    "'a'",
    '[1,2]',
    '/a+/i',
    '@.a',
    '$.b',
    "['a']",
    '[0]',
    '[*]',
  ],
  ...[
    'length()',
    'sum(',
    'concat("',
    'append($..a)',
    'keys()',
    'index(1)',
    '[1:]',
    '\u0000',
    '\ud800',
  ],
)
const paths = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.array(pieces, { maxLength: 14 }).map((parts) => parts.join('')),
  fc.array(pieces, { maxLength: 10 }).map((parts) => `$..[?(@.a ${parts.join('')})].a`),
)
const documents = fc.jsonValue({ maxDepth: 4 }).map(fromPlain)

test('any text as a path on any document gives a value or an error of a path', () => {
  fc.assert(
    fc.property(paths, documents, (path, document) => {
      const outcome = attempt(path, document)
      assert.ok(outcome === 'value' || isPathError(outcome), String(outcome))
    }),
    { numRuns: 3_000 },
  )
})

function attempt(path: string, document: JsonValue): unknown {
  try {
    compilePath(path, limits).read(document)
    return 'value'
  } catch (error) {
    return error
  }
}

function isPathError(error: unknown): boolean {
  return (
    error instanceof PathSyntaxError ||
    error instanceof PathNotFoundError ||
    error instanceof PathEvaluationError
  )
}
