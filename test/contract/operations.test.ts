import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Compile } from 'typebox/compile'
import { operations } from '../../src/api/index.ts'
import type { AnyOperation } from '../../src/api/operation.ts'
import { newLimitedToken, newSecretlessClient } from '../clients.ts'
import { type House, startHouse } from '../house.ts'

/** Where an operation is, with every path parameter filled by something that does not exist. */
function urlOf(operation: AnyOperation, path: Readonly<Record<string, string>> = {}): string {
  return operation.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(path[name] ?? 'no-such-thing'),
  )
}

describe('every operation', () => {
  let house: House
  let powerless: string
  before(async () => {
    house = await startHouse()
    powerless = await newSecretlessClient(house)
  })
  after(() => house.close())

  test('has an id, a method and path of its own, and a sentence', () => {
    const ids = operations.map(({ id }) => id)
    assert.equal(new Set(ids).size, ids.length, 'ids are unique')
    const routes = operations.map(
      ({ method, path }) => `${method} ${path.replace(/\{\w+\}/g, '{}')}`,
    )
    assert.equal(new Set(routes).size, routes.length, 'routes are unique')
    for (const { id, summary } of operations) assert.match(summary, /\.$/, id)
  })

  test('is refused without a token, in the vendor’s error body', async () => {
    for (const operation of operations) {
      const answer = await house.call(operation.method, urlOf(operation), { token: '' })
      assert.equal(answer.status, 401, operation.id)
      if (operation.method !== 'HEAD')
        assert.equal(answer.body.code, 'authentication.required', operation.id)
    }
  })

  test('is refused to a caller without its permission', async () => {
    for (const operation of operations.filter(
      ({ permission, caller }) => permission !== undefined && caller !== 'user',
    )) {
      const body = operation.input?.body === undefined ? {} : { body: {} }
      const answer = await house.call(operation.method, urlOf(operation), {
        token: powerless,
        ...body,
      })
      assert.equal(answer.status, 403, operation.id)
      assert.match(answer.body.code, /^missing\.(any\.)?permissions$/, operation.id)
    }
  })

  test('asks a user’s token that is limited to scopes for one of its own', async () => {
    const limited = await newLimitedToken(house, ['no-such-scope'])
    for (const operation of operations) {
      const body = operation.input?.body === undefined ? {} : { body: {} }
      const given = { token: limited, ...body }
      const answer = await house.call(operation.method, urlOf(operation), given)
      assert.equal(answer.status, 403, operation.id)
      if (operation.method !== 'HEAD')
        assert.equal(answer.body.code, 'not.authorized', operation.id)
    }
  })

  test('of the vendor’s says itself which scopes those are', () => {
    const silent = operations.filter(
      ({ id, scopes = [] }) => !/^(signalbox|nexus)/.test(id) && scopes.length === 0,
    )
    assert.deepEqual(silent, [])
  })

  test('of our own that only reads can be called with signalbox:readonly', async () => {
    const token = await newLimitedToken(house, ['signalbox:readonly'])
    const all = await newLimitedToken(house, ['signalbox'])
    const fax = '/api/signalbox/fax'
    const body = { sender: '+12025550100' }
    assert.equal((await house.call('GET', fax, { token })).status, 200)
    assert.equal((await house.call('PUT', fax, { token, body })).status, 403)
    assert.equal((await house.call('PUT', fax, { token: all, body })).status, 200)
    for (const path of ['/api/signalbox/mailbox/inbound', '/uploads/v2/contactlist']) {
      const refused = await house.call('POST', path, { token })
      assert.deepEqual([refused.status, refused.body.code], [403, 'not.authorized'], path)
    }
    const file = await house.call('GET', '/api/signalbox/attachments/none', { token })
    assert.deepEqual([file.status, file.body.code], [403, 'not.authorized'])
  })

  test('answers each of its examples as its schema says', async () => {
    for (const operation of operations) {
      for (const example of operation.examples ?? []) {
        const query = new URLSearchParams(
          Object.entries(example.input.query ?? {}).map(
            ([name, value]) => [name, String(value)] as [string, string],
          ),
        ).toString()
        const answer = await house.call(
          operation.method,
          `${urlOf(operation, example.input.path)}${query === '' ? '' : `?${query}`}`,
          {
            ...(operation.caller === 'user' ? { token: await house.userToken(0) } : {}),
            ...(example.input.body === undefined ? {} : { body: example.input.body }),
          },
        )
        const title = `${operation.id}: ${example.title}: ${JSON.stringify(answer.body)}`
        assert.equal(answer.status, operation.reply.status, title)
        if (operation.reply.schema === undefined) continue
        const errors = Compile(operation.reply.schema).Errors(answer.body)
        assert.deepEqual(errors, [], title)
      }
    }
  })
})
