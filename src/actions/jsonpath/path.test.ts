import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { JsonNumber } from '../json/number.ts'
import { parseJson } from '../json/read.ts'
import { type JsonValue, javaEquals } from '../json/value.ts'
import { writeJson } from '../json/write.ts'
import { PathEvaluationError, PathNotFoundError, PathSyntaxError } from './errors.ts'
import { compilePath } from './path.ts'

interface Outcome {
  readonly definite: boolean | null
  readonly value?: JsonValue
  readonly error?: string
  readonly message?: string
}

function outcomeOf(text: string, document: JsonValue): Outcome {
  let definite: boolean | null = null
  try {
    const path = compilePath(text)
    definite = path.definite
    return path.read(document)
  } catch (error) {
    const isPathError =
      error instanceof PathSyntaxError ||
      error instanceof PathNotFoundError ||
      error instanceof PathEvaluationError
    if (!isPathError) throw error
    return { definite, error: error.errorClass, message: error.message }
  }
}

function member(value: JsonValue, name: string): JsonValue {
  assert.ok(value instanceof Map)
  return value.get(name) ?? null
}

function listOf(value: JsonValue): JsonValue[] {
  assert.ok(Array.isArray(value))
  return value
}

describe('the outcomes of Jayway JsonPath 2.10 on our own document are met', () => {
  const file = new URL('fixtures/own-vectors.json', import.meta.url)
  const fixture = parseJson(readFileSync(file, 'utf8'))
  const source = member(fixture, 'document')
  assert.ok(typeof source === 'string')
  const document = parseJson(source)
  const vectors = listOf(member(fixture, 'vectors'))
  assert.ok(vectors.length > 100)
  for (const vector of vectors) {
    const path = String(member(vector, 'path'))
    test(path, () => {
      const { definite, value, error } = outcomeOf(path, document)
      assert.equal(definite, member(vector, 'definite'))
      assert.equal(error ?? null, member(vector, 'error'))
      assert.equal(value === undefined ? null : writeJson(value), member(vector, 'text'))
      assert.equal(writeJson(document), writeJson(parseJson(source)), 'the document has changed')
    })
  }
})

const sharedVectors = ['../../../../shared', '../../../../../shared']
  .map((path) => new URL(`${path}/fixtures/vectors/`, import.meta.url))
  .find((folder) => existsSync(new URL('jayway-vectors.json', folder)))

if (sharedVectors !== undefined) {
  const folder = sharedVectors
  describe('the recorded outcomes of Jayway JsonPath 2.10 are met', () => {
    const read = (name: string) => parseJson(readFileSync(new URL(name, folder), 'utf8'))
    for (const vector of listOf(member(read('jayway-vectors.json'), 'vectors'))) {
      const path = String(member(vector, 'path'))
      const name = String(member(vector, 'doc'))
      test(`${path} on ${name}`, () => {
        const { definite, value, error, message } = outcomeOf(path, read(name))
        assert.equal(definite, member(vector, 'definite'))
        assert.equal(error ?? null, member(vector, 'error'))
        const wanted = member(vector, 'message')
        if (typeof wanted === 'string') assert.ok(message?.startsWith(wanted), message)
        if (value !== undefined) assert.ok(sameJson(value, member(vector, 'result')))
      })
    }
  })
}

/** The records went through another printer (10.50 there, 10.5 in Java), so doubles count by value. */
function sameJson(left: JsonValue, right: JsonValue): boolean {
  if (left instanceof JsonNumber && right instanceof JsonNumber) {
    return left.toDouble() === right.toDouble()
  }
  return javaEquals(left, right)
}

describe('what a path may cost is limited', () => {
  const nested = parseJson(`${'['.repeat(300)}1${']'.repeat(300)}`)
  const items = parseJson(`[${'{"a":[1,2,3]},'.repeat(2_000)}{}]`)
  const cases: [string, string, JsonValue, object][] = [
    ['steps', '$..a[?(@ in $..a[*])]', items, { stepsMax: 10_000 }],
    ['results', '$..*', items, { resultsMax: 100 }],
    ['levels', '$..a', nested, { depthMax: 100 }],
    ['slices of billions', '$[-2147483648:2147483647]', items, {}],
    ['backtracking', '$[?(@ =~ /(a+)+b/)]', parseJson(`["${'a'.repeat(40)}"]`), {}],
  ]
  for (const [title, path, document, limits] of cases) {
    test(`${title} end with an error of their own`, () => {
      const read = () => compilePath(path, limits).read(document)
      assert.throws(read, { name: 'PathEvaluationError', errorClass: 'BudgetExceeded' })
    })
  }

  test('a stack that overflows first counts as a limit too', () => {
    const steps = '[*]'.repeat(290)
    let filters = '@'
    for (let level = 0; level < 40; level += 1) filters = `$${steps}[?(${filters} == 1)]`
    const limits = { depthMax: 1_000_000, nestingMax: 1_000, charactersMax: 1_000_000 }
    const path = compilePath(filters, limits)
    const message = /more stack than there is/
    assert.throws(() => path.read(nested), { errorClass: 'BudgetExceeded', message })
  })

  test('a path that is too long or too deep is refused when it is compiled', () => {
    assert.throws(() => compilePath('a'.repeat(20_000)), PathSyntaxError)
    assert.throws(
      () => compilePath(`$[?(${'('.repeat(500)}@.a${')'.repeat(500)})]`),
      PathSyntaxError,
    )
    assert.throws(() => compilePath('$[?(@'.repeat(100) + ')]'.repeat(100)), PathSyntaxError)
    assert.throws(() => compilePath('$[?(@.a =~ /(?:){999999999}/)]'), PathSyntaxError)
  })
})

describe('names that mean something to JavaScript are plain names', () => {
  const document = parseJson('{"__proto__":{"polluted":1},"constructor":"c","a":[]}')
  test('they are found where the document has them and nowhere else', () => {
    assert.equal(writeJson(compilePath('$.__proto__.polluted').read(document).value), '1')
    assert.equal(compilePath('$.constructor').read(document).value, 'c')
    for (const path of [
      '$.toString',
      '$.a.length',
      '$.a.constructor',
      '$.constructor.constructor',
    ]) {
      assert.throws(() => compilePath(path).read(document), PathNotFoundError, path)
    }
  })

  test('merging several names cannot reach a prototype', () => {
    const { value } = compilePath("$['__proto__','constructor']").read(document)
    assert.equal(writeJson(value), '{"__proto__":{"polluted":1},"constructor":"c"}')
    assert.equal(Reflect.get({}, 'polluted'), undefined)
  })
})

test('a syntax error names the character where reading stopped', () => {
  for (const [path, position] of [
    ['$. entities', 2],
    ['$.a[(@.length-1)]', 3],
    ['$.a[?(@.b foo 1)]', 10],
    ['$.a.length() - 1', 11],
  ] as const) {
    assert.throws(() => compilePath(path), { name: 'PathSyntaxError', position }, path)
  }
})

test('append() leaves the document of the caller alone', () => {
  const document = parseJson('{"a":[1]}')
  const { value } = compilePath('$.a.append($.a)').read(document)
  assert.equal(writeJson(value), '[1,[1]]')
  assert.equal(writeJson(document), '{"a":[1]}')
})
