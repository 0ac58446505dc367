import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { FunctionResult } from '../function-result.ts'
import { failureOf, packageOf, patient, runtimeFor, succeeded } from '../test-runtime.ts'

const runtime = runtimeFor({ after }, { packageProcesses: 2 })
const handler = 'src/index.handler'
const harmless = packageOf('exports.handler = async (event) => event.n + 1')

/** Runs the body of a handler and then a harmless package: whatever the first did, the next call is served. */
async function attack(body: string, limits: object = {}): Promise<FunctionResult> {
  const zip = packageOf(`exports.handler = async (event, context) => {\n${body}\n}`)
  const options = { limits: { ...patient, ...limits } }
  const result = await runtime.runPackage(zip, handler, {}, options)
  const next = await runtime.runPackage(harmless, handler, { n: 1 })
  assert.equal(succeeded(next), 2)
  return result
}

test('code that never ends is ended by the clock', async () => {
  const bodies = [
    'while (true) {}',
    "return /^(a+)+$/.test('a'.repeat(60) + '!')",
    'await new Promise(() => {})',
  ]
  for (const body of bodies) failureOf(await attack(body, { timeoutMs: 2_000 }), ['timeout'])
})

test('memory is bounded on the heap and off it', async () => {
  const bodies = [
    'const list = []; for (;;) list.push(new Array(1000).fill({}))',
    "const map = new Map(); for (let i = 0; ; i++) map.set('key' + i, { i })",
    'const list = []; for (;;) list.push(Buffer.alloc(1 << 24, 1))',
  ]
  for (const body of bodies) {
    const result = await attack(body, { packageMemoryBytes: 64 * 1_048_576 })
    failureOf(result, ['memory', 'error'], /memory|Array buffer allocation/)
  }
})

test('files outside of the package, children, threads and addons are refused', async () => {
  const bodies = [
    "return require('fs').readFileSync('/etc/passwd')",
    `return require('fs').readFileSync(${JSON.stringify(fileURLToPath(import.meta.url))})`,
    "return require('fs').readdirSync('..')",
    "return require('fs').readFileSync('/proc/self/environ')",
    "return require('fs').writeFileSync('x', 'y')",
    "return require('fs').symlinkSync('/etc', 'etc')",
    "return require('child_process').execSync('id')",
    "return process.getBuiltinModule('child_process').fork('x')",
    "return new (require('worker_threads').Worker)('1', { eval: true })",
    "return process.binding('spawn_sync')",
    "return process._linkedBinding('tcp_wrap')",
    'return process.dlopen({ exports: {} }, "x.node")',
    'return process.kill(1, 0)',
    "return require('inspector').open(0)",
    "return require('node:vm')",
    "return await import('node:v8')",
    "return process.getBuiltinModule('repl')",
  ]
  for (const body of bodies) failureOf(await attack(body), ['forbidden'])
})

test('no way to a module of the network leads to a socket', async () => {
  const ways = [
    "require('net')",
    "await import('node:net')",
    "process.getBuiltinModule('net')",
    "require('module').createRequire('/')('net')",
    "require('module')._load('net')",
    "module.constructor._load('node:net')",
    "(await import('net')).default",
  ]
  for (const way of ways)
    failureOf(await attack(`return (${way}).connect(80, '1.1.1.1')`), ['forbidden'])
  const others = [
    "return new (require('net').Socket)()",
    "return require('tls').connect(443, '1.1.1.1')",
    "return require('dgram').createSocket('udp4')",
    "return await (await import('dns/promises')).lookup('example.com')",
    "return require('http2').connect('https://example.com')",
    "return require('net').createServer().listen(0)",
    "return require('_http_client')",
    "return new (require('tty').ReadStream)(0)",
    "return require('async_hooks').createHook({}).enable()",
  ]
  for (const body of others) failureOf(await attack(body), ['forbidden'])
  const left = `const found = []
    for (const name of ['net', 'tls', 'dgram', 'http2', 'tty', 'cluster', 'child_process']) {
      for (const [key, value] of Object.entries(require(name))) {
        if (typeof value === 'function' && value.name !== 'refused') found.push(key)
      }
    }
    return [found, typeof WebSocket, typeof EventSource, typeof require('http').createServer,
      typeof require('module').registerHooks, typeof (await import('http')).createServer]`
  assert.deepEqual(succeeded(await attack(left)), [
    ['isIP', 'isIPv4', 'isIPv6', 'isatty'],
    ...Array.from({ length: 5 }, () => 'undefined'),
  ])
})

test('loopback and metadata addresses are refused by the egress', async () => {
  for (const address of [
    'http://127.0.0.1:22/',
    'http://169.254.169.254/latest/',
    'http://[::1]/',
  ]) {
    failureOf(
      await attack(`return (await fetch('${address}')).status`),
      ['forbidden'],
      /public|cred/,
    )
    const get = `return await new Promise((_, no) => require('http').get('${address}').on('error', no))`
    failureOf(await attack(get), ['forbidden'], /public|cred/)
  }
})

test('the environment is empty and the user owns nothing where it can be changed', async () => {
  assert.deepEqual(succeeded(await attack('return process.env')), {})
  const { user } = await runtime.isolation()
  const uid = succeeded(await attack('return process.getuid()'))
  assert.equal(uid, user === 'nobody' ? 65_534 : process.getuid?.())
})

test('results and consoles that are too large or circular are refused or cut', async () => {
  failureOf(await attack("return 'x'.repeat(1e6)"), ['output'], /750000 bytes allowed/)
  failureOf(await attack("return 'x'.repeat(1e8)"), ['output'])
  failureOf(await attack('const a = {}; a.a = a; return a'), ['error'], /cannot be written as JSON/)
  const wide = await attack("for (let i = 0; i < 1e4; i++) console.log('x'.repeat(1e5)); return 1")
  assert.equal(succeeded(wide), 1)
  assert.ok(wide.isConsoleCut)
})

test('forged messages reach the own run at most, and floods end the process', async () => {
  const frame = (message: string) => `
    const body = Buffer.from(JSON.stringify(${message}))
    const head = Buffer.alloc(4); head.writeUInt32BE(body.length)
    require('fs').writeSync(3, Buffer.concat([head, body]))`
  const strange = [
    "{ cmd: 'NODE_HANDLE', type: 'net.Socket' }",
    "{ type: 'result', run: -1, json: '5' }",
    "{ type: 'request', run: 1e9, request: {}, url: [] }",
    '[[{ __proto__: null }]]',
    "{ type: 'failure', run: 'x', failure: 'toString' }",
  ]
  for (const message of strange)
    assert.equal(succeeded(await attack(`${frame(message)}; return 1`)), 1)
  const hang = 'await new Promise(() => {})'
  failureOf(await attack(`require('fs').writeSync(3, 'no frame at all'); ${hang}`), ['output'])
  const flood = `for (;;) { ${frame("{ type: 'console', run: 1, text: 'x'.repeat(1e5) }")} }`
  failureOf(await attack(flood), ['output'])
})

test('exits, loose rejections and polluted prototypes harm only their own process', async () => {
  failureOf(await attack('process.exit(3)'), ['error'], /exit code 3/)
  failureOf(await attack('process.exitCode = 0; process.reallyExit(0)'), ['error'], /exit code 0/)
  const loose = "Promise.reject(new Error('loose')); await new Promise(() => {})"
  failureOf(await attack(loose), ['error'], /^loose$/)
  const late = "setTimeout(() => { throw new Error('late') }, 1); await new Promise(() => {})"
  failureOf(await attack(late), ['error'], /^late$/)
  await attack("Object.prototype.polluted = 1; JSON.stringify = () => '{'; return {}")
  assert.equal(Reflect.get({}, 'polluted'), undefined)
  const proto = succeeded(await attack(`return JSON.parse('{"__proto__":{"polluted":1},"a":1}')`))
  assert.deepEqual(Object.getOwnPropertyNames(proto), ['a'])
})
