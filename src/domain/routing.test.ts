import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Candidate, capacityOf, mediumOf, nextAgent } from './routing.ts'

const candidates = fc.uniqueArray(
  fc.record({
    userId: fc.constantFrom('ada', 'bob', 'cy', 'dee', 'eve'),
    routingStatus: fc.constantFrom('IDLE', 'INTERACTING', 'NOT_RESPONDING', 'OFF_QUEUE'),
    sinceMs: fc.nat(1000),
    load: fc.nat(5),
  }),
  { selector: ({ userId }) => userId },
)

test('nobody is chosen who does not take work or has no room', () => {
  fc.assert(
    fc.property(candidates, fc.integer({ min: 1, max: 5 }), (all, capacity) => {
      const chosen = nextAgent(all, [], { capacity })
      const may = ({ routingStatus, load }: Candidate) =>
        ['IDLE', 'INTERACTING'].includes(routingStatus) && load < capacity
      if (chosen === undefined) assert.ok(!all.some(may))
      else assert.ok(may(chosen))
    }),
  )
})

test('the preferred agent goes first whenever he is free and has not let it ring', () => {
  fc.assert(
    fc.property(candidates, (all) => {
      const free = nextAgent(
        all.filter(({ userId }) => userId === 'ada'),
        [],
      )
      const chosen = nextAgent(all, [], { preferredUserId: 'ada' })
      if (free !== undefined) assert.equal(chosen?.userId, 'ada')
      const others = all.some((one) => one.userId !== 'ada' && nextAgent([one], []) !== undefined)
      if (others) {
        const after = nextAgent(all, ['ada'], { preferredUserId: 'ada' })
        assert.notEqual(after?.userId, 'ada')
      }
    }),
  )
})

test('only an agent with every skill that is needed is chosen', () => {
  const agent = { routingStatus: 'IDLE', sinceMs: 0, load: 0 }
  const all = [
    { ...agent, userId: 'none' },
    { ...agent, userId: 'some', skillIds: ['german'] },
    { ...agent, userId: 'both', skillIds: ['german', 'billing'], sinceMs: 9 },
  ]
  assert.equal(nextAgent(all, [], { skillIds: ['german', 'billing'] })?.userId, 'both')
  assert.equal(nextAgent(all, [], { skillIds: ['french'] }), undefined)
  assert.equal(nextAgent(all, [], { skillIds: [] })?.userId, 'none')
})

test('each medium has the capacity of the vendor', () => {
  assert.deepEqual(
    (['open', 'sms', 'email', 'cobrowse'] as const).map((one) => capacityOf(mediumOf(one))),
    [4, 4, 1, 1],
  )
})
