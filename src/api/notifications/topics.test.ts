import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Principal } from '../../principal.ts'
import { TopicIndex } from './topic-index.ts'
import { judgeTopic, presentTopicKind, topicKinds } from './topics.ts'

const caller = (userId: string | undefined, ...permissions: string[]): Principal => ({
  organizationId: 'o',
  clientId: 'c',
  ...(userId === undefined ? {} : { userId }),
  permissions,
  scopes: [],
  tokenHash: '',
  tokenExpiresMs: 0,
})

test('users may hear of their own conversations without a permission, and of others only with it', () => {
  const topic = 'v2.users.anna.conversations.messages'
  assert.deepEqual(judgeTopic(topic, caller('anna')), { id: topic, state: 'Permitted' })
  assert.deepEqual(judgeTopic(topic, caller('bert')), {
    id: topic,
    state: 'Rejected',
    rejectionReason: 'Missing permission(s): conversation:message:view',
    missingPermissions: ['conversation:message:view'],
  })
  assert.equal(judgeTopic(topic, caller('bert', 'conversation:*')).state, 'Permitted')
  assert.equal(judgeTopic(topic, caller(undefined, '*')).state, 'Permitted')
})

test('queues, detail events and desks are for those with the permission', () => {
  const rows: readonly (readonly [string, string])[] = [
    ['v2.routing.queues.q.conversations', 'conversation:message:view'],
    ['v2.routing.queues.q.users', 'routing:queue:view'],
    ['v2.users.q.signalbox.desk', 'conversation:message:view'],
    ['v2.detail.events.conversation.x.customer.start', 'analytics:conversationDetail:view'],
  ]
  for (const [topic, permission] of rows) {
    assert.equal(judgeTopic(topic, caller('q')).state, 'Rejected', topic)
    assert.equal(judgeTopic(topic, caller('q', permission)).state, 'Permitted', topic)
  }
})

test('a topic that is not sent here is rejected without naming a permission', () => {
  for (const topic of [
    'v2.users.anna.geolocation',
    'v2.users..presence',
    'v2.users.anna',
    'v2.users.{id}.presence.more',
    'v3.users.anna.presence',
    'anything',
    '',
  ]) {
    const verdict = judgeTopic(topic, caller('anna', '*'))
    assert.ok(verdict.state === 'Rejected', topic)
    assert.deepEqual(verdict.missingPermissions, [])
  }
})

test('every listed topic can be subscribed to by an administrator', () => {
  assert.equal(new Set(topicKinds.map(({ template }) => template)).size, topicKinds.length)
  for (const kind of topicKinds) {
    const { id, requiresPermissions } = presentTopicKind(kind)
    const topic = id.replace('{id}', '11111111-1111-4111-8111-111111111111')
    assert.equal(judgeTopic(topic, caller('anna', '*')).state, 'Permitted', topic)
    assert.deepEqual(requiresPermissions, kind.permissions)
  }
})

test('the index knows what is wanted in sum, and forgets it with the last listener', () => {
  const index = new TopicIndex<string>()
  index.add('v2.users.a.conversations.messages', 'one')
  index.add('v2.users.a.conversations.messages', 'two')
  index.add('v2.routing.queues.q.users', 'one')
  index.add('v2.users.a.conversations.inbound.typing.event', 'one')
  assert.deepEqual([...index.listeners('v2.users.a.conversations.messages')], ['one', 'two'])
  assert.deepEqual([index.conversations, index.memberQueueIds], [true, ['q']])
  index.remove('v2.users.a.conversations.messages', 'one')
  index.remove('v2.users.a.conversations.messages', 'one')
  assert.equal(index.conversations, true)
  index.remove('v2.users.a.conversations.messages', 'two')
  index.remove('v2.routing.queues.q.users', 'one')
  assert.deepEqual([index.conversations, index.memberQueueIds], [false, []])
  assert.equal(index.has('v2.users.a.conversations.messages'), false)
  assert.equal(index.has('v2.users.a.conversations.inbound.typing.event'), true)
})
