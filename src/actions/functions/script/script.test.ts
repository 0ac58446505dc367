import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, test } from 'node:test'
import type { EgressRequest } from '../../../connectors/egress.ts'
import { failureOf, listen, patient, runtimeFor, succeeded } from '../test-runtime.ts'

const callExternalApi = readFileSync(
  new URL('./fixtures/call-external-api.js', import.meta.url),
  'utf8',
)
const runtime = runtimeFor({ after }, {}, ['127.0.0.0/8'])

test('the tutorial function posts to an allowed network and maps the reply', async (t) => {
  const url = await listen(t, (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      response.setHeader('content-type', 'application/json')
      const { method, headers } = request
      const type = headers['content-type']
      const body = JSON.parse(Buffer.concat(chunks).toString())
      response.end(JSON.stringify({ method, type, key: headers['x-key'], body }))
    })
  })
  const apiEndpoint = `${url}/orders?token=geheim-1234`
  const inputs = { apiEndpoint, requestBody: { name: 'Zoë' }, headers: { 'X-Key': '7' } }
  const result = await runtime.runScript(callExternalApi, inputs)
  assert.deepEqual(succeeded(result), {
    statusCode: 200,
    responseBody: {
      method: 'POST',
      type: 'application/json',
      key: '7',
      body: { name: 'Zoë' },
    },
    errorMessage: null,
  })
  const [request] = result.requests
  assert.equal(request?.status, 200)
  assert.ok(!request.url.includes('geheim'), request.url)
})

test('the tutorial function reports statuses, texts and bad addresses in its outputs', async (t) => {
  const url = await listen(t, (_request, response) => {
    response.statusCode = 418
    response.end('no coffee')
  })
  const outputs = async (inputs: object) =>
    succeeded(await runtime.runScript(callExternalApi, inputs))
  assert.deepEqual(await outputs({ apiEndpoint: url, httpMethod: 'GET' }), {
    statusCode: 418,
    responseBody: 'no coffee',
    errorMessage: 'HTTP Error: 418',
  })
  assert.deepEqual(await outputs({}), { statusCode: 400, errorMessage: 'apiEndpoint is required.' })
  const invalid = { statusCode: 400, errorMessage: 'Invalid API endpoint URL.' }
  assert.deepEqual(await outputs({ apiEndpoint: 'nonsense' }), invalid)
  const unreachable = await outputs({ apiEndpoint: 'http://127.0.0.1:1/' })
  assert.match(JSON.stringify(unreachable), /"statusCode":500.*Request failed: /)
})

test('an https request leaves through the egress with its own address, headers and body', async (t) => {
  const seen: EgressRequest[] = []
  const egress = {
    async fetch(request: EgressRequest) {
      seen.push(request)
      return { status: 201, headers: { 'x-id': '9' }, body: '{"done":true}' }
    },
  }
  const own = runtimeFor(t, { egress })
  const code = `
    const https = require('node:https')
    function execute(context, callback) {
      const options = { hostname: 'api.example.com', path: '/v1?x=1', method: 'PUT', auth: 'a:b',
        headers: { Host: 'api.example.com', 'Content-Length': 2, 'X-One': 1 } }
      const request = https.request(options, (response) => {
        const chunks = []
        response.on('data', (chunk) => chunks.push(chunk))
        response.on('end', () => callback({ id: response.headers['x-id'],
          body: JSON.parse(Buffer.concat(chunks).toString('utf8')) }))
      })
      request.setTimeout(5000, () => request.destroy())
      request.end(Buffer.from('hi'))
    }`
  const result = await own.runScript(code, {}, { allowPrivateNetwork: true })
  assert.deepEqual(succeeded(result), { id: '9', body: { done: true } })
  const [request] = seen
  assert.equal(request?.url, 'https://api.example.com/v1?x=1')
  assert.equal(request.method, 'PUT')
  assert.deepEqual(request.headers, { 'X-One': '1', Authorization: 'Basic YTpi' })
  assert.equal(String(request.body), 'hi')
  assert.equal(request.allowPrivateNetwork, true)
})

test('every form of answering is taken, and only the first answer counts', async () => {
  const forms = [
    'function execute(context, callback) { callback({ a: context.inputs.a }); callback({ a: 2 }) }',
    'const execute = (context, callback) => callback(null, { a: context.inputs.a })',
    'async function execute(context) { return { a: context.inputs.a } }',
    'exports.handler = async (event) => ({ a: event.a })',
    'module.exports = (event, context, callback) => setTimeout(() => callback(null, { a: event.a }), 5)',
    'exports.handler = function (event, context, callback) { callback(undefined, { a: event.a }) }',
  ]
  for (const form of forms) {
    const result = await runtime.runScript(form, { a: 1 })
    assert.deepEqual(succeeded(result), { a: 1 }, form)
  }
  assert.equal(succeeded(await runtime.runScript('exports.handler = async () => {}', {})), null)
})

test('a handler finds the client context and the ids of its run', async () => {
  const code = 'exports.handler = async (event, context) => context'
  const options = { name: 'a1', clientContext: { 'x-key': 'v' }, requestId: 'r1' }
  const context = succeeded(await runtime.runScript(code, {}, options))
  assert.match(JSON.stringify(context), /"functionName":"a1".*"awsRequestId":"r1".*"x-key":"v"/)
})

test('failures say what is wrong and where', async () => {
  const syntax = await runtime.runScript('const a = 1\n  const b = ;', {})
  failureOf(syntax, ['syntax'])
  assert.equal(syntax.ok ? 0 : syntax.line, 2)
  const thrown = await runtime.runScript('function execute() {\n  null.x\n}', {})
  failureOf(thrown, ['error'], /TypeError/)
  assert.equal(thrown.ok ? 0 : thrown.line, 2)
  const cases = [
    ["exports.handler = (e, c, callback) => callback(new Error('boom'))", /^boom$/],
    ["exports.handler = async () => { throw 'boom' }", /^boom$/],
    ["function execute() { setTimeout(() => { throw new Error('late') }, 1) }", /^late$/],
    ["function execute(c, callback) { callback('text') }", /not given an object/],
    ['function execute() {}', /without an answer/],
    ['const a = 1', /no function named execute/],
  ] as const
  for (const [code, message] of cases) {
    failureOf(await runtime.runScript(code, {}), ['error'], message)
  }
  failureOf(await runtime.runScript("require('fs')", {}), ['forbidden'], /Cannot find module 'fs'/)
  failureOf(await runtime.runScript('x'.repeat(300_000), {}), ['forbidden'], /300000 bytes/)
})

test('the console is kept by level, up to its limits', async () => {
  const code = `function execute(context, callback) {
    console.log('%s has %d', 'a', 1, { list: [1, 'x'] })
    console.error(new Error('bad').message)
    callback({})
  }`
  const { console, isConsoleCut } = await runtime.runScript(code, {})
  assert.deepEqual(console, [
    { level: 'log', text: "a has 1 { list: [1, 'x'] }" },
    { level: 'error', text: 'bad' },
  ])
  assert.equal(isConsoleCut, false)
  const flood =
    "function execute(c, callback) { for (let i = 0; i < 1e4; i++) console.log('x'.repeat(99)); callback({}) }"
  const flooded = await runtime.runScript(flood, {}, { limits: { consoleLinesMax: 7 } })
  assert.ok(flooded.ok)
  assert.equal(flooded.console.length, 7)
  assert.equal(flooded.isConsoleCut, true)
})

test('nothing of one run is there in the next', async () => {
  await runtime.runScript(
    'globalThis.left = 1; Array.prototype.left = 1; exports.handler = async () => 1',
    {},
  )
  const code = 'exports.handler = async () => [typeof left, typeof [].left]'
  for (let round = 0; round < 3; round += 1) {
    assert.deepEqual(succeeded(await runtime.runScript(code, {})), ['undefined', 'undefined'])
  }
})

test('requests beyond the limits are refused to the script, which may go on', async (t) => {
  const url = await listen(t, (request, response) => {
    // Slow enough that the third request is asked for while the first two are under way.
    const delayMs = request.url === '/slow' ? 2_000 : 0
    setTimeout(() => response.end('x'.repeat(500)), delayMs)
  })
  const code = `
    const ask = (body, path = '/') => new Promise((resolve) => {
      const request = require('http').request(${JSON.stringify(url)} + path, { method: 'POST' }, (response) => {
        response.resume()
        response.on('end', () => resolve('ok'))
      })
      request.on('error', (error) => resolve(error.message))
      request.end(body)
    })
    exports.handler = async (event) => event.atOnce
      ? await Promise.all(['a', 'b', 'c'].map((body) => ask(body, '/slow')))
      : [await ask('x'.repeat(event.bytes ?? 1)), await ask('a'), await ask('b')]`
  const run = async (inputs: object, limits: object) =>
    succeeded(await runtime.runScript(code, inputs, { limits: { ...patient, ...limits } }))
  const [, , third] = Object(await run({}, { requestsMax: 2 }))
  assert.match(third, /may make 2 requests/)
  assert.match(String(await run({ atOnce: true }, { requestsAtOnceMax: 2 })), /ok,ok,.*at a time/)
  assert.match(String(await run({ bytes: 99 }, { requestBytesMax: 50 })), /may be 50 bytes.*ok,ok/)
  assert.match(String(await run({}, { responseBytesMax: 100 })), /reply may be 100 bytes/)
})
