import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parse } from 'yaml'
import { type FlowEvent, type FlowState, type FlowTurn, flowStart, flowTurn } from './flow.ts'
import { compileFlow } from './flow-document.ts'
import { FlowMistake } from './flow-values.ts'

const orders = `
inboundShortMessage:
  name: Orders
  states:
    - state:
        name: Start
        refId: start
        actions:
          - sendResponse: { name: Greet, messageBody: 'Hello {{Customer.id}}!' }
          - askForText:
              name: Which order
              question: Which order?
              variable: order
              timeoutSeconds: 60
              noAnswer:
                actions:
                  - sendResponse: { messageBody: 'Bye.' }
                  - disconnect: {}
          - match:
              text: '{{Flow.order}}'
              cases:
                - contains: [agent, person]
                  actions:
                    - transferToAcd: { targetQueue: { lit: { name: Support } }, acdSkills: [orders], priority: 5 }
                - digits: { min: 4, max: 6, variable: orderNumber }
                  actions:
                    - changeState: { targetState: look-up }
              otherwise:
                actions:
                  - changeState: { targetState: start }
    - state:
        name: Look up
        refId: look-up
        actions:
          - callData:
              name: Get the order
              timeout: { lit: { seconds: 5 } }
              category:
                Shop:
                  dataAction:
                    Get order:
                      inputs: { ORDER: '{{Flow.orderNumber}}' }
                      successOutputs: { status: { var: Flow.status } }
                      failureOutputs: { errorCode: { var: Flow.why } }
              outputs:
                success:
                  actions:
                    - setParticipantData:
                        attributes:
                          - attribute: { name: order, value: '{{Flow.orderNumber}}' }
                    - sendResponse: { messageBody: 'It is {{Flow.status}}.' }
                    - disconnect: {}
                failure:
                  actions:
                    - sendResponse: { messageBody: 'That failed: {{Flow.why}}.' }
                    - transferToAcd: { targetQueue: Support }
                timeout:
                  actions:
                    - transferToAcd: { targetQueue: Support }
`
const program = compileFlow(parse(orders))
const around = { customer: '+12025550143', address: '+12025550142', participantData: {} }

function run(events: readonly FlowEvent[], from = flowStart): readonly FlowTurn[] {
  let state: FlowState = from
  return events.flatMap((event) => {
    const turn = flowTurn(program, state, { event, around })
    state = turn?.state ?? state
    return turn === undefined ? [] : [turn]
  })
}

const text = (said: string): FlowEvent => ({ type: 'text', text: said })

test('greets, asks, looks up and ends, as the file says', () => {
  const [first, second, third, ...none] = run([
    text('hi'),
    text('my order is 12345, please'),
    { type: 'result', turn: 2, outcome: 'success', outputs: { status: 'on its way' } },
  ])
  assert.deepEqual(first?.effects, [
    { type: 'say', text: 'Hello +12025550143!' },
    { type: 'say', text: 'Which order?' },
    { type: 'wait', timeoutMs: 60_000 },
  ])
  assert.deepEqual(second?.effects, [
    {
      type: 'call',
      action: 'Get order',
      category: 'Shop',
      inputs: { ORDER: '12345' },
      timeoutMs: 5000,
    },
  ])
  assert.deepEqual(third?.effects, [
    { type: 'set', values: { order: '12345' } },
    { type: 'say', text: 'It is on its way.' },
    { type: 'disconnect' },
  ])
  assert.deepEqual(third?.path, ['setParticipantData', 'sendResponse', 'disconnect'])
  assert.deepEqual(none, [])
})

test('failure and time-out of an action have branches of their own', () => {
  const failed = run([
    text('hi'),
    text('1234'),
    { type: 'result', turn: 2, outcome: 'failure', outputs: { errorCode: 'not.found' } },
  ])
  assert.deepEqual(failed.at(-1)?.effects, [
    { type: 'say', text: 'That failed: not.found.' },
    { type: 'transfer', queue: 'Support', skills: [], priority: 0 },
  ])
  const late = run([
    text('hi'),
    text('1234'),
    { type: 'result', turn: 2, outcome: 'timeout', outputs: {} },
  ])
  assert.deepEqual(late.at(-1)?.effects.at(-1), {
    type: 'transfer',
    queue: 'Support',
    skills: [],
    priority: 0,
  })
})

test('asks again what it did not understand, and hands over where it is asked to', () => {
  const turns = run([text('hi'), text('what?'), text('An AGENT, please!')])
  assert.equal(turns[1]?.effects.at(-1)?.type, 'wait')
  assert.deepEqual(turns[2]?.effects, [
    { type: 'transfer', queue: 'Support', skills: ['orders'], priority: 5 },
  ])
  assert.equal(turns[2]?.state.status, 'over')
})

test('a time-out that comes after the answer changes nothing', () => {
  const [first] = run([text('hi')])
  assert.ok(first)
  const turn = first.state.turn
  assert.equal(run([text('1234'), { type: 'no-answer', turn }], first.state).length, 1)
  const quiet = run([{ type: 'no-answer', turn }], first.state)
  assert.deepEqual(quiet[0]?.effects, [{ type: 'say', text: 'Bye.' }, { type: 'disconnect' }])
})

test('a flow that goes round without waiting, or off its end, is lost and says so', () => {
  const loop = compileFlow(
    parse(`
inboundShortMessage:
  name: Loop
  states:
    - state: { name: a, actions: [{ changeState: { targetState: a } }] }`),
  )
  const turn = flowTurn(loop, flowStart, { event: text('x'), around })
  assert.equal(turn?.effects[0]?.type, 'lost')
  const empty = compileFlow({
    inboundShortMessage: { name: 'E', states: [{ state: { name: 'a', actions: [] } }] },
  })
  const off = flowTurn(empty, flowStart, { event: text('x'), around })
  assert.equal(off?.effects[0]?.type, 'lost')
})

test('a mistake in the file is told by its place and what to write', () => {
  const wrong = (action: unknown) => ({
    inboundShortMessage: { name: 'W', states: [{ state: { name: 'a', actions: [action] } }] },
  })
  const mistakes: readonly [unknown, RegExp][] = [
    [wrong({ sendResponse: {} }), /states\[0\]\.actions\[0\]\.sendResponse\.messageBody/],
    [wrong({ sendMail: {} }), /no such action: use one of sendResponse/],
    [wrong({ changeState: { targetState: 'b' } }), /no state "b": choose one of a/],
    [wrong({ sendResponse: { messageBody: { exp: 'ToString(1)' } } }), /Expressions are not run/],
    [wrong({ callData: { action: 'x', timeout: { lit: { minutes: 9 } } } }), /between 1 second/],
    [{}, /inboundShortMessage/],
  ]
  for (const [document, told] of mistakes) {
    assert.throws(
      () => compileFlow(document),
      (error) => error instanceof FlowMistake && told.test(error.message),
    )
  }
})

const anyEvent: fc.Arbitrary<FlowEvent> = fc.oneof(
  fc.record({
    type: fc.constant('text' as const),
    text: fc.oneof(fc.string(), fc.constantFrom('1234', 'agent', '{{Flow.order}}', '{{{{x}}}}')),
  }),
  fc.record({ type: fc.constant('no-answer' as const), turn: fc.nat(8) }),
  fc.record({
    type: fc.constant('result' as const),
    turn: fc.nat(8),
    outcome: fc.constantFrom('success' as const, 'failure' as const, 'timeout' as const),
    outputs: fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }),
  }),
)

test('whatever comes, each turn ends in a pause or an end, and nothing follows an end', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 12 }), (events) => {
      let isOver = false
      for (const turn of run(events)) {
        assert.ok(!isOver, 'nothing follows an end')
        assert.notEqual(turn.state.status, 'running')
        isOver = turn.state.status === 'over'
      }
    }),
    { numRuns: 2000 },
  )
})

test('a customer cannot write placeholders of his own', () => {
  const turns = run([text('hi'), text('{{Participant.secret}} 1234')])
  const call = turns[1]?.effects[0]
  assert.equal(call?.type === 'call' && call.inputs['ORDER'], '1234')
})
