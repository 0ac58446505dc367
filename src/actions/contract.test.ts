import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { ActionContract, JsonSchema } from './action.ts'
import {
  coerceTexts,
  faultSentence,
  inputContractFaults,
  nestedInputs,
  outputContractFaults,
  takesNestedInputs,
  withDefaults,
} from './contract.ts'
import { flattenSchema, flattenValue } from './flatten.ts'
import { fromPlain } from './json/plain.ts'
import { parseJson } from './json/read.ts'
import type { JsonObject } from './json/value.ts'
import { writeJson } from './json/write.ts'
import { validateSchema } from './schema.ts'

function faults(schema: JsonSchema, value: string): readonly string[] {
  return validateSchema(parseJson(value), schema).map(
    ({ pointer, schemaPointer, keyword, message }) =>
      `${pointer} ${schemaPointer}/${keyword} ${message}`,
  )
}

test('an input contract takes neither references nor properties that are no schemas', () => {
  const of = (property: unknown) =>
    inputContractFaults({ type: 'object', properties: { a: property } })
  assert.deepEqual(of({ type: 'string' }), [])
  assert.match(
    of({ $ref: '#/definitions/a' })[0] ?? '',
    /Error location: \/properties\/a\. .*not allowed by the schema: \["\$ref"\]/,
  )
  assert.match(
    of('string')[0] ?? '',
    /Error location: \/properties\/a\. instance type \(string\) does not match any allowed primitive type \(allowed: \["object"\]\)/,
  )
})

describe('values are held against schemas of draft 4', () => {
  const cases: readonly [JsonSchema, string, string | undefined][] = [
    [{ type: 'integer' }, '1.0', undefined],
    [
      { type: 'integer' },
      '1.5',
      ' /type instance type (number) does not match any allowed primitive type (allowed: ["integer"])',
    ],
    [{ type: 'number' }, '12345678901234567890', undefined],
    [{ type: ['null', 'string'] }, 'null', undefined],
    [
      { type: ['string', 'null'] },
      '1',
      ' /type instance type (integer) does not match any allowed primitive type (allowed: ["null","string"])',
    ],
    [
      { type: 'array', properties: {}, items: { type: 'string' } },
      '["a",1]',
      '/1 /items/type instance type (integer) does not match any allowed primitive type (allowed: ["string"])',
    ],
    [{ enum: ['a', 1, null] }, '1', undefined],
    [
      { enum: ['a', 1] },
      '"1"',
      ' /enum instance value ("1") not found in enum (possible values: ["a",1])',
    ],
    [
      { additionalProperties: false, properties: { a: {} } },
      '{"a":1,"c":1,"b":2}',
      ' /additionalProperties object instance has properties which are not allowed by the schema: ["b","c"]',
    ],
    [
      { additionalProperties: { type: 'string' } },
      '{"x/y":1}',
      '/x~1y /additionalProperties/type instance type (integer) does not match any allowed primitive type (allowed: ["string"])',
    ],
    [
      { required: ['b', 'a'] },
      '{}',
      ' /required object has missing required properties (["a","b"])',
    ],
    [
      { maximum: 9007199254740992 },
      '9007199254740993',
      ' /maximum numeric instance is greater than the required maximum (maximum: 9007199254740992, found: 9007199254740993)',
    ],
    [
      { minimum: 1, exclusiveMinimum: true },
      '1',
      ' /minimum numeric instance is not strictly greater than the required minimum 1',
    ],
    [{ minimum: 1 }, '1', undefined],
    [{ maxLength: 1 }, '"\u{1F600}"', undefined],
    [
      { minLength: 2 },
      '"a"',
      ' /minLength string "a" is too short (length: 1, required minimum: 2)',
    ],
    [{ pattern: 'b+' }, '"abbc"', undefined],
    [{ pattern: '^b' }, '"ab"', ' /pattern ECMA 262 regex "^b" does not match input string "ab"'],
    [{ pattern: '(' }, '"ab"', undefined],
    [
      { minItems: 1 },
      '[]',
      ' /minItems array is too short: must have at least 1 elements but instance has 0 elements',
    ],
    [
      { maxItems: 0 },
      '[1]',
      ' /maxItems array is too long: must have at most 0 elements but instance has 1 elements',
    ],
    [
      { patternProperties: { '^n': { type: 'number' } } },
      '{"n":"x"}',
      '/n /patternProperties/^n/type instance type (string) does not match any allowed primitive type (allowed: ["number"])',
    ],
    [{ properties: { __proto__: null, constructor: { type: 'string' } } }, '{}', undefined],
    [{ type: 5, required: 'x', properties: [], enum: 1, minimum: 'a' }, '{}', undefined],
  ]
  for (const [schema, value, wanted] of cases) {
    test(`${JSON.stringify(schema)} and ${value}`, () => {
      assert.deepEqual(faults(schema, value), wanted === undefined ? [] : [wanted])
    })
  }

  test('a pattern that would take for ever counts as met', () => {
    assert.deepEqual(faults({ pattern: '^(a+)+$' }, `"${'a'.repeat(40)}!"`), [])
  })

  test('any schema and any value end without an error', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom(
            'type',
            'items',
            'properties',
            'enum',
            'required',
            'minimum',
            'additionalProperties',
          ),
          fc.jsonValue(),
        ),
        fc.jsonValue(),
        (schema, value) => {
          assert.ok(Array.isArray(validateSchema(fromPlain(value), schema)))
        },
      ),
      { numRuns: 200 },
    )
  })
})

test('a bad input contract is refused in the words of the vendor', () => {
  const schema = {
    type: 'object',
    properties: { sendTextSms: { type: 'object' }, ok: { type: 'string' } },
  }
  assert.deepEqual(inputContractFaults(schema), [
    'Failed Validation of contract.input.inputSchema as a simple properties schema. Must be an Object with properties and no sub-objects. JSON failed schema validation for the following reasons: Schema: # @/properties/properties/patternProperties/^[a-zA-Z][a-zA-Z0-9_-]*$/properties/type. Error location: /properties/sendTextSms/type. instance value ("object") not found in enum (possible values: ["boolean","integer","null","number","string"]).',
  ])
  assert.deepEqual(inputContractFaults({ type: 'object', properties: { 'a-b_1': {} } }), [])
  assert.match(inputContractFaults({ properties: { '1a': {} } })[0] ?? '', /\["1a"\]/)
})

test('an output contract is an object or a list of objects, without lists in lists', () => {
  const list = (items: object) => ({ type: 'array', items })
  assert.deepEqual(outputContractFaults({ type: 'object' }), [])
  assert.deepEqual(outputContractFaults(list({ type: 'object', properties: { a: list({}) } })), [])
  assert.equal(outputContractFaults({ type: 'string' }).length, 1)
  const nested = { type: 'object', properties: { a: list(list({})) } }
  assert.match(outputContractFaults(nested)[0] ?? '', /successSchema\.a has a list inside a list/)
})

function contract(properties: Readonly<Record<string, object>>): ActionContract {
  return { inputSchema: { type: 'object', properties }, successSchema: { type: 'object' } }
}

function object(text: string): JsonObject {
  const value = parseJson(text)
  assert.ok(value instanceof Map)
  return value
}

test('texts become what the contract asks for only where they are written as such', () => {
  const inputs = {
    i: { type: 'integer' },
    n: { type: 'number' },
    b: { type: 'boolean' },
    s: { type: 'string' },
    either: { type: ['string', 'integer'] },
  }
  const turned = (text: string) => writeJson(coerceTexts(object(text), contract(inputs)))
  assert.equal(
    turned('{"i":"5","n":" 12345678901234567890 ","b":"true","s":"5","either":"7","x":"1"}'),
    '{"i":5,"n":12345678901234567890,"b":true,"s":"5","either":"7","x":"1"}',
  )
  assert.equal(turned('{"i":"5.5","n":"x","b":"1"}'), '{"i":"5.5","n":"x","b":"1"}')
})

test('defaults fill in what is absent, not what is null', () => {
  const filled = withDefaults(
    object('{"b":null}'),
    contract({ a: { default: 1 }, b: { default: 2 } }),
  )
  assert.equal(writeJson(filled), '{"b":null,"a":1}')
})

test('only contracts of scripts ask for objects', () => {
  assert.equal(takesNestedInputs(contract({ a: { type: 'string' } })), false)
  assert.equal(takesNestedInputs(contract({ a: { type: ['object', 'null'] } })), true)
  assert.deepEqual(nestedInputs(object('{"a":1,"b":{},"c":[]}')), ['b', 'c'])
  assert.equal(nestedInputs([]), undefined)
})

test('faults are joined into one sentence', () => {
  const found = validateSchema(parseJson('{"a":1}'), { properties: { a: { type: 'string' } } })
  assert.equal(
    faultSentence(found),
    'JSON failed schema validation for the following reasons: Schema: #/properties/a/type. Error location: /a. instance type (integer) does not match any allowed primitive type (allowed: ["string"]).',
  )
})

describe('results are flattened for flows', () => {
  const cases: readonly [string, JsonSchema, string][] = [
    ['{"conversation":{"id":"c"},"n":1.50}', {}, '{"conversation.id":"c","n":1.5}'],
    [
      '{"details":[{"errorCode":"a"},{"fieldName":"b"}]}',
      {},
      '{"details.errorCode":["a",null],"details.fieldName":[null,"b"]}',
    ],
    ['{"tags":["a","b"],"none":[]}', {}, '{"tags":["a","b"],"none":[]}'],
    ['[{"Id":"1","A":{"b":2}},{"Id":"2"}]', {}, '{"Id":["1","2"],"A.b":[2,null]}'],
    [
      '{"list":[]}',
      { properties: { list: { type: 'array', items: { properties: { a: {}, b: {} } } } } },
      '{"list.a":[],"list.b":[]}',
    ],
    ['{"a":[{"b":[{"c":1}]}]}', {}, '{"a.b.c":[[1]]}'],
    ['{"a":{}}', {}, '{}'],
    ['[1,2]', {}, '{"value":[1,2]}'],
  ]
  for (const [value, schema, wanted] of cases) {
    test(value, () => assert.equal(writeJson(flattenValue(parseJson(value), schema)), wanted))
  }

  test('a flattened value has no objects in it, and lists of one origin are equally long', () => {
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
    const row = fc.dictionary(fc.constantFrom('a', 'b', 'c'), leaf)
    const value = fc.record({ rows: fc.array(row), inner: fc.record({ x: leaf, y: row }) })
    fc.assert(
      fc.property(value, (given) => {
        const flat = flattenValue(fromPlain(given), {})
        const lengths = new Set<number>()
        for (const [name, item] of flat) {
          assert.ok(!(item instanceof Map))
          if (name.startsWith('rows.') && Array.isArray(item)) lengths.add(item.length)
        }
        assert.ok(lengths.size <= 1)
      }),
      { numRuns: 100 },
    )
  })

  test('a schema is flattened the same way, and tells which names hold lists', () => {
    const { schema, arrayProperties } = flattenSchema({
      title: 'T',
      type: 'object',
      required: ['user'],
      additionalProperties: true,
      properties: {
        user: {
          type: 'object',
          required: ['name'],
          properties: {
            name: { type: 'string' },
            roles: {
              type: 'array',
              items: { type: 'object', properties: { id: { type: 'integer' } } },
            },
          },
        },
        tags: { type: 'array', items: { type: 'string' } },
      },
    })
    assert.deepEqual(schema, {
      title: 'T',
      type: 'object',
      additionalProperties: true,
      required: ['user.name'],
      properties: {
        'user.name': { type: 'string' },
        'user.roles.id': { type: 'array', items: { type: 'integer' } },
        tags: { type: 'array', items: { type: 'string' } },
      },
    })
    assert.deepEqual(arrayProperties, ['user.roles.id', 'tags'])
  })

  test('a list at the root gives its leaves without a prefix', () => {
    const items = { type: 'object', properties: { Id: { type: 'string' } } }
    const { schema, arrayProperties } = flattenSchema({ type: 'array', properties: {}, items })
    assert.deepEqual(schema, {
      type: 'object',
      properties: { Id: { type: 'array', items: { type: 'string' } } },
    })
    assert.deepEqual(arrayProperties, ['Id'])
  })
})
