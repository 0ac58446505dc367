// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references of the template language
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { explainAction } from './explain-action.ts'
import { importAction } from './import.ts'
import { fromPlain } from './json/plain.ts'
import { type LintIssue, lintAction } from './lint.ts'
import { aSubject, type SubjectOptions, testDeps } from './test-subject.ts'

const text = { type: 'string' }

function lint(options: SubjectOptions & { readonly url?: string }): readonly LintIssue[] {
  return lintAction(aSubject(options.url ?? 'https://a.example/', options).definition)
}

function found(issues: readonly LintIssue[]): readonly string[] {
  return issues.map(({ code, line, column }) => `${code} ${line}:${column}`)
}

const post = (requestTemplate: string, headers = {}): SubjectOptions['request'] => ({
  requestType: 'POST',
  requestTemplate,
  headers,
})

/** Required inputs, so that only escaping matters. */
function required(...names: readonly string[]): SubjectOptions['contract'] {
  const properties = Object.fromEntries(names.map((name) => [name, text]))
  return { inputSchema: { type: 'object', required: names, properties } }
}

describe('inputs in a JSON body', () => {
  const contract = required('a')
  const cases: readonly [string, readonly string[]][] = [
    ['{"x": "${input.a}"}', ['unescapedInput 1:8']],
    ['{\n\t"x": "<$!input.a>"}', ['unescapedInput 2:16']],
    ['{"x": "$esc.jsonEncode(${input.a})"}', []],
    ['{"x": "$esc.jsonString("${input.a}!")"}', []],
    ['{"x": "$esc.url(${input.a})"}', ['unescapedInput 1:17']],
    ['{"x": "\\"${input.a}"}', ['unescapedInput 1:10']],
    ['{"x": "\\\\", "y": ${input.a}}', ['rawFragment 1:18']],
    ['#if("${input.a}" == "x"){}#else{"b": "${INPUT.a}"}#end', ['unescapedInput 1:39']],
    ['${input.rawRequest}', []],
    ['{"x": "${input.orgId}"}', []],
    ['#set($input = "x"){"x": "$input.a"}', []],
  ]
  for (const [template, wanted] of cases) {
    test(template, () => {
      assert.deepEqual(
        found(lint({ contract: contract ?? {}, request: post(template) ?? {} })),
        wanted,
      )
    })
  }
})

test('a header Accept that asks for something else than JSON is remarked', () => {
  const codes = (accept: string) => {
    const issues = lint({ request: post('{}', { accept }) ?? {} })
    return issues.map(({ code, field }) => `${code} ${field}`)
  }
  assert.deepEqual(codes('text/xml'), ['acceptNotJson config.request.headers.accept'])
  for (const fine of ['application/json', 'application/vnd.api+json; q=1', '*/*', '$x.y']) {
    assert.ok(!codes(fine).some((code) => code.startsWith('accept')), fine)
  }
})

describe('inputs in a URL', () => {
  const contract = required('a', 'b')
  for (const [url, wanted] of [
    ['https://a.example/${input.a}?b=$esc.url($input.b)', ['unescapedInUrl 1:19']],
    ['https://a.example/$esc.uriEncode("${input.a}/x")', []],
    ["https://a.example/${input.a.replace(' ', '%20')}", []],
    ['https://a.example/?$urlTool.optionalQueryParam("b", $!input.b)', []],
  ] as const) {
    test(url, () => {
      assert.deepEqual(found(lint({ contract: contract ?? {}, url })), wanted)
    })
  }
  test('numbers and fixed choices need no escape', () => {
    const inputs = { n: { type: 'integer' }, c: { type: 'string', enum: ['x'] } }
    const issues = lint({ inputs, url: 'https://a.example/$!{input.n}/$!{input.c}' })
    assert.deepEqual(found(issues), [])
  })
})

test('a form needs its own escape', () => {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const issues = lint({
    contract: required('a') ?? {},
    request: post('x=${input.a}', headers) ?? {},
  })
  assert.deepEqual(found(issues), ['unescapedInUrl 1:3'])
  assert.match(issues[0]?.message ?? '', /urlFormEncode/)
})

test('an optional input that is printed without ! is found, unless a condition asks for it', () => {
  const inputs = { n: { type: 'number' } }
  const cases: readonly [string, readonly string[]][] = [
    ['{"n": ${input.n}}', ['optionalInput 1:7']],
    ['{"n": $!{input.n}}', ['optionalInput 1:7']],
    ['{"n": "$!{input.n}"}', []],
    ['{#if("$!{input.n}" != "")"n": ${input.n}#end}', []],
    ['{"n": "${input.N}"}', ['unknownInput 1:8', 'unescapedInput 1:8']],
  ]
  for (const [template, wanted] of cases) {
    assert.deepEqual(found(lint({ inputs, request: post(template) ?? {} })), wanted, template)
  }
})

test('keys, defaults and outputs that do not meet are found', () => {
  const issues = lint({
    contract: {
      successSchema: {
        type: 'object',
        required: ['gone'],
        properties: { a: text, gone: text, other: text },
      },
    },
    response: {
      translationMap: {
        a: '$.a',
        list: '$.list[?(@.x)][0].n',
        bad: '$.a[?(',
        spare: '$.b',
        scan: '$..c',
      },
      translationMapDefaults: { a: 'none', list: '[]', lost: '1', scan: '[]' },
      successTemplate: '{"a": "${a}",\n "l": ${list}, "m": ${misspelt}, "b": ${bad}, "s": ${scan}}',
    },
  })
  assert.deepEqual(
    issues.map(({ code, severity, field, line, column }) => {
      const place = field.replace('config.response.', '')
      return `${severity} ${code} ${place} ${line}:${column}`
    }),
    [
      'error unreachableOutput successTemplate 1:1',
      'warning unreachableOutput successTemplate 1:1',
      'warning quotedTranslation successTemplate 1:8',
      'error missingTranslation successTemplate 2:21',
      'info unsetTranslation successTemplate 2:39',
      'error invalidPath translationMap.bad 1:4',
      'info unusedDefault translationMap.list 1:1',
      'warning indexAfterFilter translationMap.list 1:15',
      'info unusedDefault translationMap.scan 1:1',
      'info unusedTranslation translationMap.spare 1:1',
      'warning invalidDefault translationMapDefaults.a 1:1',
      'warning defaultWithoutPath translationMapDefaults.lost 1:1',
    ],
  )
})

test('variables that the template sets itself are no keys', () => {
  const successTemplate =
    '#set($x = 1)#foreach($i in [1..2])$i$foreach.count#end#macro(m $p)$p#end#define($d)1#end$x$d'
  assert.deepEqual(found(lint({ response: { successTemplate } })), [])
})

test('secrets in plain sight are found in headers, URLs and bodies', () => {
  const issues = lint({
    url: 'https://a.example/?api_key=abcd1234&page=2',
    request: {
      requestType: 'POST',
      requestTemplate:
        '{\n  "clientSecret": "hunter2hunter2",\n  "password": "$credentials.password"\n}',
      headers: {
        Authorization: 'Bearer abc.def.ghi',
        'X-Api-Key': 'k1',
        'x-token': '$credentials.token',
        Accept: 'application/json',
      },
    },
  })
  assert.deepEqual(
    issues.map(
      ({ code, field, line, column }) => `${code} ${field.split('.').at(-1)} ${line}:${column}`,
    ),
    [
      'literalSecret Authorization 1:1',
      'literalSecret X-Api-Key 1:1',
      'literalSecret requestTemplate 2:3',
      'literalSecret requestUrlTemplate 1:20',
    ],
  )
})

test('a template that cannot be read is one issue with its place', () => {
  const issues = lint({ response: { successTemplate: '{\n #if($x)' } })
  assert.equal(issues[0]?.code, 'invalidTemplate')
  assert.equal(issues[0]?.severity, 'error')
  assert.ok((issues[0]?.line ?? 0) >= 1)
})

test('an action with an unescaped message is flagged and still runs, until a quote comes', async () => {
  const file = join(import.meta.dirname, '..', '..', 'test/fixtures/actions/open-text.json')
  const { definition } = importAction(readFileSync(file, 'utf8'))
  assert.deepEqual(found(lintAction(definition)), ['unescapedInput 3:16', 'unescapedInput 5:15'])
  const subject = { ...aSubject(''), definition }
  subject.integration = { ...subject.integration, type: 'purecloud-data-actions' }
  const deps = testDeps()
  const explain = (message: string) => {
    const input = fromPlain({ To: '+1:+2', Message: message })
    return explainAction(subject, { input, sample: { body: '{"id":"m1"}' } }, deps)
  }
  assert.equal((await explain('hello')).success, true)
  const broken = await explain('say "hello"')
  assert.equal(broken.operations.at(-1)?.name, 'Resolve request body template')
  await deps.close()
})
