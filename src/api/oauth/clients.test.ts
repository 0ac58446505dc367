import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestServer } from '../../rest/test-server.ts'
import { oauthOperations } from './clients.ts'

const path = '/api/v2/oauth/clients'

test('a client is made with a secret that is told once and can log in', async (t) => {
  const { app, bearer } = await startTestServer(t, oauthOperations)
  const headers = await bearer(['oauth:client:*', 'routing:queue:view'])
  const made = await app.inject({
    method: 'POST',
    url: path,
    headers,
    payload: {
      name: 'Shop',
      authorizedGrantType: 'CLIENT-CREDENTIALS',
      permissions: ['routing:queue:view'],
    },
  })
  assert.equal(made.statusCode, 200)
  const { id, secret } = made.json()
  const read = await app.inject({ url: `${path}/${id}`, headers })
  assert.equal(read.json().secret, undefined)
  const login = (clientSecret: string) =>
    app.inject({
      method: 'POST',
      url: '/oauth/token',
      headers: {
        authorization: `Basic ${Buffer.from(`${id}:${clientSecret}`).toString('base64')}`,
      },
      payload: 'grant_type=client_credentials',
    })
  assert.equal((await login(secret)).statusCode, 200)
  const renewed = await app.inject({ method: 'POST', url: `${path}/${id}/secret`, headers })
  assert.equal((await login(secret)).statusCode, 400, 'the secret before is over')
  assert.equal((await login(renewed.json().secret)).statusCode, 200)
  const gone = await app.inject({ method: 'DELETE', url: `${path}/${id}`, headers })
  assert.equal(gone.statusCode, 204)
  assert.equal((await login(renewed.json().secret)).statusCode, 400)
})

test('nobody gives a client more than he may do himself, nor takes over one that may do more', async (t) => {
  const { app, bearer } = await startTestServer(t, oauthOperations)
  const headers = await bearer(['oauth:client:*'])
  const payload = { name: 'All', authorizedGrantType: 'CLIENT-CREDENTIALS', permissions: ['*'] }
  const refused = await app.inject({ method: 'POST', url: path, headers, payload })
  assert.equal(refused.statusCode, 400)
  assert.equal(refused.json().details[0].fieldName, 'permissions')
  const mighty = await bearer(['*'])
  const made = await app.inject({ method: 'POST', url: path, headers: mighty, payload })
  const taken = await app.inject({
    method: 'POST',
    url: `${path}/${made.json().id}/secret`,
    headers,
  })
  assert.equal(taken.statusCode, 400)
})

test("the server's own clients cannot be changed or removed", async (t) => {
  const { app, bearer } = await startTestServer(t, oauthOperations)
  const headers = await bearer(['*'])
  for (const id of ['signalbox-console', 'signalbox-command-line']) {
    const gone = await app.inject({ method: 'DELETE', url: `${path}/${id}`, headers })
    assert.equal(gone.statusCode, 400)
  }
})
