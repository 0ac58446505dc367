import assert from 'node:assert/strict'
import { type Conversation, currentLeg, customerOf, isLive } from './conversation.ts'

/** What must hold of a conversation after any history. */
export function assertPossible(conversation: Conversation): void {
  const customer = customerOf(conversation)
  assert.equal(
    conversation.endMs === undefined,
    isLive(customer),
    'open exactly while the customer is',
  )
  if (conversation.endMs !== undefined) {
    assert.ok(
      conversation.participants.every((one) => !isLive(one)),
      'nobody stays in an ended one',
    )
    assert.equal(conversation.waiting, undefined, 'an ended one waits for nobody')
  }
  if (conversation.waiting !== undefined) {
    assert.ok(
      conversation.participants.some(
        (one) =>
          one.purpose === 'acd' && isLive(one) && one.queueId === conversation.waiting?.queueId,
      ),
      'it waits in a live queue',
    )
  }
  assertHandling(conversation)
  assertWrapups(conversation)
  for (const { communications } of conversation.participants) {
    for (const [index, leg] of communications.entries()) {
      assert.equal(leg.state === 'disconnected', leg.endMs !== undefined)
      assert.equal(leg.state === 'disconnected', leg.disconnectType !== undefined)
      if (index < communications.length - 1)
        assert.equal(leg.state, 'disconnected', 'only the last leg lives')
      const running = leg.segments.filter(({ endMs }) => endMs === undefined)
      assert.equal(
        running.length,
        leg.state === 'disconnected' ? 0 : 1,
        'one running segment a live leg',
      )
    }
  }
}

/** At most one agent has it, one queue holds it, and one agent is alerted. */
function assertHandling(conversation: Conversation): void {
  const live = conversation.participants.filter(isLive)
  const alerting = live.filter((one) => currentLeg(one)?.state === 'alerting')
  const queues = live.filter(({ purpose }) => purpose === 'acd')
  const agents = live.filter((one) => one.purpose === 'agent' && !alerting.includes(one))
  assert.ok(alerting.length <= 1, 'one alert at a time')
  assert.ok(queues.length <= 1, 'one queue at a time')
  assert.ok(agents.length <= 1, 'one agent has it')
  assert.ok(alerting.length === 0 || conversation.waiting === undefined, 'alerted or waiting')
  const [agentNow] = agents
  if (agentNow !== undefined && queues.length + alerting.length > 0) {
    const taking = [...queues, ...alerting].map(({ id }) => id)
    assert.ok(taking.includes(agentNow.handingTo ?? ''), 'others come only when he hands it over')
  }
  for (const { communications } of live) {
    const leg = communications.at(-1)
    assert.equal(leg?.state === 'parked', leg?.parkedMs !== undefined)
  }
}

/** After-call work begins when a leg is over, and is over only after it began and with a last word. */
function assertWrapups(conversation: Conversation): void {
  for (const one of conversation.participants) {
    if (one.startAcwMs !== undefined) assert.ok(!isLive(one), 'nobody wraps up while he talks')
    if (one.endAcwMs === undefined) continue
    assert.ok(one.startAcwMs !== undefined && one.endAcwMs >= one.startAcwMs)
    assert.equal(one.wrapup?.provisional, false, 'work that is done has a last word')
  }
}
