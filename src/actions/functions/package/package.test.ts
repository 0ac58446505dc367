import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, test } from 'node:test'
import { failureOf, listen, packageOf, runtimeFor, succeeded, zipOf } from '../test-runtime.ts'

const runtime = runtimeFor({ after }, {}, ['127.0.0.0/8'])
const handler = 'src/index.handler'
const echo = readFileSync(new URL('./fixtures/echo-handler.js', import.meta.url), 'utf8')

test('a handler like the vendor’s example gets event, client context and callback', async () => {
  const inputs = { certificate: 'grüße', input1String: 'a', input2Boolean: false, input3Number: 3 }
  const options = { clientContext: { 'x-credentialsExamplePassword': 'hunter2' } }
  const result = await runtime.runPackage(packageOf(echo), handler, inputs, options)
  assert.deepEqual(succeeded(result), {
    certificateLength: 7,
    passwordLength: 7,
    echoInput1: 'a',
    echoInput2: false,
    echoInput3: 3,
  })
  assert.match(result.console[0]?.text ?? '', /Context: .*"functionVersion":"\$LATEST"/)
})

test('a process stays warm for its package and is stopped in between', async () => {
  const code = `let runs = 0; setInterval(() => { runs += 1000 }, 1).unref()
    exports.handler = (event, context, callback) => callback(null, (runs += 1))`
  const first = succeeded(await runtime.runPackage(packageOf(code), handler, {}))
  await new Promise((resolve) => setTimeout(resolve, 300))
  const second = succeeded(await runtime.runPackage(packageOf(code), handler, {}))
  assert.ok(Number(second) > Number(first))
  if (process.platform !== 'win32') assert.ok(Number(second) < 200_000, `${first} then ${second}`)
})

test('packages bring modules of their own, in either form, and other handler names', async () => {
  const zip = zipOf([
    {
      name: 'dist/app.mjs',
      content:
        "import { two } from 'two'\nexport const run = async () => two + (await import('node:path')).sep.length",
    },
    { name: 'node_modules/two/package.json', content: '{"name":"two","main":"index.js"}' },
    { name: 'node_modules/two/index.js', content: "exports.two = require('./number')" },
    { name: 'node_modules/two/number.json', content: '2' },
  ])
  assert.equal(succeeded(await runtime.runPackage(zip, 'dist/app.run', {})), 3)
  failureOf(
    await runtime.runPackage(zip, 'dist/app.walk', {}),
    ['error'],
    /no function dist\/app.walk/,
  )
  failureOf(await runtime.runPackage(zip, 'dist/none.run', {}), ['error'], /no file/)
  failureOf(await runtime.runPackage(zip, '../../x.run', {}), ['error', 'forbidden'])
})

test('http, https and fetch go through the egress to an allowed network', async (t) => {
  const url = await listen(t, (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () =>
      response.end(`${request.method} ${request.url} ${Buffer.concat(chunks)}`),
    )
  })
  const code = `
    const http = require('http')
    const { Readable } = require('stream')
    exports.handler = async ({ url }) => {
      const posted = await new Promise((resolve, reject) => {
        const request = http.request(url + '/a', { method: 'POST' }, async (response) => {
          let text = ''
          for await (const chunk of response) text += chunk
          resolve(text)
        })
        request.on('error', reject)
        Readable.from(['one ', 'two']).pipe(request)
      })
      const fetched = await fetch(url + '/b?c=1', { method: 'PUT', body: 'three' })
      return [posted, fetched.status, await fetched.text()]
    }`
  const result = await runtime.runPackage(packageOf(code), handler, { url })
  assert.deepEqual(succeeded(result), ['POST /a one two', 200, 'PUT /b?c=1 three'])
  assert.deepEqual(
    result.requests.map(({ status }) => status),
    [200, 200],
  )
})

test('failures name their place in the package', async () => {
  const thrown = packageOf("exports.handler = async () => {\n  throw new TypeError('boom')\n}")
  const result = await runtime.runPackage(thrown, handler, {})
  failureOf(result, ['error'], /^TypeError: boom$/)
  assert.equal(result.ok ? 0 : result.line, 2)
  const broken = await runtime.runPackage(packageOf('const a = 1\nconst b = ;'), handler, {})
  failureOf(broken, ['syntax'])
  assert.equal(broken.ok ? 0 : broken.line, 2)
  const called = packageOf("exports.handler = (e, c, callback) => callback(new Error('said no'))")
  failureOf(await runtime.runPackage(called, handler, {}), ['error'], /^said no$/)
  const missing = packageOf("require('left-pad')")
  failureOf(await runtime.runPackage(missing, handler, {}), ['error'], /left-pad/)
  const status = packageOf('exports.handler = async () => ({ statusCode: 400 })')
  assert.deepEqual(succeeded(await runtime.runPackage(status, handler, {})), { statusCode: 400 })
})
