import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MediaItem } from '../../domain/media.ts'
import type { Exchange } from '../../exchange.ts'
import type { AgentState, HandsetText, Timer, TokenRow } from '../store.ts'
import { ConflictError } from '../store.ts'
import type { ToolCall } from '../tool-call-store.ts'
import { newOrganizationId, nextId } from './samples.ts'
import type { CurrentSubject } from './subject.ts'

/** What every store promises about the smaller things. */
export function smallContract(subject: CurrentSubject): void {
  const newStore = () => subject().database.store(newOrganizationId())

  test('the first answer to a key is the answer', async () => {
    const { answers } = newStore()
    assert.equal(await answers.get('scope', 'key'), undefined)
    assert.equal(await answers.add('scope', 'key', { a: [1] }, 1), true)
    assert.equal(await answers.add('scope', 'key', 'other', 2), false)
    assert.equal(await answers.add('other', 'key', null, 2), true)
    assert.deepEqual(await answers.get('scope', 'key'), { a: [1] })
    assert.equal(await answers.get('other', 'key'), null)
  })

  test('a file comes back with its bytes, and its secret is kept', async () => {
    const { media } = newStore()
    const of = { conversationId: nextId(), communicationId: nextId() }
    const item: MediaItem = {
      ...of,
      id: nextId(),
      fileName: 'p.png',
      mediaType: 'image/png',
      contentLengthBytes: 600_000,
      status: 'uploading',
      createdMs: 1,
      secret: 'signs',
    }
    await media.add(item)
    assert.deepEqual(await media.get(item.id), item)
    const bytes = Uint8Array.from({ length: 600_000 }, (_, index) => index % 251)
    await media.putBytes(item.id, new Uint8Array([1, 2, 3]))
    await media.putBytes(item.id, bytes)
    assert.deepEqual(Buffer.from(await media.bytes(item.id)), Buffer.from(bytes))
    await media.setStatus(item.id, 'valid')
    const page = { size: 10, number: 1 }
    assert.equal((await media.list(of, page, 'uploading')).total, 0)
    const valid = await media.list(of, page, 'valid')
    assert.deepEqual(valid.entities, [{ ...item, status: 'valid' }])
    assert.equal((await media.list({ ...of, communicationId: nextId() }, page)).total, 0)
    const copy: MediaItem = { ...item, id: nextId(), communicationId: 'inbound', undeclared: true }
    await media.add(copy)
    await media.putBytes(copy.id, bytes)
    const file = { fileName: 'b.gif', mediaType: 'image/gif', contentLengthBytes: 4 }
    await media.describe(copy.id, file)
    const { undeclared: _, ...described } = { ...copy, ...file }
    assert.deepEqual(await media.copies(page), { entities: [described], total: 1 })
    await media.remove(copy.id)
    assert.equal(await media.get(copy.id), undefined)
    assert.equal((await media.bytes(copy.id)).length, 0)
  })

  test('the audit of tool calls is read newest first, by what is asked', async () => {
    const { toolCalls } = newStore()
    const call = (id: string, tool: string): ToolCall => ({
      id,
      timeMs: 1,
      durationMs: 2,
      clientId: 'client',
      door: 'mcp',
      connectionId: 'here',
      tool,
      effect: 'read',
      about: { conversationId: 'c' },
      digest: 'd',
      decision: 'allow',
      status: 200,
      masked: 0,
    })
    const [first, second, third] = [
      call(nextId(), 'get_message'),
      call(nextId(), 'get_email'),
      call(nextId(), 'get_message'),
    ] as const
    await toolCalls.add([first, second])
    await toolCalls.add([third])
    assert.deepEqual(await toolCalls.list(10), [third, second, first])
    assert.deepEqual(await toolCalls.list(10, { beforeId: third.id }), [second, first])
    assert.deepEqual(await toolCalls.list(1, { tool: 'get_message' }), [third])
    assert.deepEqual(await toolCalls.list(10, { decision: 'deny' }), [])
    assert.deepEqual(await newStore().toolCalls.list(10), [])
  })

  test('a consent is known by its pair and moves only from what it was', async () => {
    const { consents } = newStore()
    const consent = { sender: '+1', handset: '+2', status: 'opted-out', atMs: 1 } as const
    assert.equal(await consents.get('+1', '+2'), undefined)
    await consents.save(consent, undefined)
    await assert.rejects(consents.save(consent, undefined), ConflictError)
    const back = { ...consent, status: 'opted-in', atMs: 2 } as const
    await consents.save(back, consent)
    await assert.rejects(consents.save(back, consent), ConflictError)
    await consents.save({ ...consent, handset: '+3' }, undefined)
    assert.deepEqual(await consents.get('+1', '+2'), back)
    const page = { size: 10, number: 1 }
    assert.equal((await consents.list(page, {})).total, 2)
    assert.deepEqual((await consents.list(page, { status: 'opted-in' })).entities, [back])
    assert.equal((await newStore().consents.list(page, {})).total, 0)
  })

  test('the ledger of consent keeps every line, newest first', async () => {
    const { consents } = newStore()
    const line = { sender: '+1', handset: '+2', kind: 'opt-out', source: 'keyword' } as const
    const entries = [1, 2, 3].map((atMs) => ({ ...line, id: nextId(), atMs, applied: true }))
    for (const entry of entries) await consents.addEntry(entry)
    await consents.addEntry({ ...line, handset: '+9', id: nextId(), atMs: 4, applied: false })
    const page = { size: 2, number: 1 }
    const { entities, total } = await consents.entries(page, { sender: '+1', handset: '+2' })
    assert.equal(total, 3)
    assert.deepEqual(entities, entries.toReversed().slice(0, 2))
    assert.deepEqual(await consents.bulkTexts('+1', '+2'), [])
    for (const timeMs of [1, 2])
      await consents.saveBulkTexts('+1', '+2', [{ deliveryId: 'd', timeMs }])
    assert.deepEqual(await consents.bulkTexts('+1', '+2'), [{ deliveryId: 'd', timeMs: 2 }])
  })

  test('an agent state is saved version by version', async () => {
    const { agents } = newStore()
    const state: AgentState = {
      userId: 'ada',
      presence: 'AVAILABLE',
      routingStatus: 'IDLE',
      routingSinceMs: 1,
      presenceSinceMs: 2,
      version: 1,
    }
    await agents.save(state)
    await assert.rejects(agents.save(state), ConflictError)
    const next: AgentState = { ...state, version: 2, routingStatus: 'INTERACTING' }
    await agents.save(next)
    await assert.rejects(agents.save(next), ConflictError)
    const bob = { ...state, userId: 'bob' }
    await agents.save(bob)
    assert.deepEqual(await agents.get('ada'), next)
    assert.equal(await agents.get('eve'), undefined)
    assert.deepEqual(await agents.many(['eve', 'bob', 'ada']), [next, bob])
    assert.deepEqual(await agents.many([]), [])
  })

  test('timers come due in order, can be moved, and are taken once', async () => {
    const { timers } = newStore()
    const timer = (id: string, dueMs: number): Timer => ({ id, dueMs, kind: 'acw', body: { id } })
    assert.equal(await timers.next(), undefined)
    for (const one of [timer('c', 30), timer('a', 10), timer('b', 20)]) await timers.set(one)
    assert.equal(await timers.next(), 10)
    await timers.set(timer('a', 25))
    assert.deepEqual(await timers.due(25, 10), [timer('b', 20), timer('a', 25)])
    assert.deepEqual(await timers.due(30, 1), [timer('b', 20)])
    assert.equal(await timers.take('b'), true)
    assert.equal(await timers.take('b'), false)
    await timers.cancel('a')
    await timers.cancel('none')
    assert.deepEqual(await timers.due(99, 10), [timer('c', 30)])
  })

  test('a token is taken once, and pruned when it is over', async () => {
    const { tokens } = newStore()
    const token = (hash: string, expiresMs: number): TokenRow => ({
      hash,
      kind: 'code',
      clientId: 'client',
      userId: 'ada',
      scopes: ['conversations'],
      expiresMs,
      body: { redirectUri: 'https://example.org' },
    })
    for (const one of [token('a', 10), token('b', 20), token('c', 30)]) await tokens.add(one)
    assert.deepEqual(await tokens.get('a'), token('a', 10))
    assert.equal(await tokens.take('a'), true)
    assert.equal(await tokens.take('a'), false)
    assert.equal(await tokens.get('a'), undefined)
    assert.equal(await tokens.prune(20), 1)
    assert.equal(await tokens.get('b'), undefined)
    assert.deepEqual(await tokens.get('c'), token('c', 30))
  })

  test('a handset drops a text whose delivery it has', async () => {
    const { handsets } = newStore()
    const text = (changes: Partial<HandsetText> = {}): HandsetText => ({
      id: nextId(),
      direction: 'to-handset',
      accountId: 'account',
      handset: '+13175550123',
      sender: '+13175550100',
      text: 'Hello',
      segments: 1,
      timeMs: 1,
      status: 'sent',
      ...changes,
    })
    const sent = text({ deliveryId: 'delivery' })
    const reply = text({ direction: 'from-handset' })
    const elsewhere = text({ handset: '+13175550199' })
    assert.equal(await handsets.add(sent), true)
    assert.equal(await handsets.add(text({ deliveryId: 'delivery' })), false)
    assert.equal(await handsets.add(reply), true)
    assert.equal(await handsets.add(elsewhere), true)
    assert.deepEqual(await handsets.list('+13175550123', '', 10), [sent, reply])
    assert.deepEqual(await handsets.list('+13175550123', sent.id, 10), [reply])
    assert.deepEqual(await handsets.list(undefined, '', 2), [sent, reply])
    await handsets.setStatus(sent.id, 'delivered')
    assert.deepEqual(await handsets.get(sent.id), { ...sent, status: 'delivered' })
    assert.equal(await handsets.get('none'), undefined)
  })

  test('recorded calls are listed newest first', async () => {
    const { exchanges } = newStore()
    const exchange = (): Exchange => ({
      id: nextId(),
      startedMs: 1,
      endedMs: 2,
      method: 'POST',
      url: 'https://example.org/status',
      requestHeaders: { accept: '*/*' },
      requestBody: '{}',
      status: 200,
    })
    const [first, second, third] = [exchange(), exchange(), exchange()]
    for (const one of [first, second, third]) await exchanges.add(one, { accountId: 'account' })
    assert.deepEqual(await exchanges.get(first.id), first)
    assert.equal(await exchanges.get('none'), undefined)
    assert.deepEqual(await exchanges.list(2), [third, second])
  })

  test('the directory knows the organization of a key', async () => {
    const { database } = subject()
    const [one, two] = [newOrganizationId(), newOrganizationId()]
    await database.addOrganization(one)
    await database.addOrganization(one)
    assert.equal((await database.organizationIds()).filter((id) => id === one).length, 1)
    const key = nextId()
    assert.equal(await database.organizationOf('oauth-client', key), undefined)
    await database.addToDirectory('oauth-client', key, one)
    await database.addToDirectory('oauth-client', key, one)
    await assert.rejects(database.addToDirectory('oauth-client', key, two), ConflictError)
    assert.equal(await database.organizationOf('oauth-client', key), one)
    assert.equal(await database.organizationOf('user-email', key), undefined)
    await database.removeFromDirectory('oauth-client', key)
    assert.equal(await database.organizationOf('oauth-client', key), undefined)
  })

  test('leases are renewed together as far as nobody else has taken them', async () => {
    const { database } = subject()
    const [ours, free, theirs] = ['ours', 'free', 'theirs'].map(
      (one) => `${one}-${newOrganizationId()}`,
    )
    assert.ok(ours !== undefined && free !== undefined && theirs !== undefined)
    const first = await database.lease(ours, 'a', 100, 1000)
    const other = await database.lease(theirs, 'b', 100, 1000)
    const renewed = await database.renewLeases([ours, free, theirs], 'a', 100, 1090)
    assert.deepEqual(renewed, [{ ...first, expiresMs: 1190 }])
    assert.deepEqual(await database.leases(theirs), [other])
    assert.deepEqual(await database.leases(free), [])
    await database.lease(ours, 'b', 100, 1190)
    assert.deepEqual(await database.renewLeases([ours], 'a', 100, 1191), [])
  })

  test('a lease passes on when it is over or given up, and its epoch grows each time', async () => {
    const { database } = subject()
    const name = `${newOrganizationId()}/7`
    const first = await database.lease(name, 'a', 100, 1000)
    assert.deepEqual(first, { name, owner: 'a', epoch: 1, expiresMs: 1100 })
    assert.deepEqual(await database.lease(name, 'b', 100, 1099), first)
    assert.deepEqual(await database.lease(name, 'a', 100, 1050), { ...first, expiresMs: 1150 })
    const passed = { name, owner: 'b', epoch: 2, expiresMs: 1250 }
    assert.deepEqual(await database.lease(name, 'b', 100, 1150), passed)
    assert.deepEqual(await database.leases(name.slice(0, -1)), [passed])
    assert.deepEqual(await database.leases(`${name}%`), [])
    await database.releaseLeases('b')
    const again = await database.lease(name, 'b', 100, 1151)
    assert.deepEqual(again, { name, owner: 'b', epoch: 3, expiresMs: 1251 })
  })

  test('the database answers', async () => {
    await subject().database.ping()
  })
}
