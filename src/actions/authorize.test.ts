// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references of the template language
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createEgress } from '../connectors/egress.ts'
import { type SeenRequest, type StandInAnswer, startStandIn } from '../connectors/stand-in.ts'
import { createTokenCache } from '../connectors/token-cache.ts'
import { SendError } from '../errors.ts'
import type { ActionSubject } from './action.ts'
import { executeAction } from './execute.ts'
import { writeJson } from './json/write.ts'
import { testExecutionResult } from './present-result.ts'
import type { ActionDeps } from './run-means.ts'
import { aSubject, type SubjectOptions, testDeps } from './test-subject.ts'

/** A service behind `/api` that takes only the newest token of `/token`. */
async function setUp(t: TestContext, changes: Partial<ActionDeps> = {}) {
  const state = { tokens: 0, valid: 'token-1', tokenStatus: 200 }
  const answer = async (request: SeenRequest): Promise<StandInAnswer> => {
    if (request.path === '/token') {
      await new Promise((resolve) => setTimeout(resolve, 20))
      state.tokens += 1
      state.valid = `token-${state.tokens}`
      const body = { access_token: state.valid, token_type: 'Bearer', expires_in: 3600 }
      return { status: state.tokenStatus, body: JSON.stringify(body) }
    }
    const isKnown = request.headers['authorization'] === `Bearer ${state.valid}`
    return isKnown ? { status: 200, body: '{"ok":true}' } : { status: 401, body: '{"no":1}' }
  }
  const standIn = await startStandIn(answer)
  const deps = testDeps(changes)
  t.after(() => deps.close())
  t.after(() => standIn.close())
  const run = (subject: ActionSubject) => executeAction(subject, { input: new Map() }, deps)
  const subject = (options: SubjectOptions) => aSubject(`${standIn.url}/api`, options)
  return { state, standIn, run, subject }
}

function customAuth(url: string): SubjectOptions {
  const authAction = aSubject(`${url}/token`, {
    request: {
      requestType: 'POST',
      headers: {
        Authorization: 'Basic $encoding.base64("${credentials.id}:${credentials.secret}")',
        'Content-Type': 'application/x-www-form-urlencoded',
      },
      requestTemplate: 'scope=$esc.uriEncode(${credentials.scope})',
    },
    response: {
      translationMap: { t: '$.access_token', life: '$.expires_in' },
      successTemplate: '{"token": ${t}, "expires_in": ${life}}',
    },
  }).definition
  return {
    request: { headers: { authorization: 'Bearer ${authResponse.token}' } },
    credential: {
      type: 'userDefinedOAuth',
      fields: { id: 'the-client', secret: 'a:secret', scope: 'read write' },
    },
    more: { authAction },
  }
}

test('a custom-auth action signs in once for all runs, even for those at the same time', async (t) => {
  const { state, standIn, run, subject } = await setUp(t)
  const one = subject(customAuth(standIn.url))
  const results = await Promise.all([run(one), run(one), run(one)])
  assert.deepEqual(
    results.map(({ success }) => success),
    [true, true, true],
  )
  assert.equal(state.tokens, 1)
  const [signIn] = standIn.seen
  assert.equal(signIn?.path, '/token')
  assert.equal(String(signIn?.body), 'scope=read%20write')
  assert.equal(
    Buffer.from(signIn?.headers['authorization']?.slice(6) ?? '', 'base64').toString(),
    'the-client:a:secret',
  )
  assert.equal((await run(one)).success, true)
  assert.equal(state.tokens, 1)
})

test('a token that is no longer taken is renewed once, and the request rendered anew', async (t) => {
  const { state, standIn, run, subject } = await setUp(t)
  const one = subject(customAuth(standIn.url))
  assert.equal((await run(one)).success, true)
  state.valid = 'another'
  const result = await run(one)
  assert.equal(result.success, true)
  assert.equal(state.tokens, 2)
  assert.match(result.operations[7]?.explanations.join('') ?? '', /401.*new token.*once more/)
  const text = JSON.stringify([result.operations, result.exchanges])
  assert.doesNotMatch(text, /token-[12]|a:secret/)
})

test('a service that refuses every token is asked twice, no more', async (t) => {
  const { state, standIn, run, subject } = await setUp(t)
  const options = customAuth(standIn.url)
  const one = subject({ ...options, request: { headers: { authorization: 'Bearer wrong' } } })
  const result = await run(one)
  assert.deepEqual([result.error?.status, result.error?.errors[0]?.status], [400, 401])
  assert.equal(standIn.seen.filter(({ path }) => path === '/api').length, 2)
  assert.equal(state.tokens, 2)
})

test('a token is fetched again for another version of the credential, and after its life', async (t) => {
  let nowMs = 1_000_000
  const tokens = createTokenCache(() => nowMs)
  const { state, standIn, run, subject } = await setUp(t, { tokens })
  const one = subject(customAuth(standIn.url))
  await run(one)
  nowMs += 3_000_000
  await run(one)
  assert.equal(state.tokens, 1)
  nowMs += 600_000
  await run(one)
  assert.equal(state.tokens, 2)
  assert.ok(one.credential !== undefined)
  await run({ ...one, credential: { ...one.credential, version: 2 } })
  assert.equal(state.tokens, 3)
})

test('a sign-in that fails is told as such, with the words of the token service', async (t) => {
  const { state, standIn, run, subject } = await setUp(t)
  state.tokenStatus = 403
  const result = await run(subject(customAuth(standIn.url)))
  assert.equal(result.operations.at(-1)?.name, 'Perform authentication')
  assert.equal(result.error?.message, 'There was an issue validating the credentials.')
  assert.deepEqual(result.error?.details, [{ errorCode: 'ACTION.AUTHENTICATION' }])
  assert.match(result.error?.errors[0]?.message ?? '', /Request to backend service failed/)
  assert.equal(standIn.seen.length, 1)
})

test('client credentials give a bearer token, with the secret in a header or in the body', async (t) => {
  const { standIn, run, subject } = await setUp(t)
  const fields = {
    tokenUrl: `${standIn.url}/token`,
    clientId: 'me',
    clientSecret: 'p&w',
    scope: 'a',
  }
  const type = 'oauthClientCredentials'
  assert.equal((await run(subject({ credential: { type, fields } }))).success, true)
  const inHeader = standIn.seen[0]
  assert.equal(String(inHeader?.body), 'grant_type=client_credentials&scope=a')
  assert.equal(inHeader?.headers['authorization'], `Basic ${btoa('me:p%26w')}`)
  const more = { ...fields, authentication: 'body' }
  const other = subject({ credential: { type, fields: more }, integration: { id: 'i2' } })
  assert.equal((await run(other)).success, true)
  const inBody = standIn.seen.findLast(({ path }) => path === '/token')
  assert.match(String(inBody?.body), /client_id=me&client_secret=p%26w&scope=a/)
  const lacking = subject({ credential: { type, fields: {} }, integration: { id: 'i3' } })
  const result = await run(lacking)
  assert.match(result.error?.errors[0]?.message ?? '', /lacks clientId, clientSecret, tokenUrl/)
})

test('Salesforce and Dynamics sign in with the password of their credential', async (t) => {
  const { standIn, run, subject } = await setUp(t)
  const shared = { tokenUrl: `${standIn.url}/token`, username: 'u', password: 'pw-pw-pw' }
  for (const [type, fields, wanted] of [
    [
      'salesforce',
      { ...shared, securityToken: 'st', clientId: 'c' },
      /client_id=c.*password=pw-pw-pwst/,
    ],
    [
      'msDynamics',
      { ...shared, orgWebAddress: 'https://o', applicationId: 'a' },
      /client_id=a.*resource=https/,
    ],
  ] as const) {
    const one = subject({ credential: { type, fields }, integration: { id: type } })
    assert.equal((await run(one)).success, true)
    const seen = standIn.seen.findLast(({ path }) => path === '/token')
    assert.match(String(seen?.body), wanted)
  }
})

test('Basic credentials go into the header, unless the action has its own', async (t) => {
  const { standIn, run, subject } = await setUp(t)
  const credential = { type: 'basicAuth', fields: { userName: 'u', password: 'p:w' } } as const
  await run(subject({ credential }))
  await run(subject({ credential, request: { headers: { AUTHORIZATION: 'Mine' } } }))
  assert.deepEqual(
    standIn.seen.map(({ headers }) => headers['authorization']),
    [`Basic ${btoa('u:p:w')}`, 'Mine'],
  )
})

test('actions of the platform have its token, and cannot be led elsewhere', async (t) => {
  const renewals: boolean[] = []
  const platform = {
    baseUrl: '',
    token: async (renew: boolean) => {
      renewals.push(renew)
      return renew ? 'token-1' : 'stale-token'
    },
  }
  const { standIn, run, subject } = await setUp(t, { platform })
  platform.baseUrl = standIn.url
  const integration = { type: 'purecloud-data-actions' } as const
  const path = (requestUrlTemplate: string) =>
    subject({ integration, request: { requestUrlTemplate } })
  assert.equal((await run(path('/api'))).success, true)
  assert.deepEqual(renewals, [false, true])
  for (const elsewhere of [
    'https://evil.example/',
    '@evil.example/',
    'api',
    '.evil.example/',
    '/a/../oauth',
  ]) {
    const result = await run(path(elsewhere))
    assert.equal(result.operations.at(-1)?.name, 'Resolve request URL template', elsewhere)
  }
  assert.equal(standIn.seen.length, 2)
})

test('a custom-auth action can be tested by itself', async (t) => {
  const { standIn, run, subject } = await setUp(t)
  const options = customAuth(standIn.url)
  const definition = options.more?.authAction
  assert.ok(definition !== undefined)
  const one = { ...subject(options), kind: 'customAuth', definition } as const
  const result = await run(one)
  assert.equal(result.success, true)
  assert.equal(result.finalResult instanceof Map && result.finalResult.has('token'), true)
})

test('the test of a custom-auth action does not give its token away', async (t) => {
  const { standIn, run, subject, state } = await setUp(t)
  state.tokens = 123_455
  const options = customAuth(standIn.url)
  const definition = options.more?.authAction
  assert.ok(definition !== undefined)
  const result = await run({ ...subject(options), kind: 'customAuth', definition })
  assert.equal(result.success, true)
  const told = writeJson(testExecutionResult(result))
  assert.match(told, /"token":"\[redacted\]","expires_in":3600/)
  assert.doesNotMatch(told, /token-123456/)
})

test('a platform that gives no token is a failure to sign in', async (t) => {
  const platform = {
    baseUrl: 'http://127.0.0.1:9',
    token: () => Promise.reject(new SendError('unreachable', 'Nobody is there.')),
  }
  const { run, subject } = await setUp(t, { platform })
  const result = await run(subject({ integration: { type: 'purecloud-data-actions' } }))
  assert.deepEqual(result.error?.details, [{ errorCode: 'ACTION.AUTHENTICATION' }])
  assert.match(result.error?.errors[0]?.message ?? '', /^Nobody is there/)
})

test('a platform that is this very server is reached by its own actions and by no others', async (t) => {
  const egress = createEgress({ allowPrivateNetworks: [] })
  t.after(() => egress.close())
  const platform = { baseUrl: '', token: async () => 'token-1', allowPrivateNetwork: true }
  const { standIn, run, subject } = await setUp(t, { platform, egress })
  platform.baseUrl = standIn.url
  const own = subject({
    integration: { type: 'purecloud-data-actions' },
    request: { requestUrlTemplate: '/api' },
  })
  assert.equal((await run(own)).success, true)
  const other = await run(subject({}))
  assert.match(other.error?.message ?? '', /not on the public internet/)
  assert.equal(standIn.seen.length, 1)
})
