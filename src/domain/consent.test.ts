import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Consent, consentAfter, consentRefusal } from './consent.ts'
import { consentWordOf } from './consent-words.ts'

const wording = { sets: ['vendor', 'ctia', 'fcc'] } as const

test('a text that is nothing but a word of the sets says it, however it is written', () => {
  for (const text of [
    'STOP',
    'stop',
    ' Stop! ',
    '"STOP"',
    'Stop all',
    'opt-out',
    'Opt Out.',
    'END',
  ]) {
    assert.equal(consentWordOf(text, wording), 'opt-out', text)
  }
  for (const text of ['START', 'unstop', 'Yes'])
    assert.equal(consentWordOf(text, wording), 'opt-in', text)
  for (const text of ['help', 'INFO?', 'Help me!'.slice(0, 4)])
    assert.equal(consentWordOf(text, wording), 'help', text)
})

test('a text that says more than the word is a message', () => {
  for (const text of [
    'please stop by',
    'stop it',
    'I will start',
    '',
    '   ',
    '🛑',
    'x'.repeat(500),
  ]) {
    assert.equal(consentWordOf(text, wording), undefined, text)
  }
})

test('words of other sets and own words count only where they are asked for', () => {
  assert.equal(consentWordOf('arrêt', wording), undefined)
  assert.equal(consentWordOf('arrêt', { sets: ['carrier'] }), 'opt-out')
  assert.equal(consentWordOf('Abmelden', { ...wording, optOut: ['abmelden'] }), 'opt-out')
  assert.equal(consentWordOf('STOP', { sets: [], help: ['stop'] }), 'help')
})

const sender = '+12025550142'
const handset = '+12025550143'

/** What may happen between a handset and a sender. */
const anyEvent = fc.oneof(
  fc.record({
    type: fc.constant('said' as const),
    kind: fc.constantFrom('opt-out' as const, 'opt-in' as const, 'help' as const),
    agoMs: fc.constantFrom(0, 0, 0, 1, 1_000, 86_400_000),
  }),
  fc.record({
    type: fc.constant('send' as const),
    purpose: fc.constantFrom(...(['agent', 'one-time-code', 'bulk', 'answer'] as const)),
  }),
  fc.record({ type: fc.constant('wait' as const), ms: fc.constantFrom(0, 1, 60_000) }),
)

/** The last word by a rule of its own: of all that was said, the latest time, opt-outs before opt-ins. */
function lastWord(said: readonly { readonly kind: string; readonly atMs: number }[]) {
  const words = said.filter(({ kind }) => kind !== 'help')
  const lastMs = Math.max(...words.map(({ atMs }) => atMs))
  const last = words.filter(({ atMs }) => atMs === lastMs)
  if (last.length === 0) return undefined
  return last.some(({ kind }) => kind === 'opt-out') ? 'opted-out' : 'opted-in'
}

test('in no history does a text leave after an opt-out that is the last word', () => {
  let sends = 0
  let refused = 0
  fc.assert(
    fc.property(
      fc.array(anyEvent, { maxLength: 12 }),
      fc.boolean(),
      (events, marketingNeedsOptIn) => {
        let nowMs = 1_790_000_000_000
        let consent: Consent | undefined
        const said: { kind: string; atMs: number }[] = []
        for (const event of events) {
          if (event.type === 'wait') nowMs += event.ms
          if (event.type === 'said') {
            const word = { sender, handset, kind: event.kind, atMs: nowMs - event.agoMs }
            consent = consentAfter(consent, word) ?? consent
            said.push(word)
          }
          if (event.type !== 'send') continue
          const { purpose } = event
          const refusal = consentRefusal(consent, { purpose, marketingNeedsOptIn })
          sends += 1
          if (refusal !== undefined) refused += 1
          const isOut = lastWord(said) === 'opted-out'
          if (purpose === 'answer') assert.equal(refusal, undefined)
          else if (isOut) assert.equal(refusal?.reason, 'RecipientOptedOut')
          else assert.notEqual(refusal?.reason, 'RecipientOptedOut')
        }
      },
    ),
    { numRuns: 100_000 },
  )
  assert.ok(sends > 100_000 && refused > 10_000, `${sends} sends, ${refused} refused`)
})

test('bulk texts wait for an opt-in where the policy asks for one, and replies do not', () => {
  const asks = { marketingNeedsOptIn: true }
  assert.equal(consentRefusal(undefined, { ...asks, purpose: 'bulk' })?.reason, 'MessageNotAllowed')
  assert.equal(consentRefusal(undefined, { ...asks, purpose: 'agent' }), undefined)
  const consent: Consent = { sender, handset, status: 'opted-in', atMs: 1 }
  assert.equal(consentRefusal(consent, { ...asks, purpose: 'bulk' }), undefined)
})
