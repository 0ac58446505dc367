// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references of the template language
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type SeenRequest, type StandInAnswer, startStandIn } from '../connectors/stand-in.ts'
import { executeAction, testAction } from './execute.ts'
import { fromPlain } from './json/plain.ts'
import { writeJson } from './json/write.ts'
import type { ActionCall, ActionResult } from './outcome.ts'
import { testExecutionResult } from './present-result.ts'
import { createRunLimits } from './run-limits.ts'
import type { ActionDeps } from './run-means.ts'
import { aSubject, type SubjectOptions, testDeps } from './test-subject.ts'

type Answer = (request: SeenRequest) => StandInAnswer | Promise<StandInAnswer>

const json = (body: string, status = 200) => ({
  status,
  headers: { 'content-type': 'application/json' },
  body,
})

async function setUp(t: TestContext, answer: Answer, changes: Partial<ActionDeps> = {}) {
  const standIn = await startStandIn(answer)
  const deps = testDeps(changes)
  t.after(() => deps.close())
  t.after(() => standIn.close())
  const run = (
    options: SubjectOptions & { readonly path?: string },
    input: object = {},
    call: Partial<ActionCall> = {},
  ) => {
    const subject = aSubject(standIn.url + (options.path ?? '/'), options)
    return executeAction(subject, { input: fromPlain(input), ...call }, deps)
  }
  return { standIn, deps, run }
}

function failed(result: ActionResult) {
  assert.equal(result.success, false)
  const last = result.operations.at(-1)
  assert.ok(last?.error !== undefined && result.error !== undefined)
  assert.deepEqual(last.error, result.error)
  assert.ok(result.operations.slice(0, -1).every(({ success }) => success))
  return { step: last, error: result.error }
}

function printed(result: ActionResult): string {
  assert.ok(result.finalResult !== undefined, JSON.stringify(result.error))
  return writeJson(result.finalResult)
}

const lookUp: SubjectOptions & { path: string } = {
  path: '/people/${input.id}?q=$esc.url(${input.q})',
  inputs: { id: { type: 'string' }, q: { type: 'string' } },
  request: {
    requestType: 'POST',
    headers: { 'X-Trace': 't-$input.id', 'Transfer-Encoding': 'buffered' },
    requestTemplate: '{"q": "$esc.jsonEncode($!{input.q})"}',
  },
  response: {
    translationMap: { id: '$.id', tags: '$.tags[?(@.on == true)].n', none: '$.none' },
    translationMapDefaults: { none: '"-"', tags: '["x"]' },
    successTemplate:
      '{"id": ${id}, "tag": ${successTemplateUtils.firstFromArray("${tags}", "null")}, "none": ${none}}',
  },
}

test('a run goes through the steps of the test screen, and tells what each did', async (t) => {
  const { standIn, run } = await setUp(t, () => json('{"id":1234567890123456789,"tags":[]}'))
  const result = await run(lookUp, { id: 'a1', q: 'say "hi" & go' }, { flatten: true })
  assert.equal(printed(result), '{"id":1234567890123456789,"tag":null,"none":"-"}')
  assert.deepEqual(
    result.operations.map(({ step, name }) => `${step}. ${name}`),
    [
      '1. Validate request body contains simple json (key-value pairs)',
      '2. Validate action definition',
      '3. Validate request body against simple input schema',
      '4. Perform authentication',
      '5. Resolve request URL template',
      '6. Resolve request header templates',
      '7. Resolve request body template',
      '8. Execute',
      '9. Resolve translation map',
      '10. Apply output transformation',
      '11. Validate output against schema',
      '12. Flatten output',
    ],
  )
  const [seen] = standIn.seen
  assert.equal(seen?.method, 'POST')
  assert.equal(seen?.path, '/people/a1')
  assert.equal(seen?.query.get('q'), 'say "hi" & go')
  assert.equal(seen?.headers['x-trace'], 't-a1')
  assert.equal(seen?.headers['content-type'], 'application/json')
  assert.equal(seen?.headers['transfer-encoding'], undefined)
  assert.deepEqual(JSON.parse(String(seen?.body)), { q: 'say "hi" & go' })
  const translation = result.operations[8]?.explanations.join('\n') ?? ''
  assert.match(translation, /tags: .*empty list.*default does not apply/)
  assert.match(translation, /none: .*is not there.*default is used/)
  assert.equal(result.exchanges.length, 1)
  assert.equal(result.exchanges[0]?.status, 200)
})

test('a draft is named in the second step', async (t) => {
  const { run } = await setUp(t, () => json('{}'))
  const result = await run({}, {}, { draft: true })
  assert.equal(result.operations[1]?.name, 'Validate draft definition')
})

test('inputs that are no key-value pairs end the run in the first step', async (t) => {
  const { standIn, run } = await setUp(t, () => json('{}'))
  const { step, error } = failed(await run({}, { a: 1, nested: { b: 1 } }))
  assert.equal(step.step, 1)
  assert.match(error.message, /object or a list in: nested/)
  assert.deepEqual(
    [error.status, error.code, error.details],
    [400, 'bad.request', [{ errorCode: 'ACTION.PROCESSING' }]],
  )
  assert.equal(failed(await run({}, [1])).step.step, 1)
  assert.equal(standIn.seen.length, 0)
})

test('inputs that do not fit the contract end it in the third, in the wording of the vendor', async (t) => {
  const { run } = await setUp(t, () => json('{}'))
  const inputSchema = {
    type: 'object',
    required: ['n', 'a'],
    properties: { n: { type: 'integer' } },
  }
  const successSchema = { type: 'object' }
  const { step, error } = failed(
    await run({ contract: { inputSchema, successSchema } }, { n: 'x' }),
  )
  assert.equal(step.step, 3)
  assert.equal(
    error.message,
    'JSON failed schema validation for the following reasons: Schema: #/required. object has missing required properties (["a"]). Schema: #/properties/n/type. Error location: /n. instance type (string) does not match any allowed primitive type (allowed: ["integer"]).',
  )
  const contract = { inputSchema, successSchema }
  const coerced = await run({ contract }, { n: '5', a: 1 }, { coerceTexts: true })
  assert.equal(coerced.success, true)
})

test('an action that is not valid ends it in the second, and every fault is placed', async (t) => {
  const { run } = await setUp(t, () => json('{}'))
  const result = await run({
    request: { requestTemplate: '{\n  #if($input.a)', requestType: 'POST' },
    response: { translationMap: { a: '$.a[?(' } },
  })
  const { step, error } = failed(result)
  assert.equal(step.step, 2)
  assert.match(error.message, /requestTemplate \(line \d+, column \d+\)/)
  assert.match(error.message, /translationMap\.a \(line 1, column \d+\)/)
})

test('a misspelt key of the translation map fails as it does with the vendor', async (t) => {
  const { run } = await setUp(t, () => json('{"a":1}'))
  const { step, error } = failed(
    await run({
      response: {
        translationMap: { Presence: '$.a' },
        successTemplate: '{"PresenceArray" : $Presences}',
      },
    }),
  )
  assert.equal(step.step, 10)
  assert.equal(
    error.message,
    "Transform failed to process result using 'successTemplate' template due to error:'Variable $Presences has not been set at successTemplate[line 1, column 20]'\n Template:'{\"PresenceArray\" : $Presences}'.",
  )
  assert.match(step.explanations.join('\n'), /line 1, column 20/)
})

test('a body that renders to no JSON is not sent, and the value that broke it is named', async (t) => {
  const { standIn, run } = await setUp(t, () => json('{}'))
  const { step } = failed(
    await run(
      {
        inputs: { Message: { type: 'string' } },
        request: { requestType: 'POST', requestTemplate: '{\n "text": "${input.Message}"\n}' },
      },
      { Message: 'say "hi"' },
    ),
  )
  assert.equal(step.step, 7)
  assert.match(step.explanations.join('\n'), /line 2, column 16/)
  assert.match(
    step.explanations.join('\n'),
    /\$\{input\.Message\} at line 2, column 11 .*jsonEncode/,
  )
  assert.equal(standIn.seen.length, 0)
})

test('other bodies than JSON go out as rendered', async (t) => {
  const { standIn, run } = await setUp(t, () => json(''))
  const result = await run(
    {
      inputs: { a: { type: 'string' } },
      request: {
        requestType: 'PUT',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        requestTemplate: 'a=$esc.uriEncode($input.a)&b=2',
      },
    },
    { a: 'x y&z' },
  )
  assert.equal(printed(result), '{}')
  assert.equal(String(standIn.seen[0]?.body), 'a=x%20y%26z&b=2')
})

test('GET and a plain DELETE send no body; PATCH does', async (t) => {
  const { standIn, run } = await setUp(t, () => json('{}'))
  for (const requestType of ['GET', 'DELETE', 'PATCH'] as const) {
    const requestTemplate = '${input.rawRequest}'
    assert.equal((await run({ request: { requestType, requestTemplate } }, { a: 1 })).success, true)
  }
  assert.deepEqual(
    standIn.seen.map(({ method, body }) => `${method} ${body}`),
    ['GET ', 'DELETE ', 'PATCH {"a":1}'],
  )
})

test('a refusal of the service is told with its words and a status of its own', async (t) => {
  let status = 404
  const { run } = await setUp(t, () => json('{"message":"no such person"}', status))
  const { step, error } = failed(await run({}))
  assert.equal(step.step, 8)
  assert.deepEqual([error.status, error.code], [404, 'not.found'])
  assert.deepEqual(error.details, [{ errorCode: 'ACTION.REMOTE_ENDPOINT' }])
  assert.match(error.errors[0]?.message ?? '', /no such person.*\[[0-9a-f-]{36}\]$/)
  for (const [remote, own] of [
    [401, 400],
    [403, 400],
    [429, 429],
    [500, 500],
    [503, 502],
    [302, 400],
  ] as const) {
    status = remote
    const refusal = failed(await run({})).error
    assert.deepEqual([refusal.status, refusal.errors[0]?.status], [own, remote])
  }
})

test('a result that does not fit the contract fails', async (t) => {
  const { run } = await setUp(t, () => json('{"priority":""}'))
  const successSchema = { type: 'object', properties: { priority: { type: 'integer' } } }
  const inputSchema = { type: 'object', properties: {} }
  const { step, error } = failed(await run({ contract: { inputSchema, successSchema } }))
  assert.equal(step.step, 11)
  assert.match(error.message, /#\/properties\/priority\/type\. Error location: \/priority/)
})

test('text behind the JSON of the template is ignored, and told', async (t) => {
  const { run } = await setUp(t, () => json('{"a":[1]}'))
  const result = await run({
    response: { translationMap: { a: '$.a' }, successTemplate: '{"a" : ${a}}}' },
  })
  assert.equal(printed(result), '{"a":[1]}')
  assert.match(result.operations[9]?.explanations.join('') ?? '', /further text.*ignored: \}/)
})

test('a reply that is no JSON fails where it is read', async (t) => {
  const { run } = await setUp(t, () => ({ status: 200, body: '<xml/>' }))
  assert.equal(failed(await run({})).step.step, 10)
  const response = { translationMap: { a: '$.a' }, translationMapDefaults: { a: '1' } }
  assert.equal(failed(await run({ response })).step.step, 9)
})

test('an action that takes too long ends with its time-out', async (t) => {
  const { run } = await setUp(t, () => 'hang')
  const beganMs = performance.now()
  const { step, error } = failed(await run({ config: { timeoutSeconds: 1 } }))
  assert.ok(performance.now() - beganMs < 5_000)
  assert.equal(step.step, 8)
  assert.deepEqual([error.status, error.code], [504, 'gateway.timeout'])
  assert.match(error.message, /time-out of 1 seconds/)
})

test('a connection that ends early and a reply that is too long are failures of the service', async (t) => {
  let body: StandInAnswer = 'cut'
  const { run } = await setUp(t, () => body)
  assert.equal(failed(await run({})).error.status, 502)
  body = json(`{"a":"${'x'.repeat(2_200_000)}"}`)
  const { error } = failed(await run({}))
  assert.match(error.message, /longer than 2097152 bytes/)
  body = json(`{"a":"${'x'.repeat(1_500_000)}"}`)
  assert.equal((await run({})).success, true)
})

test('nothing is sent twice unless the action asks for it', async (t) => {
  let calls = 0
  const { run } = await setUp(t, () => {
    calls += 1
    return calls < 3
      ? { status: 503, headers: { 'retry-after': '0' }, body: 'busy' }
      : json('{"n":3}')
  })
  assert.equal(failed(await run({})).error.status, 502)
  assert.equal(calls, 1)
  const result = await run({ config: { retry: { countMax: 2, delayMs: 5 } } })
  assert.equal(printed(result), '{"n":3}')
  assert.match(result.operations[7]?.explanations.join('') ?? '', /503.*Sent again after 5 ms/)
  calls = -9
  assert.equal((await run({ config: { retry: { countMax: 1, delayMs: 1 } } })).success, false)
  assert.equal(calls, -7)
})

test('a reply that is a text with JSON in it counts as that JSON', async (t) => {
  const { run } = await setUp(t, ({ path }) =>
    json(
      path === '/word' ? '"[word"' : path === '/five' ? '"5"' : '"{\\"n\\": 12345678901234567890}"',
    ),
  )
  const result = await run({ path: '/', response: { translationMap: { m: '$.n' } } })
  assert.equal(printed(result), '{"n":12345678901234567890}')
  assert.match(result.operations[7]?.explanations.join('') ?? '', /a text that holds JSON/)
  assert.equal((await run({ path: '/word' })).success, false)
  assert.equal((await run({ path: '/five' })).success, false)
})

test('concurrency and volume are limited by organization', async (t) => {
  let nowMs = 1_000
  const limits = createRunLimits({ now: () => nowMs, concurrentMax: 1, perMinuteMax: 3 })
  const { run } = await setUp(t, () => json('{}'), { limits })
  const both = await Promise.all([run({}), run({})])
  assert.deepEqual(both.map(({ success }) => success).sort(), [false, true])
  const refused = both.find(({ success }) => !success)
  assert.deepEqual([refused?.error?.status, refused?.error?.code], [429, 'too.many.requests'])
  assert.deepEqual(refused?.error?.limit, {
    key: 'actions.concurrent.executions.max',
    namespace: 'data.actions',
    value: 1,
  })
  assert.equal((await run({})).success, true)
  assert.equal((await run({})).success, true)
  const beyond = await run({})
  assert.match(beyond.error?.message ?? '', /3 executions a minute/)
  assert.equal(beyond.error?.limit?.key, 'requests.volume.max')
  nowMs += 60_000
  assert.equal((await run({})).success, true)
  assert.equal(limits.underWay('o1'), 0)
})

test('private addresses are refused without leave', async (t) => {
  const { deps } = await setUp(t, () => json('{}'))
  const subject = aSubject('http://10.1.2.3/')
  const result = await executeAction(subject, { input: new Map() }, deps)
  assert.match(failed(result).error.message, /not on the public internet/)
})

test('secrets of a credential and inputs of a secure action are in no step and no transcript', async (t) => {
  const { run } = await setUp(t, ({ body }) => json(`{"echo":${JSON.stringify(String(body))}}`))
  const result = await run(
    {
      path: '/?k=${credentials.apiPin}',
      inputs: { card: { type: 'string' } },
      secure: true,
      credential: { type: 'userDefined', fields: { apiPin: 'pin-4711-pin' } },
      request: {
        requestType: 'POST',
        headers: { 'X-Thing': '${credentials.apiPin}' },
        requestTemplate: '{"c":"${input.card}","p":"${credentials.apiPin}"}',
      },
    },
    { card: '4111111111111111' },
  )
  assert.match(printed(result), /pin-4711-pin/)
  const { operations, exchanges } = result
  const text = JSON.stringify({ operations, exchanges }, (_key, value) =>
    value instanceof Map ? Object.fromEntries(value) : value,
  )
  assert.doesNotMatch(text, /pin-4711-pin/)
  assert.doesNotMatch(text, /4111111111111111/)
  assert.match(text, /\[redacted\]/)
})

test('a test gives the flattened result unless it asks not to', async (t) => {
  const { standIn, deps } = await setUp(t, () =>
    json('{"user":{"name":"A","roles":[{"id":1,"n":"x"},{"id":2}]},"ok":true}'),
  )
  const subject = aSubject(`${standIn.url}/`)
  const input = new Map()
  assert.equal(
    printed(await testAction(subject, { input }, deps)),
    '{"user.name":"A","user.roles.id":[1,2],"user.roles.n":["x",null],"ok":true}',
  )
  const plain = await testAction(subject, { input, flatten: false }, deps)
  assert.match(printed(plain), /"roles":\[\{/)
})

test('functions run through the seam, and their words are told when they fail', async (t) => {
  const seen: unknown[] = []
  const { run } = await setUp(t, () => json('{}'), {
    runFunction: async ({ event, clientContext, inputs }) => {
      seen.push([
        writeJson(event),
        clientContext['x-mine'],
        clientContext['ININ-Organization-Id'],
        inputs.get('b'),
      ])
      return seen.length === 1 ? { value: fromPlain({ ok: true }) } : { failure: 'errorType: E' }
    },
  })
  const options: SubjectOptions = {
    integration: { type: 'function-data-actions' },
    inputs: { a: { type: 'string' }, b: { type: 'string', default: 'POST' } },
    request: {
      requestType: 'POST',
      headers: { 'x-mine': '$input.a' },
      requestTemplate: '{"a":"$input.a"}',
    },
  }
  assert.equal(printed(await run(options, { a: 'v' })), '{"ok":true}')
  assert.deepEqual(seen, [['{"a":"v"}', 'v', 'o1', 'POST']])
  const { error } = failed(await run(options, { a: 'v' }))
  assert.deepEqual(
    [error.message, error.code, error.status],
    ['Internal Server Error', 'internal.server.error', 500],
  )
  assert.match(
    error.errors[0]?.message ?? '',
    /^REST call for action execute failed\. Message: Invoked function failed\. Response from function: errorType: E \[/,
  )
})

test('a failed step shows what it had rendered or received', async (t) => {
  const { run } = await setUp(t, () => json('{"message":"no"}', 422))
  const refused = failed(await run({})).step
  assert.ok(refused.result instanceof Map)
  assert.equal(refused.result.get('body'), '{"message":"no"}')
  const request = { requestType: 'POST', requestTemplate: '{"a": }' } as const
  assert.equal(failed(await run({ request })).step.result, '{"a": }')
})

test('actions of an integration that is not active fail', async (t) => {
  const { standIn, run } = await setUp(t, () => json('{}'))
  const { error } = failed(await run({ integration: { enabled: false } }))
  assert.match(error.message, /"Web" is not active/)
  assert.equal(standIn.seen.length, 0)
})

test('a function of AWS Lambda is invoked by its ARN, its headers being the client context', async (t) => {
  let isFailing = false
  const { standIn, run } = await setUp(t, () => ({
    status: 200,
    headers: isFailing ? { 'x-amz-function-error': 'Unhandled' } : {},
    body: '{"slots":[1]}',
  }))
  const arn = 'arn:aws:lambda:eu-west-1:123456789012:function:slots'
  const options: SubjectOptions = {
    integration: { type: 'aws-lambda-data-actions', baseUrl: `${standIn.url}/` },
    request: {
      requestType: 'POST',
      requestUrlTemplate: arn,
      requestTemplate: '{"d":1}',
      headers: { 'x-day': 'mon' },
    },
  }
  assert.equal(printed(await run(options)), '{"slots":[1]}')
  const [seen] = standIn.seen
  assert.equal(seen?.path, `/2015-03-31/functions/${encodeURIComponent(arn)}/invocations`)
  assert.equal(String(seen?.body), '{"d":1}')
  assert.deepEqual(JSON.parse(atob(seen?.headers['x-amz-client-context'] ?? '')), {
    custom: { 'x-day': 'mon' },
  })
  isFailing = true
  const { error } = failed(await run(options))
  assert.deepEqual([error.status, error.message], [500, 'Internal Server Error'])
})

test('the test result is printed digit for digit, in the form of the vendor', async (t) => {
  const { run } = await setUp(t, () => json('{"id":12345678901234567890}'))
  const text = writeJson(testExecutionResult(await run({})))
  assert.match(text, /"finalResult":\{"id":12345678901234567890\},"success":true/)
  assert.match(text, /\{"step":8,"name":"Execute","success":true,/)
  const failure = writeJson(testExecutionResult(await run({}, [])))
  assert.match(failure, /"error":\{"message":"The request body must be/)
  assert.doesNotMatch(failure, /finalResult/)
})
