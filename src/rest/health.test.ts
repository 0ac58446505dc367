import assert from 'node:assert/strict'
import { test } from 'node:test'
import fastify from 'fastify'
import { addHealth, type HealthDeps } from './health.ts'

function aServer(deps: Partial<HealthDeps>) {
  const app = fastify()
  addHealth(app, {
    database: { ping: async () => {} },
    dispatcherStarted: () => true,
    metrics: { text: async () => 'sent_total 3\n', contentType: 'text/plain; version=0.0.4' },
    clock: { now: () => 0, after: () => () => {} },
    log: { debug() {}, info() {}, warn() {}, error() {} },
    ...deps,
  })
  return app
}

test('a process that answers is alive, whatever its parts do', async () => {
  const app = aServer({ dispatcherStarted: () => false })
  const reply = await app.inject('/health/live')
  assert.deepEqual([reply.statusCode, reply.json()], [200, { status: 'up' }])
})

test('readiness names the part that is down', async () => {
  const ready = await aServer({}).inject('/health/ready')
  assert.deepEqual(
    [ready.statusCode, ready.json()],
    [200, { status: 'up', parts: { database: 'up', dispatcher: 'up' } }],
  )
  const idle = await aServer({ dispatcherStarted: () => false }).inject('/health/ready')
  assert.deepEqual(
    [idle.statusCode, idle.json().parts],
    [503, { database: 'up', dispatcher: 'down' }],
  )
  const ping = (): Promise<void> => Promise.reject(new Error('the disk is gone'))
  const broken = await aServer({ database: { ping } }).inject('/health/ready')
  assert.deepEqual(
    [broken.statusCode, broken.json()],
    [503, { status: 'down', parts: { database: 'down', dispatcher: 'up' } }],
  )
})

test('a database that hangs counts as down', async () => {
  const reply = await aServer({
    database: { ping: () => new Promise(() => {}) },
    clock: {
      now: () => 0,
      after(_delayMs, work) {
        setImmediate(work)
        return () => {}
      },
    },
  }).inject('/health/ready')
  assert.equal(reply.statusCode, 503)
})

test('metrics come in the form that their registry says', async () => {
  const reply = await aServer({}).inject('/metrics')
  assert.equal(reply.headers['content-type'], 'text/plain; version=0.0.4')
  assert.equal(reply.body, 'sent_total 3\n')
})
