import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { authorizationOperations } from '../api/authorization/index.ts'
import { issueToken } from '../api/oauth/issue-token.ts'
import { organizationOperations } from '../api/organizations/index.ts'
import { presenceOperations } from '../api/presence/index.ts'
import { tokenOperations } from '../api/tokens/index.ts'
import { userOperations } from '../api/users/index.ts'
import { enqueue, open } from '../domain/conversation-flow.ts'
import { saveStep, setRouting } from '../messaging/step.ts'
import type { Queue } from '../store/records.ts'
import { hashOf } from '../tokens.ts'
import {
  aClient,
  addClient,
  aUser,
  base,
  organizationId,
  startTestServer,
  type TestServer,
} from './test-server.ts'

const operations = [
  ...authorizationOperations,
  ...organizationOperations,
  ...presenceOperations,
  ...tokenOperations,
  ...userOperations,
]

const start = (context: TestContext) => startTestServer(context, operations)

async function get(server: TestServer, url: string, headers: Record<string, string>) {
  const response = await server.app.inject({ url, headers })
  assert.equal(response.statusCode, 200, response.body)
  return response.json()
}

/** A queue with this user in it, and a customer's message that waits there. */
async function withWork({ store, outside }: TestServer, userId: string): Promise<string> {
  const queue: Queue = {
    ...base('q', 'Support'),
    members: [{ userId, joined: true }],
    messageAlertingTimeoutMs: 30_000,
    wrapupPrompt: 'OPTIONAL',
    acwTimeoutMs: 60_000,
    wrapupCodeIds: [],
  }
  await store.records.add('queue', queue)
  const moment = { nowMs: outside.clock.now(), newId: outside.ids.uuid }
  const opened = open(
    {
      channel: 'open',
      platformAddress: 'integration',
      customer: { id: 'customer', idType: 'Opaque' },
      direction: 'inbound',
    },
    moment,
  )
  const step = enqueue(opened.conversation, queue.id, queue.name, moment)
  const conversation = await store.transaction((store) => saveStep(store, { step }, moment.nowMs))
  assert.equal((await store.conversations.waiting('q', 10)).length, 1)
  return conversation.id
}

test('a user reads himself with what he asks for', async (context) => {
  const server = await start(context)
  const headers = await server.bearer(['conversation:*'], 'ada')
  const plain = await get(server, '/api/v2/users/me', headers)
  assert.equal(plain.id, 'ada')
  assert.equal(plain.version, 1)
  assert.equal(plain.routingStatus, undefined)
  const expanded = await get(
    server,
    '/api/v2/users/me?expand=presence,routingStatus,organization,authorization,geolocation',
    headers,
  )
  assert.equal(expanded.routingStatus.status, 'OFF_QUEUE')
  assert.equal(expanded.presence.presenceDefinition.systemPresence, 'Offline')
  assert.equal(expanded.organization.id, organizationId)
  assert.deepEqual(expanded.authorization.permissions, ['conversation:*'])
  assert.equal(JSON.stringify(expanded).includes('passwordHash'), false)
})

test('client credentials have no user, which is told with 400', async (context) => {
  const server = await start(context)
  const headers = await server.bearer(['*'])
  const response = await server.app.inject({ url: '/api/v2/users/me', headers })
  assert.equal(response.statusCode, 400)
  assert.match(response.json().message, /requires a user context/)
})

test('a token describes itself until it is deleted', async (context) => {
  const server = await start(context)
  const headers = await server.bearer(['*'])
  const me = await get(server, '/api/v2/tokens/me', headers)
  assert.equal(me.organization.id, organizationId)
  assert.equal(me.OAuthClient.name, 'Test client')
  const url = '/api/v2/tokens/me'
  const head = await server.app.inject({ method: 'HEAD', url, headers })
  assert.equal(head.statusCode, 200)
  assert.equal((await server.app.inject({ method: 'DELETE', url, headers })).statusCode, 200)
  server.clock.nowMs += 5_000
  const after = await server.app.inject({ method: 'HEAD', url, headers })
  assert.equal(after.statusCode, 401)
})

test('logging out ends the refresh token too', async (context) => {
  const server = await start(context)
  const client = aClient({ id: 'web', grantType: 'CODE' })
  await addClient(server, client)
  await server.store.records.add('user', aUser({ id: 'ada' }))
  const { accessToken, refreshToken = '' } = await issueToken(
    server.store,
    { client, userId: 'ada', scopes: [], refreshable: true },
    server.outside,
  )
  assert.ok(await server.store.tokens.get(hashOf(refreshToken)))
  const headers = { authorization: `Bearer ${accessToken}` }
  await server.app.inject({ method: 'DELETE', url: '/api/v2/tokens/me', headers })
  assert.equal(await server.store.tokens.get(hashOf(refreshToken)), undefined)
})

test('users are listed by state, ids and page', async (context) => {
  const server = await start(context)
  const headers = await server.bearer([])
  for (const id of ['carl', 'ada', 'bob']) await server.store.records.add('user', aUser({ id }))
  await server.store.records.add('user', aUser({ id: 'zoe', state: 'inactive' }))
  const ids = async (query: string) => {
    const body: { entities: { id: string }[]; total: number } = await get(
      server,
      `/api/v2/users${query}`,
      headers,
    )
    return `${body.entities.map(({ id }) => id).join(' ')} of ${body.total}`
  }
  assert.equal(await ids(''), 'ada bob carl of 3')
  assert.equal(await ids('?sortOrder=DESC&pageSize=2'), 'carl bob of 3')
  assert.equal(await ids('?pageSize=2&pageNumber=2'), 'carl of 3')
  assert.equal(await ids('?state=any'), 'ada bob carl zoe of 4')
  assert.equal(await ids('?id=bob,zoe'), 'bob of 1')
})

test('an agent who goes on queue is alerted for what waits there', async (context) => {
  const server = await start(context)
  const headers = await server.bearer([], 'ada')
  const conversationId = await withWork(server, 'ada')
  const url = '/api/v2/users/ada/presences/purecloud'
  const response = await server.app.inject({
    method: 'PATCH',
    url,
    headers,
    payload: { presenceDefinition: { id: 'OnQueue' } },
  })
  assert.equal(response.statusCode, 200, response.body)
  assert.equal(response.json().presenceDefinition.systemPresence, 'OnQueue')
  const [alerted] = await server.store.conversations.activeOfUser('ada')
  assert.equal(alerted?.id, conversationId)
  const { status } = await get(server, '/api/v2/users/ada/routingstatus', headers)
  assert.equal(status, 'INTERACTING')
})

test('an agent who missed an alert is idle again when he says so, and gets work', async (context) => {
  const server = await start(context)
  const headers = await server.bearer([], 'ada')
  const nowMs = server.clock.now()
  const absent = {
    userId: 'ada',
    presence: 'OnQueue',
    routingStatus: 'OFF_QUEUE',
    presenceSinceMs: 0,
    routingSinceMs: 0,
    version: 0,
  } as const
  await setRouting(server.store, absent, { status: 'NOT_RESPONDING', nowMs })
  await withWork(server, 'ada')
  const url = '/api/v2/users/ada/routingstatus'
  const put = (status: string) =>
    server.app.inject({ method: 'PUT', url, headers, payload: { status } })
  assert.equal((await put('IDLE')).json().status, 'INTERACTING')
  assert.equal((await server.store.conversations.activeOfUser('ada')).length, 1)
  assert.equal((await put('OFF_QUEUE')).json().status, 'OFF_QUEUE')
  assert.equal((await server.store.agents.get('ada'))?.presence, 'Available')
  const refused = await put('INTERACTING')
  assert.equal(refused.statusCode, 400)
  assert.equal(refused.json().code, 'invalid.value')
})

test('leaving the queue keeps the presence that was chosen', async (context) => {
  const server = await start(context)
  const headers = await server.bearer([], 'ada')
  for (const id of ['OnQueue', 'Meal']) {
    const url = '/api/v2/users/ada/presences/purecloud'
    const payload = { presenceDefinition: { id } }
    await server.app.inject({ method: 'PATCH', url, headers, payload })
  }
  const agent = await server.store.agents.get('ada')
  assert.equal(agent?.presence, 'Meal')
  assert.equal(agent?.routingStatus, 'OFF_QUEUE')
})

test('somebody else’s availability is changed only with the right to edit users', async (context) => {
  const server = await start(context)
  await server.store.records.add('user', aUser({ id: 'ada' }))
  const put = async (permissions: string[], id: string) =>
    server.app.inject({
      method: 'PUT',
      url: `/api/v2/users/${id}/routingstatus`,
      headers: await server.bearer(permissions),
      payload: { status: 'IDLE' },
    })
  assert.equal((await put([], 'ada')).statusCode, 403)
  assert.equal((await put(['directory:*'], 'ada')).statusCode, 200)
  assert.equal((await put(['directory:*'], 'nobody')).statusCode, 404)
})

test('a presence that there is not is refused', async (context) => {
  const server = await start(context)
  const response = await server.app.inject({
    method: 'PATCH',
    url: '/api/v2/users/ada/presences/purecloud',
    headers: await server.bearer([], 'ada'),
    payload: { presenceDefinition: { id: 'Dancing' } },
  })
  assert.equal(response.statusCode, 400)
})

test('a user’s queues are listed, with whether he has joined', async (context) => {
  const server = await start(context)
  const headers = await server.bearer([], 'ada')
  await withWork(server, 'ada')
  const { entities } = await get(server, '/api/v2/users/ada/queues', headers)
  assert.equal(entities.length, 1)
  assert.equal(entities[0].name, 'Support')
  assert.equal(entities[0].joined, true)
  const none = await get(server, '/api/v2/users/ada/queues?joined=false', headers)
  assert.equal(none.total, 0)
})

test('the organization, its division and the presences are there to read', async (context) => {
  const server = await start(context)
  const headers = await server.bearer([])
  const organization = await get(server, '/api/v2/organizations/me', headers)
  assert.equal(organization.name, 'Test organization')
  const division = await get(server, '/api/v2/authorization/divisions/home', headers)
  assert.equal(division.homeDivision, true)
  const definitions = await get(server, '/api/v2/presence/definitions', headers)
  assert.equal(definitions.total, 10)
  const paged = await get(server, '/api/v2/presencedefinitions?pageSize=4&pageNumber=3', headers)
  assert.equal(paged.entities.length, 2)
  const system = await get(server, '/api/v2/systempresences', headers)
  assert.ok(system.some(({ name }: { name: string }) => name === 'OnQueue'))
})
