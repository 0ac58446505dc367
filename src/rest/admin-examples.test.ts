import assert from 'node:assert/strict'
import { test } from 'node:test'
import { messagingOperations } from '../api/messaging/index.ts'
import type { AnyOperation } from '../api/operation.ts'
import { organizationOperations } from '../api/organizations/index.ts'
import { presenceOperations } from '../api/presence/index.ts'
import { routingOperations } from '../api/routing/index.ts'
import { tokenOperations } from '../api/tokens/index.ts'
import { userOperations } from '../api/users/index.ts'
import { startTestServer } from './test-server.ts'

const operations: readonly AnyOperation[] = [
  ...messagingOperations,
  ...organizationOperations,
  ...presenceOperations,
  ...routingOperations,
  ...tokenOperations,
  ...userOperations,
]

test('every example of an administrative operation is answered as declared', async (context) => {
  const server = await startTestServer(context, operations)
  const headers = await server.bearer(['*'], 'ada')
  let tried = 0
  for (const { examples = [], method, path, reply, id } of operations) {
    for (const { title, input } of examples) {
      const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => input.path?.[name] ?? '')
      const query = new URLSearchParams(
        Object.entries(input.query ?? {}).map(([name, value]): [string, string] => [
          name,
          String(value),
        ]),
      )
      const payload = input.body === undefined ? {} : { payload: JSON.stringify(input.body) }
      const url = `${filled}?${query}`
      const response = await server.app.inject({ method, url, headers, ...payload })
      assert.equal(response.statusCode, reply.status, `${id}, ${title}: ${response.body}`)
      tried += 1
    }
  }
  assert.ok(tried >= 20, `only ${tried} examples`)
})

test('no two operations have the same id or the same address', () => {
  const ids = new Set(operations.map(({ id }) => id))
  const addresses = new Set(operations.map(({ method, path }) => `${method} ${path}`))
  assert.equal(ids.size, operations.length)
  assert.equal(addresses.size, operations.length)
})

test('whatever changes something for others needs a permission', () => {
  const open = operations.filter(
    ({ method, permission }) => !['GET', 'HEAD'].includes(method) && permission === undefined,
  )
  assert.deepEqual(open.map(({ id }) => id).toSorted(), [
    'deleteTokensMe', // one's own
    'patchUserPresencesPurecloud', // looks itself whether it is one's own
    'postUsersMePassword', // one's own
    'postUsersSearch', // changes nothing
    'putUserRoutingstatus', // the same
  ])
})
