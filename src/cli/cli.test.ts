import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { call } from '../api/call.ts'
import { signalboxOperations } from '../api/signalbox/index.ts'
import type { Context } from '../context.ts'
import { AppError } from '../errors.ts'
import { errorBody } from '../rest/errors.ts'
import { addLoopback, eventually, type TestHouse, testHouse } from '../simulator/test-house.ts'
import { Authenticator, hashOf, tokenText } from '../tokens.ts'
import { connectionOf } from './connection.ts'
import { run } from './main.ts'

const base = { version: 1, createdMs: 0, modifiedMs: 0 }

interface Shell {
  readonly house: TestHouse
  readonly url: string
  readonly folder: string
  /** Runs the program against the server in the folder; its exit code and what it wrote. */
  signalbox(...argv: string[]): Promise<{ code: number; out: string; err: string }>
}

async function program(argv: readonly string[]) {
  let out = ''
  let err = ''
  const code = await run(argv, {
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
  })
  return { code, out, err }
}

/** The operations over plain HTTP, as the real server has them. */
function serve(contextOf: (request: IncomingMessage) => Promise<Context>): Server {
  const answer = async (request: IncomingMessage) => {
    const url = new URL(request.url ?? '', 'http://localhost')
    for (const operation of signalboxOperations) {
      const form = operation.path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')
      const match = new RegExp(`^${form}$`).exec(url.pathname)
      if (match === null || operation.method !== request.method) continue
      const sent = await text(request)
      const input = {
        path: match.groups ?? {},
        query: Object.fromEntries(url.searchParams),
        body: sent === '' ? undefined : JSON.parse(sent),
      }
      return {
        status: operation.reply.status,
        body: await call(operation, input, await contextOf(request)),
      }
    }
    throw new AppError('not.found', 'There is nothing there.')
  }
  return createServer((request, response) => {
    answer(request)
      .catch((error: unknown) => {
        const body = errorBody(error, 'context-1', { debug() {}, info() {}, warn() {}, error() {} })
        return { status: body.status, body }
      })
      .then(({ status, body }) => response.writeHead(status).end(JSON.stringify(body)))
      .catch((error: unknown) => response.destroy(new Error('No answer.', { cause: error })))
  })
}

/** A server on a port of this machine, with an administrator's token in the data folder. */
async function shell(t: TestContext): Promise<Shell> {
  const house = await testHouse(t)
  const { store, database, context } = house
  await addLoopback(house)
  await store.records.add('oauthClient', {
    ...base,
    id: 'admin',
    name: 'Administration',
    grantType: 'CLIENT-CREDENTIALS',
    secretHash: '',
    redirectUris: [],
    scopes: [],
    permissions: ['signalbox:*'],
    tokenValiditySeconds: 3600,
    state: 'active',
  })
  await store.records.add('user', {
    ...base,
    id: 'user-1',
    name: 'Ada',
    email: 'ada@example.com',
    state: 'active',
    permissions: ['signalbox:status:view'],
  })
  const adminToken = tokenText('acme', 'admin-secret')
  await store.tokens.add({
    hash: hashOf(adminToken),
    kind: 'access',
    clientId: 'admin',
    scopes: [],
    expiresMs: Date.now() + 60_000,
  })
  const authenticator = new Authenticator(database, () => Date.now())
  const server = serve(async ({ headers }) => ({
    ...context,
    principal: await authenticator.principalOf(headers.authorization),
  }))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  const url = `http://127.0.0.1:${address.port}`
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-cli-'))
  writeFileSync(join(folder, 'admin.json'), JSON.stringify({ url, token: adminToken }), {
    mode: 0o600,
  })
  t.after(async () => {
    server.closeAllConnections()
    server.close()
    rmSync(folder, { recursive: true })
  })
  return { house, url, folder, signalbox: (...argv) => program([...argv, '--data-dir', folder]) }
}

test('lists its commands, and each explains itself', async () => {
  const overview = await program([])
  assert.equal(overview.code, 0)
  for (const name of ['token', 'timeline', 'deliveries', 'handset', 'api', 'version']) {
    assert.match(overview.out, new RegExp(`^  ${name} `, 'm'))
    const help = await program([name, '--help'])
    assert.equal(help.code, 0)
    assert.match(help.out, new RegExp(`^signalbox ${name}`))
  }
  assert.match((await program(['--version'])).out, /^signalbox \d+\.\d+\.\d+ \(Node \d/)
})

test('answers a wrong call with a sentence and exit code 2', async () => {
  const calls: [string[], RegExp][] = [
    [['dance'], /"dance" is no command/],
    [['timeline'], /The message id is missing/],
    [['timeline', 'm', '--colour'], /Unknown option '--colour'/],
    [['token'], /either --user or --client/],
    [['handset'], /What to do is missing/],
    [['handset', 'throw'], /"handset throw" does not exist/],
    [['handset', 'send', '--from', '+12025550101'], /--to is missing/],
    [['handset', 'list', '--limit', 'many'], /--limit must be a whole number, not "many"/],
    [['deliveries', 'dance', '--url', 'http://a', '--token', 't'], /"deliveries dance"/],
    [['deliveries', '--url', 'ftp://a', '--token', 't'], /no http:\/\/ or https:\/\/ address/],
    [['api', 'signalboxDance'], /There is no operation "signalboxDance"/],
    [['api', 'signalboxGetAccount'], /needs --path id=…/],
    [['api', 'signalboxGetStatus', '--path', 'id=1'], /has no part "id"/],
    [['api', 'signalboxGetStatus', '--query', 'x'], /must be written name=value/],
    [['api', 'signalboxCreateAccount', '--body', '{'], /--body is not valid JSON/],
  ]
  for (const [argv, sentence] of calls) {
    const { code, out, err } = await program(argv)
    assert.equal(code, 2, argv.join(' '))
    assert.match(err, sentence)
    assert.equal(out, '')
  }
})

test('says what to do when there is no server', async () => {
  const nowhere = await program(['deliveries', '--data-dir', join(tmpdir(), 'no-such-folder')])
  assert.equal(nowhere.code, 1)
  assert.match(nowhere.err, /There is no .*admin\.json\. Start the server/)
  const silent = await program(['deliveries', '--url', 'http://127.0.0.1:1', '--token', 't'])
  assert.equal(silent.code, 1)
  assert.match(silent.err, /No server answers at http:\/\/127\.0\.0\.1:1/)
})

test("keeps the administrator's token from any other address", () => {
  const readFile = () => JSON.stringify({ url: 'http://127.0.0.1:8080/', token: 'secret' })
  const own = { url: 'http://127.0.0.1:8080', token: 'secret' }
  assert.deepEqual(connectionOf({}, readFile), own)
  assert.deepEqual(connectionOf({ url: 'http://127.0.0.1:8080/' }, readFile), own)
  assert.throws(() => connectionOf({ url: 'http://elsewhere.example' }, readFile), {
    message: /Give --token/,
  })
  assert.deepEqual(connectionOf({ token: 'mine' }, readFile), { ...own, token: 'mine' })
})

test('prints a token that the server then accepts, with the rights of that user', async (t) => {
  const { signalbox, url } = await shell(t)
  const { code, out } = await signalbox('token', '--user', 'Ada@Example.com')
  assert.equal(code, 0)
  const as = ['--url', url, '--token', out.trim()]
  const status = await program(['api', 'signalboxGetStatus', ...as])
  assert.equal(status.code, 0)
  assert.equal(JSON.parse(status.out).organizationId, 'acme')
  const refused = await program(['deliveries', ...as])
  assert.equal(refused.code, 1)
  assert.match(refused.err, /signalbox:deliveries:view \(missing\.permissions\)/)
  const nobody = await signalbox('token', '--user', 'eve@example.com')
  assert.match(nobody.err, /There is no active user eve@example\.com/)
})

test('plays a customer, his carrier and the desk of an operator', async (t) => {
  const { signalbox, house } = await shell(t)
  await house.send()
  assert.match((await signalbox('handset', 'carrier', '--report', 'manual')).out, /manual, after 0/)
  const route = ['--from', '+1 202 555 0101', '--to', '+12025550155']
  const sent = await signalbox('handset', 'send', ...route, '--text', 'Hi\u001b[2J', '--id', 'mo-1')
  assert.match(sent.out, /: message\.\n$/)
  const again = await signalbox('handset', 'send', ...route, '--text', 'Hi', '--id', 'mo-1')
  assert.match(again.out, /: repeated\.\n$/)
  const list = await signalbox('handset', 'list', '--handset', '+12025550101')
  assert.match(list.out, /\+12025550101 > \+12025550155 +received +Hi \[2J\n/)
  const [message] = (await house.store.messages.list({ size: 1, number: 1 })).entities
  const told = await signalbox('timeline', message?.id ?? '')
  assert.match(told.out, /Received by sms from \+12025550101 to \+12025550155\./)
  assert.match((await signalbox('timeline', 'nobody')).err, /Nothing is known of a message nobody/)
})

test('shows deliveries and decides about them', async (t) => {
  const { signalbox, house } = await shell(t)
  await house.store.deliveries.add(
    {
      id: 'delivery-1',
      accountId: 'box',
      kind: 'sms',
      lane: 'l',
      bucket: 1,
      priority: 0,
      state: 'failed',
      attempts: 1,
      acceptedMs: 0,
      dueMs: 0,
      expiresMs: Date.now() + 60_000,
      leaseEpoch: 0,
      failure: { failure: 'rejected', reason: 'GeneralError', message: 'Refused.' },
    },
    { from: '+12025550155', to: '+12025550101', text: 'Hi', media: [], purpose: 'agent' },
  )
  const list = await signalbox('deliveries', '--state', 'failed')
  assert.match(
    list.out,
    /delivery-1 +failed +sms +1 +1970-01-01T00:00:00\.000Z +Refused\.\n1 in all/,
  )
  await house.send()
  const resent = await signalbox('deliveries', 'resend', 'delivery-1')
  assert.equal(resent.out, 'Delivery delivery-1 is now queued.\n')
  await eventually(async () =>
    (await house.store.deliveries.get('delivery-1'))?.state === 'delivered' ? true : undefined,
  )
  const refused = await signalbox('deliveries', 'give-up', 'delivery-1')
  assert.equal(refused.code, 1)
  assert.match(refused.err, /This delivery is delivered\./)
  const shown = await signalbox('deliveries', 'show', 'delivery-1')
  assert.equal(JSON.parse(shown.out).attempts.length, 1)
})
