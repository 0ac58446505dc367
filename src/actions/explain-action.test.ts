// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references of the template language
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createIds } from '../ids.ts'
import { explainAction, type SampleResponse } from './explain-action.ts'
import { flowFailure } from './failure.ts'
import { fromPlain } from './json/plain.ts'
import { writeJson } from './json/write.ts'
import { aSubject, type SubjectOptions } from './test-subject.ts'

const deps = {
  clock: { now: () => 1_000, after: () => () => {} },
  ids: createIds(() => 1_000),
  chance: () => 0.5,
  organizationId: 'o1',
}

function explain(
  options: SubjectOptions & { readonly url?: string },
  { input = {}, ...sample }: { readonly input?: object } & Partial<SampleResponse> = {},
  more: { readonly nullFormalReference?: 'error' } = {},
) {
  const subject = aSubject(options.url ?? 'https://a.example/', options)
  const call = { input: fromPlain(input), sample: { body: '{}', ...sample } }
  return explainAction(subject, call, { ...deps, ...more })
}

test('a sample stands in for the reply, and placeholders for what signing in gives', async () => {
  const result = await explain(
    {
      url: 'https://a.example/$esc.url($authResponse.token)',
      request: { headers: { authorization: 'Bearer ${authResponse.token}' } },
      credential: { type: 'userDefinedOAuth', fields: { id: 'x' } },
      response: {
        translationMap: { first: '$.list[?(@.x == 1)][0]', none: '$.none' },
        translationMapDefaults: { none: 'nothing' },
        successTemplate: '{"first": ${first}}',
      },
    },
    { body: '{"list":[{"x":1}]}' },
  )
  assert.equal(result.success, true)
  assert.equal(writeJson(result.finalResult ?? null), '{"first":[]}')
  assert.deepEqual(result.exchanges, [])
  const told = result.operations.flatMap(({ explanations }) => explanations).join('\n')
  assert.match(told, /sample stands in for the reply/)
  assert.match(told, /first: \[0\] is applied to each match of the filter/)
  assert.match(told, /none: .*not JSON by itself/)
  const [, , , , url] = result.operations
  assert.ok(url?.result instanceof Map)
  assert.equal(url.result.get('url'), 'https://a.example/%28authResponse.token%29')
})

test('a sample of a refusal explains the failure path, in the form that flows read', async () => {
  const result = await explain({}, { status: 404, body: '{"why":"gone"}' })
  assert.ok(result.error !== undefined)
  const failure = flowFailure(result.error)
  assert.deepEqual([failure.errorCode, failure.status], ['not.found', 404])
  assert.deepEqual(failure.details[0]?.errorCode, 'ACTION.REMOTE_ENDPOINT')
  assert.match(failure.userMessage, /gone/)
  assert.equal(failure.correlationId, result.contextId)
})

test('an absent input prints its own text and is told, or fails where the setting says so', async () => {
  const options: SubjectOptions = {
    inputs: { a: { type: 'string' } },
    request: { requestType: 'POST', requestTemplate: '{"a":"${input.a}","b":"$!{input.a}"}' },
  }
  const literal = await explain(options)
  assert.equal(literal.success, true)
  const told = literal.operations[6]?.explanations.join('') ?? ''
  assert.match(told, /\$\{input\.a\} at line 1, column 7 has no value/)
  const failing = await explain(options, {}, { nullFormalReference: 'error' })
  assert.match(
    failing.error?.message ?? '',
    /Reference \$\{input\.a\} evaluated to null .*line 1, column 7/,
  )
})

test('what the product knows is under input, and a contract may not take its names', async () => {
  const template =
    '{"raw": ${input.rawRequest}, "org": "$input.orgId", "i": "$INPUT.integrationId"}'
  const request: SubjectOptions['request'] = { requestType: 'POST', requestTemplate: template }
  const result = await explain({ request }, { input: { 'my-key': 12.5 } })
  assert.ok(result.operations[6]?.result instanceof Map)
  assert.equal(
    result.operations[6].result.get('body'),
    '{"raw": {"my-key":12.5}, "org": "o1", "i": "i1"}',
  )
  const taken = await explain({ inputs: { orgId: { type: 'string' } } })
  assert.match(taken.error?.message ?? '', /reserved name/)
})

test('addresses that lead elsewhere than they seem to are refused', async () => {
  for (const [url, wanted] of [
    ['http://a.example/', true],
    ['ftp://a.example/', false],
    ['a.example/x', false],
    ['https://a.example/a/../b', false],
    ['https://a.example/a/%2e%2E/b', false],
    ['https://a.example/?a=../b', true],
    ['https://a.example/a\nb', false],
    [' https://a.example/a b ', true],
    ['https://a.example/..a/b..', true],
  ] as const) {
    assert.equal((await explain({ url })).success, wanted, url)
  }
  const plain = await explain({ url: 'http://a.example/', integration: { allowPlainHttp: false } })
  assert.match(plain.error?.message ?? '', /must begin with https/)
})

test('a header with a line break is refused', async () => {
  const result = await explain(
    { inputs: { a: { type: 'string' } }, request: { headers: { 'X-A': 'b$input.a' } } },
    { input: { a: 'x\r\nY: z' } },
  )
  assert.equal(result.operations.at(-1)?.name, 'Resolve request header templates')
})

test('values keep their digits from the reply to the result', async () => {
  const result = await explain(
    {
      response: {
        translationMap: { id: '$.id', all: '$' },
        successTemplate: '{"id": ${id}, "text": "$esc.jsonEncode(${all})"}',
      },
    },
    { body: '{"id": 12345678901234567890123, "x": 0.1}' },
  )
  assert.equal(
    writeJson(result.finalResult ?? null),
    '{"id":12345678901234567890123,"text":"{\\"id\\":12345678901234567890123,\\"x\\":0.1}"}',
  )
})

const piece = fc.constantFrom(
  '$',
  '{',
  '}',
  '!',
  '#',
  '"',
  '\\',
  '(',
  ')',
  '[',
  ']',
  ',',
  ' ',
  '\n',
  '.',
  '1',
  'a',
  '${input.a}',
  '$!{input.a}',
  '$input.a.',
  '$esc.url(',
  '#if(',
  '#end',
  '#else',
  '#set($x = ',
  '#foreach($i in [1..999999])',
  '#macro(m)',
  '#m()',
  '#@m()',
  '$rawResult',
  '$math.',
  '[1..9]',
  '|',
  "'",
  '.replaceAll("(a+)+b","x")',
  '#evaluate(',
  '#define($d)',
  '$d',
  '#stop',
  '##',
  '#[[',
  ']]#',
)

test('no template of a request or result makes a run crash or hang', async () => {
  const template = fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join(''))
  await fc.assert(
    fc.asyncProperty(template, template, template, async (url, body, success) => {
      const beganMs = performance.now()
      const result = await explain(
        {
          url: `https://a.example/${url}`,
          inputs: { a: { type: 'string' } },
          request: { requestType: 'POST', requestTemplate: body, headers: { 'X-A': url } },
          response: { translationMap: { k: '$..k' }, successTemplate: success },
        },
        { input: { a: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' }, body: '{"k":[1,{"k":2}]}' },
      )
      assert.ok(performance.now() - beganMs < 5_000)
      assert.equal(result.success, result.error === undefined)
      if (result.error !== undefined) assert.equal(result.operations.at(-1)?.success, false)
    }),
    { numRuns: 150 },
  )
})
