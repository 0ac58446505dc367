import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Account, OAuthClient } from '../records.ts'
import { ConflictError } from '../store.ts'
import { aQueue, aUser, newOrganizationId, nextId } from './samples.ts'
import type { CurrentSubject } from './subject.ts'

const page = { size: 25, number: 1 }

/** What every store promises about administrative records. */
export function recordsContract(subject: CurrentSubject): void {
  const newStore = () => subject().database.store(newOrganizationId())

  test('a record comes back as it was added, by id and by its key', async () => {
    const { records } = newStore()
    const user = aUser('Ada', { email: 'Ada@Example.org', permissions: ['conversation:*'] })
    await records.add('user', user)
    assert.deepEqual(await records.get('user', user.id), user)
    assert.deepEqual(await records.byKey('user', 'ada@example.org'), user)
    assert.equal(await records.get('queue', user.id), undefined)
    assert.equal(await records.byKey('user', 'bob@example.org'), undefined)
  })

  test('a taken id or key is a conflict', async () => {
    const { records } = newStore()
    const user = aUser('Ada', { email: 'ada@example.org' })
    const other = aUser('Bob')
    await records.add('user', user)
    await records.add('user', other)
    await assert.rejects(records.add('user', user), ConflictError)
    await assert.rejects(
      records.add('user', aUser('Eve', { email: 'ADA@example.org' })),
      ConflictError,
    )
    await assert.rejects(
      records.save('user', { ...other, version: 2, email: 'ada@example.org' }),
      ConflictError,
    )
    assert.deepEqual(await records.get('user', other.id), other)
  })

  test('all records of a kind are known, and what changes is forgotten with its commit', async () => {
    const store = newStore()
    const { records } = store
    const user = aUser('Ada')
    await records.add('user', user)
    assert.deepEqual(await records.knownAll('user'), [user])
    const changed = { ...user, version: 2, name: 'Ada L.' }
    await store.transaction(async (store) => {
      await store.records.save('user', changed)
      assert.deepEqual(await store.records.knownAll('user'), [changed])
    })
    assert.deepEqual(await records.knownAll('user'), [changed])
    await records.remove('user', user.id)
    assert.deepEqual(await records.knownAll('user'), [])
    assert.deepEqual(await records.knownAll('queue'), [])
  })

  test('a save replaces the version before it and no other', async () => {
    const { records } = newStore()
    const queue = aQueue('Support')
    await records.add('queue', queue)
    const second = { ...queue, version: 2, name: 'Help' }
    await records.save('queue', second)
    await assert.rejects(records.save('queue', { ...queue, version: 2 }), ConflictError)
    await assert.rejects(records.save('queue', aQueue('Unknown', { version: 2 })), ConflictError)
    assert.deepEqual(await records.get('queue', queue.id), second)
  })

  test('a known record is the committed one, at once after a commit of this node', async () => {
    const store = newStore()
    const user = aUser('Ada', { email: 'ada@example.org' })
    assert.equal(await store.records.known('user', user.id), undefined)
    await store.records.add('user', user)
    assert.deepEqual(await store.records.known('user', user.id), user)
    assert.deepEqual(await store.records.knownByKey('user', 'ada@example.org'), user)
    const second = { ...user, version: 2, email: 'ada@example.net' }
    await store.transaction(async ({ records }) => {
      await records.save('user', second)
      assert.deepEqual(await records.known('user', user.id), second)
    })
    assert.deepEqual(await store.records.known('user', user.id), second)
    assert.equal(await store.records.knownByKey('user', 'ada@example.org'), undefined)
    await store.records.remove('user', user.id)
    assert.equal(await store.records.known('user', user.id), undefined)
  })

  test('what a transaction wrote and took back is never known to others', async () => {
    const store = newStore()
    const queue = aQueue('Support')
    await store.records.add('queue', queue)
    await store.records.known('queue', queue.id)
    const undone = store.transaction(async ({ records }) => {
      await records.save('queue', { ...queue, version: 2, name: 'Help' })
      await records.known('queue', queue.id)
      throw new Error('changed my mind')
    })
    await assert.rejects(undone, /changed my mind/)
    assert.deepEqual(await store.records.known('queue', queue.id), queue)
  })

  test('lists go by name, in pages, with the total', async () => {
    const { records } = newStore()
    for (const name of ['delta', 'Alpha', 'charlie', 'Bravo', 'echo']) {
      await records.add('queue', aQueue(name))
    }
    const second = await records.list('queue', { size: 2, number: 2 })
    assert.deepEqual(
      second.entities.map(({ name }) => name),
      ['charlie', 'delta'],
    )
    assert.equal(second.total, 5)
    assert.deepEqual(await records.list('wrapupCode', page), { entities: [], total: 0 })
  })

  test('lists filter by ids and by a name with wildcards, whatever its case', async () => {
    const { records } = newStore()
    const queues = ['Sales 100%', 'sales_eu', 'SALES-US', 'Support'].map((name) => aQueue(name))
    for (const queue of queues) await records.add('queue', queue)
    const names = async (name: string) => {
      const { entities } = await records.list('queue', page, { name })
      return entities.map((queue) => queue.name).sort()
    }
    assert.deepEqual(await names('sales*'), ['SALES-US', 'Sales 100%', 'sales_eu'])
    assert.deepEqual(await names('*100%'), ['Sales 100%'])
    assert.deepEqual(await names('sales_*'), ['sales_eu'])
    assert.deepEqual(await names('support'), ['Support'])
    assert.deepEqual(await names('supp'), [])
    const ids = queues.slice(1).map(({ id }) => id)
    const some = await records.list('queue', page, { ids, name: 'sales*' })
    assert.deepEqual(some.entities.map(({ name }) => name).sort(), ['SALES-US', 'sales_eu'])
    assert.equal(some.total, 2)
    assert.equal((await records.list('queue', page, { ids: [] })).total, 0)
  })

  test('a removed record is gone, and its key is free again', async () => {
    const { records } = newStore()
    const user = aUser('Ada')
    await records.add('user', user)
    assert.equal(await records.remove('user', user.id), true)
    assert.equal(await records.remove('user', user.id), false)
    await records.add('user', { ...aUser('Ada'), email: user.email })
  })

  test('secrets come back to the program and are unreadable on disk', async () => {
    const { records } = newStore()
    const account: Account = {
      id: nextId(),
      name: 'An account that is not secret',
      version: 1,
      createdMs: 1,
      modifiedMs: 1,
      connector: 'loopback',
      settings: {},
      uncertain: 'hold',
      allowPrivateNetwork: false,
      secrets: { apiKey: 'topsecret-4711', other: 'ünïcode' },
    }
    await records.add('account', account)
    assert.deepEqual(await records.get('account', account.id), account)
    const changed = { ...account, version: 2, secrets: { apiKey: 'topsecret-4712' } }
    await records.save('account', changed)
    assert.deepEqual((await records.list('account', page)).entities, [changed])
    const raw = await subject().raw()
    assert.ok(raw.includes('An account that is not secret'), 'the premise: this is the data')
    assert.ok(!raw.includes('topsecret-'))
    assert.ok(!raw.includes('apiKey'))
    const { secrets: _, ...bare } = { ...account, version: 3 }
    await records.save('account', bare)
    assert.deepEqual(await records.get('account', account.id), bare)
  })

  test('nothing of one organization is seen by another', async () => {
    const first = newStore()
    const other = newStore()
    const user = aUser('Ada', { email: 'same@example.org' })
    const client: OAuthClient = {
      ...aUser('Client'),
      grantType: 'CODE',
      secretHash: '',
      redirectUris: [],
      scopes: [],
      permissions: [],
      tokenValiditySeconds: 60,
      state: 'active',
    }
    await first.records.add('user', user)
    await first.records.add('oauthClient', client)
    assert.equal(await other.records.get('user', user.id), undefined)
    assert.equal(await other.records.byKey('user', 'same@example.org'), undefined)
    assert.equal((await other.records.list('user', page)).total, 0)
    assert.equal(await other.records.remove('user', user.id), false)
    await other.records.add('user', user)
    assert.deepEqual(await first.records.get('user', user.id), user)
  })
}
