import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import type { LightMyRequestResponse } from 'fastify'
import { hashPassword } from '../passwords.ts'
import { hashOf } from '../tokens.ts'
import { aClient, addClient, aUser, startTestServer, type TestServer } from './test-server.ts'

const redirectUri = 'http://127.0.0.1/callback'
const verifier = 'v'.repeat(43)
const challenge = createHash('sha256').update(verifier).digest('base64url')
const password = 'a long password'
const kept = hashPassword(password)

async function start(context: TestContext): Promise<TestServer> {
  const server = await startTestServer(context)
  await addClient(server, aClient({ id: 'machine' }))
  await addClient(server, aClient({ id: 'off', state: 'disabled' }))
  const code = {
    grantType: 'CODE',
    redirectUris: [redirectUri, 'https://app.example/back'],
  } as const
  await addClient(server, aClient({ id: 'web', name: 'Web <b>', ...code }))
  await addClient(
    server,
    aClient({ id: 'desk', secretHash: '', scopes: ['users', 'routing'], ...code }),
  )
  const ada = aUser({ id: 'ada', email: 'Ada@test.example', passwordHash: await kept })
  await server.store.records.add('user', ada)
  return server
}

function postForm(
  { app }: TestServer,
  url: string,
  form: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
) {
  return app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    payload: new URLSearchParams(form).toString(),
  })
}

function basic(id: string, secret: string) {
  return { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` }
}

function assertRefused(response: LightMyRequestResponse, error: string): void {
  assert.equal(response.statusCode, 400, response.body)
  const body: Record<string, unknown> = response.json()
  assert.equal(body['error'], error)
  assert.equal(typeof body['description'], 'string')
  assert.equal(body['description'], body['error_description'])
}

const asked = {
  response_type: 'code',
  client_id: 'desk',
  redirect_uri: redirectUri,
  state: 'the state',
  code_challenge: challenge,
  code_challenge_method: 'S256',
}

function authorize({ app }: TestServer, params: Readonly<Record<string, string>>) {
  return app.inject(`/oauth/authorize?${new URLSearchParams(params)}`)
}

async function logIn(
  server: TestServer,
  params: Readonly<Record<string, string>>,
  given: Readonly<Record<string, string>> = {},
) {
  const page = await authorize(server, params)
  assert.equal(page.statusCode, 200, page.body)
  const cookie = String(page.headers['set-cookie']).split(';')[0] ?? ''
  const csrf = /name="csrf" value="([^"]+)"/.exec(page.body)?.[1] ?? ''
  const form = { ...params, csrf, email: 'ada@TEST.example', password, ...given }
  return postForm(server, '/login', form, { cookie })
}

async function codeFor(server: TestServer, params: Readonly<Record<string, string>> = asked) {
  const response = await logIn(server, params)
  assert.equal(response.statusCode, 303, response.body)
  const target = new URL(String(response.headers.location))
  assert.equal(target.searchParams.get('state'), 'the state')
  return target.searchParams.get('code') ?? ''
}

const exchange = (code: string, other: Readonly<Record<string, string>> = {}) => ({
  grant_type: 'authorization_code',
  client_id: 'desk',
  redirect_uri: redirectUri,
  code_verifier: verifier,
  code,
  ...other,
})

test('client credentials are taken from the Basic header and from the form', async (context) => {
  const server = await start(context)
  const grant = { grant_type: 'client_credentials' }
  const byHeader = await postForm(server, '/oauth/token', grant, basic('machine', 'secret'))
  assert.equal(byHeader.statusCode, 200, byHeader.body)
  const body: Record<string, unknown> = byHeader.json()
  assert.deepEqual(Object.keys(body), ['access_token', 'token_type', 'expires_in'])
  assert.equal(body['expires_in'], 86_399)
  const row = await server.store.tokens.get(hashOf(String(body['access_token'])))
  assert.equal(row?.expiresMs, server.clock.nowMs + 86_400_000)
  const credentials = { client_id: 'machine', client_secret: 'secret' }
  const byForm = await postForm(server, '/oauth/token', { ...grant, ...credentials })
  assert.equal(byForm.statusCode, 200, byForm.body)
})

test('a client that cannot prove itself gets the body that the vendor answers', async (context) => {
  const server = await start(context)
  const grant = { grant_type: 'client_credentials' }
  const headers = [
    basic('machine', 'wrong'),
    basic('machine', ''),
    basic('nobody', 'secret'),
    basic('off', 'secret'),
    basic('desk', 'anything'),
    { authorization: `Basic ${Buffer.from('no colon').toString('base64')}` },
    {},
  ]
  for (const header of headers) {
    const response = await postForm(server, '/oauth/token', grant, header)
    assertRefused(response, 'invalid_client')
    assert.equal(response.json()['description'], 'authentication failed')
  }
})

test('a grant that is missing, unknown or not the client’s own is refused by name', async (context) => {
  const server = await start(context)
  const at = (form: Record<string, string>, id = 'machine') =>
    postForm(server, '/oauth/token', form, basic(id, 'secret'))
  assertRefused(await at({}), 'invalid_request')
  assertRefused(await at({ grant_type: 'password' }), 'unsupported_grant_type')
  assertRefused(await at({ grant_type: 'authorization_code' }), 'invalid_request')
  assertRefused(await at({ grant_type: 'refresh_token', refresh_token: 'x' }), 'invalid_grant')
  assertRefused(await at({ grant_type: 'client_credentials' }, 'web'), 'unauthorized_client')
  const bare = { grant_type: 'client_credentials', client_id: 'desk' }
  assertRefused(await postForm(server, '/oauth/token', bare), 'unauthorized_client')
})

test('a public client logs a user in with PKCE and renews the token', async (context) => {
  const server = await start(context)
  const first = await postForm(server, '/oauth/token', exchange(await codeFor(server)))
  assert.equal(first.statusCode, 200, first.body)
  const tokens: Record<string, unknown> = first.json()
  const row = await server.store.tokens.get(hashOf(String(tokens['access_token'])))
  assert.equal(row?.userId, 'ada')
  assert.deepEqual(row?.scopes, ['users', 'routing'])
  const refresh_token = String(tokens['refresh_token'])
  const renew = { grant_type: 'refresh_token', client_id: 'desk', refresh_token }
  const foreign = { ...renew, client_id: 'web', client_secret: 'secret' }
  assertRefused(await postForm(server, '/oauth/token', foreign), 'invalid_grant')
  const second = await postForm(server, '/oauth/token', renew)
  assert.equal(second.statusCode, 200, second.body)
  assert.notEqual(second.json()['refresh_token'], refresh_token)
  assertRefused(await postForm(server, '/oauth/token', renew), 'invalid_grant')
})

test('of many uses of one refresh token at once exactly one succeeds', async (context) => {
  const server = await start(context)
  const first = await postForm(server, '/oauth/token', exchange(await codeFor(server)))
  const refresh_token = String(first.json()['refresh_token'])
  const renew = { grant_type: 'refresh_token', client_id: 'desk', refresh_token }
  const all = await Promise.all(
    Array.from({ length: 5 }, () => postForm(server, '/oauth/token', renew)),
  )
  assert.equal(all.filter(({ statusCode }) => statusCode === 200).length, 1)
})

test('a refresh token is worth nothing once its user is inactive', async (context) => {
  const server = await start(context)
  const first = await postForm(server, '/oauth/token', exchange(await codeFor(server)))
  const ada = await server.store.records.get('user', 'ada')
  assert.ok(ada)
  await server.store.records.save('user', { ...ada, state: 'inactive', version: 2 })
  const refresh_token = String(first.json()['refresh_token'])
  const renew = { grant_type: 'refresh_token', client_id: 'desk', refresh_token }
  assertRefused(await postForm(server, '/oauth/token', renew), 'invalid_grant')
})

test('a code works once', async (context) => {
  const server = await start(context)
  const code = await codeFor(server)
  const both = await Promise.all([
    postForm(server, '/oauth/token', exchange(code)),
    postForm(server, '/oauth/token', exchange(code)),
  ])
  assert.deepEqual(both.map(({ statusCode }) => statusCode).toSorted(), [200, 400])
  assertRefused(await postForm(server, '/oauth/token', exchange(code)), 'invalid_grant')
})

test('a code is bound to its client, address and verifier, and ends after five minutes', async (context) => {
  const server = await start(context)
  const wrongs = [
    { client_id: 'web', client_secret: 'secret' },
    { redirect_uri: 'https://app.example/back' },
    { code_verifier: 'w'.repeat(43) },
    { code_verifier: '' },
  ]
  for (const wrong of wrongs) {
    const form = exchange(await codeFor(server), wrong)
    assertRefused(await postForm(server, '/oauth/token', form), 'invalid_grant')
  }
  const code = await codeFor(server)
  server.clock.nowMs += 5 * 60_000
  assertRefused(await postForm(server, '/oauth/token', exchange(code)), 'invalid_grant')
})

test('a code asked for without a challenge is not exchanged with a verifier', async (context) => {
  const server = await start(context)
  const { code_challenge: _, code_challenge_method: __, ...plain } = asked
  const web = { ...plain, client_id: 'web' }
  const client = { client_id: 'web', client_secret: 'secret' }
  const withVerifier = exchange(await codeFor(server, web), client)
  assertRefused(await postForm(server, '/oauth/token', withVerifier), 'invalid_grant')
  const { code_verifier: ___, ...without } = exchange(await codeFor(server, web), client)
  assert.equal((await postForm(server, '/oauth/token', without)).statusCode, 200)
})

test('a program on the desk may listen on any port of the loopback address', async (context) => {
  const server = await start(context)
  const redirect_uri = 'http://127.0.0.1:49152/callback'
  const code = await codeFor(server, { ...asked, redirect_uri })
  const response = await postForm(server, '/oauth/token', exchange(code, { redirect_uri }))
  assert.equal(response.statusCode, 200, response.body)
})

test('an address that is not registered is never redirected to', async (context) => {
  const server = await start(context)
  const uris = [
    'http://127.0.0.1/other',
    'http://127.0.0.1.evil.example/callback',
    'http://127.0.0.1:80@evil.example/callback',
    'https://app.example:8443/back',
    'https://app.example/back/../x',
    'http://localhost/callback',
    '//evil.example',
    '',
  ]
  for (const redirect_uri of uris) {
    const response = await authorize(server, { ...asked, redirect_uri })
    assert.equal(response.statusCode, 400, redirect_uri)
    assert.equal(response.headers.location, undefined)
    assert.match(response.body, /not one that is registered/)
  }
  assert.equal((await authorize(server, { ...asked, client_id: 'nobody' })).statusCode, 400)
})

test('other faults of an authorization request are told to the client', async (context) => {
  const server = await start(context)
  const faults = [
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ code_challenge_method: 'plain' }, 'invalid_request'],
    [{ code_challenge: 'short' }, 'invalid_request'],
    [{ scope: 'users analytics' }, 'invalid_scope'],
  ] as const
  for (const [fault, error] of faults) {
    const response = await authorize(server, { ...asked, ...fault })
    assert.equal(response.statusCode, 303)
    const target = new URL(String(response.headers.location))
    assert.equal(target.searchParams.get('error'), error)
    assert.equal(target.searchParams.get('state'), 'the state')
  }
  const { code_challenge: _, ...bare } = asked
  const response = await authorize(server, bare)
  assert.match(String(response.headers.location), /error=invalid_request/)
})

test('the login page runs no scripts, cannot be framed and escapes what it shows', async (context) => {
  const server = await start(context)
  const response = await authorize(server, { ...asked, client_id: 'web', state: '"><script>' })
  assert.equal(response.statusCode, 200)
  assert.match(response.body, /Web &#60;b&#62;/)
  assert.doesNotMatch(response.body, /<script/)
  const policy = String(response.headers['content-security-policy'])
  assert.match(policy, /default-src 'none'/)
  assert.match(policy, /frame-ancestors 'none'/)
  assert.match(policy, /form-action 'self' http:\/\/127\.0\.0\.1$/)
  const style = /<style>([\s\S]*)<\/style>/.exec(response.body)?.[1] ?? ''
  assert.ok(policy.includes(createHash('sha256').update(style).digest('base64')))
  assert.match(String(response.headers['set-cookie']), /HttpOnly; SameSite=Strict/)
})

test('a wrong password and an unknown user look the same', async (context) => {
  const server = await start(context)
  const wrong = await logIn(server, asked, { password: 'wrong' })
  const unknown = await logIn(server, asked, { email: 'nobody@test.example' })
  for (const response of [wrong, unknown]) {
    assert.equal(response.statusCode, 400)
    assert.match(response.body, /The e-mail address or the password is wrong/)
  }
})

test('a login form without the cookie of its page is not taken', async (context) => {
  const server = await start(context)
  const form = { ...asked, email: 'ada@test.example', password, csrf: hashOf('') }
  for (const headers of [{}, { cookie: 'signalbox-login=other' }]) {
    const response = await postForm(server, '/login', form, headers)
    assert.equal(response.statusCode, 400)
    assert.equal(response.headers.location, undefined)
  }
})

test('after five failures even the right password has to wait', async (context) => {
  const server = await start(context)
  for (let failures = 0; failures < 5; failures++) {
    assert.equal((await logIn(server, asked, { password: 'wrong' })).statusCode, 400)
  }
  const waiting = await logIn(server, asked)
  assert.equal(waiting.statusCode, 429)
  assert.equal(waiting.headers['retry-after'], '900')
  server.clock.nowMs += 15 * 60_000
  assert.equal((await logIn(server, asked)).statusCode, 303)
})

test('logging out returns to a registered address only', async (context) => {
  const { app } = await start(context)
  const to = (uri: string) =>
    app.inject(`/logout?client_id=desk&redirect_uri=${encodeURIComponent(uri)}`)
  assert.equal((await to('https://app.example/back')).headers.location, 'https://app.example/back')
  const foreign = await to('https://evil.example/')
  assert.equal(foreign.statusCode, 200)
  assert.match(foreign.body, /You are logged out/)
})

test('a token asked for with a resource is bound to it, and so is what renews it', async (context) => {
  const server = await start(context)
  const resource = 'http://localhost/mcp/email'
  const first = await postForm(
    server,
    '/oauth/token',
    exchange(await codeFor(server, { ...asked, resource })),
  )
  assert.equal(first.statusCode, 200, first.body)
  const boundTo = async (response: LightMyRequestResponse) =>
    (await server.store.tokens.get(hashOf(String(response.json()['access_token']))))?.body?.[
      'audience'
    ]
  assert.equal(await boundTo(first), '/mcp/email')
  const renew = (more: Readonly<Record<string, string>>, last: LightMyRequestResponse) =>
    postForm(server, '/oauth/token', {
      grant_type: 'refresh_token',
      client_id: 'desk',
      refresh_token: String(last.json()['refresh_token']),
      ...more,
    })
  assertRefused(await renew({ resource: 'http://localhost/mcp' }, first), 'invalid_target')
  const narrower = await renew({ resource: `${resource}/readonly` }, first)
  assert.equal(await boundTo(narrower), '/mcp/email/readonly')
  assert.equal(await boundTo(await renew({}, narrower)), '/mcp/email')
})

test('a resource elsewhere is no target, and one here demands a challenge of everybody', async (context) => {
  const server = await start(context)
  const errorOf = async (params: Readonly<Record<string, string>>) => {
    const response = await authorize(server, params)
    return new URL(String(response.headers.location ?? 'http://none')).searchParams.get('error')
  }
  for (const resource of [
    'https://evil.example/mcp',
    'http://localhost/api/v2',
    'http://localhost/mcpx',
    'http://localhost/mcp#part',
    'mcp',
  ]) {
    assert.equal(await errorOf({ ...asked, resource }), 'invalid_target', resource)
    const grant = { grant_type: 'client_credentials', resource }
    assertRefused(
      await postForm(server, '/oauth/token', grant, basic('machine', 'secret')),
      'invalid_target',
    )
  }
  const { code_challenge: _, code_challenge_method: __, ...plain } = asked
  const web = { ...plain, client_id: 'web' }
  assert.equal(await errorOf(web), null)
  assert.equal(await errorOf({ ...web, resource: 'http://localhost/mcp' }), 'invalid_request')
  assert.equal(await errorOf({ ...asked, resource: 'http://localhost/' }), null)
})
