import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { FunctionFailure, FunctionResult } from '../function-result.ts'
import { failureOf, patient, runtimeFor, succeeded } from '../test-runtime.ts'

const runtime = runtimeFor({ after }, { scriptProcesses: 1 })

/** Runs a script and then a harmless one: whatever the first did, the next call is served. */
async function attack(code: string, limits: object = {}): Promise<FunctionResult> {
  const options = { limits: { ...patient, ...limits } }
  const result = await runtime.runScript(code, { secret: 1 }, options)
  const next = await runtime.runScript('exports.handler = async (event) => event.n + 1', { n: 1 })
  assert.equal(succeeded(next), 2)
  return result
}

const execute = (body: string) => `function execute(context, callback) { ${body} }`

test('code that never ends is ended by its processor time', async () => {
  const endless = [
    'while (true) {}',
    'const again = () => Promise.resolve().then(again); again()',
    "'a'.repeat(40).concat('!').match(/^(a+)+$/)",
    'const list = []; list.length = 4294967295; list.sort(() => { for (;;); }); for (;;) {}',
    'try { while (true) {} } catch { while (true) {} } finally { while (true) {} }',
  ]
  for (const body of endless) failureOf(await attack(execute(body), { cpuMs: 400 }), ['cpu'])
  failureOf(await attack('while (true) {}', { cpuMs: 400 }), ['cpu'])
})

test('code that waits for ever is ended by the clock', async () => {
  const bodies = ['setInterval(() => {}, 5)', 'setTimeout(callback, 1e9)', 'while (true) {}']
  for (const body of bodies)
    failureOf(await attack(execute(body), { timeoutMs: 1_500 }), ['timeout'])
})

test('memory is bounded whatever it is filled with', async () => {
  const bombs = [
    "let text = 'x'; for (;;) text += text",
    'const list = []; for (;;) list.push(new Array(1000).fill(list.length))',
    "const map = new Map(); for (let i = 0; ; i++) map.set('key' + i, { i })",
    'const list = []; for (;;) list.push(new Uint8Array(1 << 20).fill(1))',
    "const list = []; for (;;) { try { list.push('x'.repeat(1 << 20) + list.length) } catch {} }",
    "JSON.parse('['.repeat(1e6)); for (let s = []; ; s = [s, s]) s.toString()",
  ]
  const ends: readonly FunctionFailure[] = ['memory', 'cpu', 'error']
  for (const body of bombs) {
    const result = await attack(execute(body), { cpuMs: 3_000 })
    failureOf(result, ends)
    if (!result.ok && result.failure === 'error')
      assert.match(result.message, /stack|nest|JSON|Syntax|too long/)
  }
})

test('deep recursion fails in the script only', async () => {
  const deep = [
    'function down() { return down() + 1 } down()',
    'let nested = []; for (let i = 0; i < 1e5; i++) nested = [nested]; JSON.stringify(nested)',
    "new RegExp('('.repeat(1e5) + ')'.repeat(1e5))",
    'const proxy = new Proxy({}, { get: (t, n, self) => self[n] }); proxy.x',
    "eval('['.repeat(1e5) + ']'.repeat(1e5))",
  ]
  for (const body of deep) failureOf(await attack(execute(body)), ['error', 'memory', 'syntax'])
})

test('nothing of Node or of the machine can be reached', async () => {
  const asked = [
    "require('fs').readFileSync('/etc/passwd')",
    "require('child_process').execSync('id')",
    "require('worker_threads')",
    "require('net').connect(80)",
    "require('module')",
    "require('../script-worker.ts')",
    "require('__proto__')",
    "require('constructor')",
  ]
  for (const body of asked)
    failureOf(await attack(execute(body)), ['forbidden'], /Cannot find module/)
  const reached = [
    "({}).constructor.constructor('return typeof process')()",
    "(function () {}).constructor('return typeof process')()",
    "require.constructor('return typeof process')()",
    "console.log.constructor('return typeof process')()",
    "(async () => {}).constructor('return typeof globalThis.process')().then((x) => x)",
    'typeof process + typeof globalThis.fetch + typeof WebAssembly + typeof Deno',
  ]
  for (const expression of reached) {
    const code = `exports.handler = async () => ${expression}`
    assert.match(String(succeeded(await attack(code))), /^(undefined)+$/, expression)
  }
  for (const name of ['fs', './sandbox.ts', 'node:net', '/etc/passwd', 'data:text/javascript,1']) {
    const code = `exports.handler = () => import(${JSON.stringify(name)})`
    failureOf(await attack(code), ['error'], /cannot import/)
  }
  failureOf(await attack(execute('callback(process.env)')), ['error'], /process/)
})

test('loopback, private and metadata addresses are refused by the egress', async () => {
  const addresses = [
    'http://127.0.0.1:22/',
    'http://localhost:5432/',
    'http://[::1]/',
    'http://169.254.169.254/latest/meta-data/',
    'http://10.0.0.1/',
    'http://0x7f000001/',
    'http://2130706433/',
    'http://[::ffff:127.0.0.1]/',
  ]
  for (const address of addresses) {
    const code = execute(`require('http').get(${JSON.stringify(address)}, () => callback({}))`)
    const result = await attack(code)
    failureOf(result, ['forbidden', 'error'], /public|credentials|allowPrivate|Invalid/i)
  }
  const metadata = execute("require('http').get('http://169.254.169.254/', () => callback({}))")
  const withLeave = await runtime.runScript(metadata, {}, { allowPrivateNetwork: true })
  failureOf(withLeave, ['forbidden'])
})

test('polluted prototypes stay inside', async () => {
  const code = execute(`
    Object.prototype.polluted = 1; Array.prototype.map = null; JSON.stringify = () => '{"forged":1}'
    Object.prototype.toJSON = undefined; Promise.prototype.then = null
    callback(JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"a":1}'))`)
  const result = await attack(code)
  if (result.ok) assert.ok(!Object.hasOwn(Object(result.value), '__proto__'))
  assert.equal(Reflect.get({}, 'polluted'), undefined)
})

test('results and consoles that are too large, too deep or circular are refused or cut', async () => {
  const large = await attack(execute("callback({ a: 'x'.repeat(2e6) })"))
  failureOf(large, ['output'], /750000 bytes allowed/)
  const deep = execute('let d = {}; for (let i = 0; i < 500; i++) d = { d }; callback(d)')
  failureOf(await attack(deep), ['output'], /levels/)
  const circular = await attack(execute('const a = {}; a.a = a; callback(a)'))
  failureOf(circular, ['error'], /cannot be written as JSON/)
  const wide = await attack(
    execute("for (let i = 0; i < 99; i++) console.log('x'.repeat(1e6)); callback({})"),
  )
  assert.ok(wide.ok && wide.isConsoleCut)
  assert.ok(JSON.stringify(wide.console).length < 100_000)
})

test('messages cannot be forged, and loose rejections harm nobody', async () => {
  const forged = [
    "host('result', '{}')",
    'createSandbox(() => {})',
    "process.send({ type: 'result', json: '{}' })",
  ]
  for (const body of forged) failureOf(await attack(execute(body)), ['error'], /not defined/)
  const loose = await attack(execute("Promise.reject(new Error('loose')); callback({ fine: 1 })"))
  assert.deepEqual(succeeded(loose), { fine: 1 })
  const thrower = execute(
    'throw { get message() { throw 1 }, get stack() { for (;;); }, toString: null }',
  )
  failureOf(await attack(thrower, { cpuMs: 500 }), ['error', 'cpu'])
})

test('a process is ended with its bound, and a closed runtime leaves none', async (t) => {
  const own = runtimeFor(t, { limits: { ...patient, timeoutMs: 1_000 } })
  const runs = Array.from({ length: 5 }, () => own.runScript('while (true) {}', {}))
  for (const result of await Promise.all(runs)) failureOf(result, ['timeout'])
  await own.close()
  await assert.rejects(own.runScript('1', {}), /not run any more/)
})
