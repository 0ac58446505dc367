import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Delivery } from '../domain/delivery.ts'
import { Lanes, type Waiting } from './lanes.ts'

function aWaiting(id: number, lane: string, priority = 2): Waiting {
  const delivery: Delivery = {
    id: String(id).padStart(8, '0'),
    accountId: 'account',
    kind: 'sms',
    lane,
    bucket: 0,
    priority,
    state: 'queued',
    attempts: 0,
    acceptedMs: id,
    dueMs: id,
    expiresMs: id + 1000,
    leaseEpoch: 0,
  }
  return { organizationId: 'organization', delivery }
}

test('a lane lets one out at a time, in the order accepted, whatever is retried meanwhile', () => {
  const command = fc.record({
    kind: fc.constantFrom('add', 'next', 'done', 'again'),
    lane: fc.nat(3),
    pick: fc.nat(),
  })
  fc.assert(
    fc.property(fc.array(command, { maxLength: 200 }), (commands) => {
      const lanes = new Lanes()
      const underWay: Waiting[] = []
      const left = new Map<string, string[]>()
      let id = 0
      for (const { kind, lane, pick } of commands) {
        if (kind === 'add') {
          id += 1
          lanes.add(aWaiting(id, `lane-${lane}`, pick % 3))
        }
        if (kind === 'next') {
          const one = lanes.next()
          if (one === undefined) continue
          assert.ok(
            !underWay.some(({ delivery }) => delivery.lane === one.delivery.lane),
            'two of a lane at once',
          )
          underWay.push(one)
        }
        const at = underWay.length === 0 ? -1 : pick % underWay.length
        const one = underWay[at]
        if (one === undefined) continue
        if (kind === 'done') {
          underWay.splice(at, 1)
          left.set(one.delivery.lane, [...(left.get(one.delivery.lane) ?? []), one.delivery.id])
          lanes.done(one)
        }
        if (kind === 'again') {
          underWay.splice(at, 1)
          const retried = {
            ...one,
            delivery: { ...one.delivery, attempts: one.delivery.attempts + 1 },
          }
          lanes.again(retried)
          lanes.resume(retried)
        }
      }
      for (const ids of left.values()) assert.deepEqual(ids, [...ids].sort())
    }),
  )
})

test('a lane that stands still holds up no other', () => {
  const lanes = new Lanes()
  lanes.add(aWaiting(1, 'stuck'))
  lanes.add(aWaiting(2, 'stuck'))
  lanes.add(aWaiting(3, 'free'))
  const stuck = lanes.next()
  assert.equal(stuck?.delivery.lane, 'stuck')
  assert.equal(lanes.next()?.delivery.id, '00000003')
  assert.equal(lanes.next(), undefined)
})

test('agents go before one-time codes, those before bulk', () => {
  const lanes = new Lanes()
  lanes.add(aWaiting(1, 'bulk', 2))
  lanes.add(aWaiting(2, 'code', 1))
  lanes.add(aWaiting(3, 'agent', 0))
  const order = [lanes.next(), lanes.next(), lanes.next()].map((one) => one?.delivery.lane)
  assert.deepEqual(order, ['agent', 'code', 'bulk'])
})

test('one that is read from the store late still goes to its place', () => {
  const lanes = new Lanes()
  lanes.add(aWaiting(1, 'lane'))
  const first = lanes.next()
  lanes.add(aWaiting(3, 'lane'))
  lanes.add(aWaiting(2, 'lane'))
  lanes.add(aWaiting(2, 'lane'))
  assert.ok(first !== undefined)
  lanes.done(first)
  const second = lanes.next()
  assert.equal(second?.delivery.id, '00000002')
  assert.ok(second !== undefined)
  lanes.done(second)
  assert.equal(lanes.next()?.delivery.id, '00000003')
  assert.equal(lanes.size, 1)
})

test('buckets that go to another node take what waits with them, not what is under way', () => {
  const lanes = new Lanes()
  lanes.add(aWaiting(1, 'lane'))
  lanes.add(aWaiting(2, 'lane'))
  lanes.add(aWaiting(3, 'other'))
  const running = lanes.next()
  assert.ok(running !== undefined)
  lanes.drop(() => false)
  assert.equal(lanes.size, 1)
  lanes.done(running)
  assert.equal(lanes.next(), undefined)
  assert.equal(lanes.size, 0)
})

test('a sender that is held lets nothing out; others go on, and it goes on where it was', () => {
  const lanes = new Lanes()
  lanes.add(aWaiting(1, 'account|slow|a'))
  lanes.add(aWaiting(2, 'account|slow|b'))
  lanes.add(aWaiting(3, 'account|fast|a'))
  const held = lanes.next()
  assert.equal(held?.delivery.id, '00000001')
  assert.ok(held !== undefined)
  lanes.hold(held)
  assert.equal(lanes.next()?.delivery.id, '00000003')
  assert.equal(lanes.next(), undefined)
  lanes.add(aWaiting(4, 'account|slow|c', 0))
  assert.equal(lanes.next(), undefined, 'also what comes later waits')
  lanes.release(held)
  const order = [lanes.next(), lanes.next(), lanes.next()].map((one) => one?.delivery.id)
  assert.deepEqual(order, ['00000004', '00000001', '00000002'])
})

test('senders take turns, so that one with a long queue does not starve the others', () => {
  const lanes = new Lanes()
  for (let id = 1; id <= 5; id += 1) lanes.add(aWaiting(id, `account|busy|${id}`))
  lanes.add(aWaiting(6, 'account|quiet|a'))
  const order = [lanes.next(), lanes.next()].map((one) => one?.delivery.lane.split('|')[1])
  assert.deepEqual(order, ['busy', 'quiet'])
})

test('who reads the store knows what is here and what was here since he began', () => {
  const lanes = new Lanes()
  const [before, during, later] = [1, 2, 3].map((id) => aWaiting(id, `lane-${id}`))
  assert.ok(before && during && later)
  lanes.add(before)
  lanes.next()
  const sight = lanes.watch()
  lanes.add(during)
  lanes.next()
  lanes.done(before)
  assert.deepEqual(
    [before, during, later].map(({ delivery }) => sight.has(delivery.id)),
    [true, true, false],
  )
  lanes.done(during)
  assert.ok(sight.has(during.delivery.id))
  sight.end()
  assert.ok(!lanes.watch().has(during.delivery.id))
})
