import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ToolPolicy } from '../store/tool-policy.ts'
import { refusalOf } from './addresses.ts'
import { withinBudget } from './budget.ts'
import { catalog, toolNamed } from './catalog/catalog.ts'
import { digestOf } from './confirm.ts'
import { maskPersonalData } from './masking.ts'
import { isWithin, readNarrowing } from './narrowing.ts'
import { rightsOf } from './policy.ts'
import { selectInAnswer } from './selection.ts'
import { markUntrusted } from './untrusted.ts'

const policy = (given: Partial<ToolPolicy>): ToolPolicy => ({
  id: 'p',
  name: 'Policy',
  version: 1,
  createdMs: 0,
  modifiedMs: 0,
  rules: {},
  readOnly: false,
  withoutElicitation: 'token',
  maskPersonalData: false,
  plainText: false,
  keepPayload: false,
  ...given,
})

const asking = { connectionId: 'here', clientId: 'c', writes: 'careful' } as const

test('an answer of any shape fits its budget and says what was cut', () => {
  const items = fc.array(fc.record({ id: fc.uuid(), text: fc.string({ maxLength: 3000 }) }), {
    maxLength: 60,
  })
  fc.assert(
    fc.property(items, fc.string({ maxLength: 9000 }), (entities, note) => {
      const answer = { entities, note }
      const cut = withinBudget(answer, 8000)
      const text = JSON.stringify(cut)
      assert.ok(text.length <= 8000, String(text.length))
      assert.equal('_more' in cut, JSON.stringify(answer).length > 8000)
    }),
    { numRuns: 60 },
  )
})

test('a further policy only ever makes the rule stricter', () => {
  const order = ['allow', 'confirm', 'deny']
  const rule = fc.constantFrom('allow' as const, 'confirm' as const, 'deny' as const)
  const rules = fc.dictionary(fc.constantFrom('*', 'effect:send', 'channel:email'), rule)
  fc.assert(
    fc.property(fc.constantFrom(...catalog), rules, rules, (tool, one, other) => {
      const first = rightsOf(tool, [policy({ rules: one })], asking).rule
      const both = [policy({ rules: one }), policy({ rules: other })]
      const said = Object.keys(one).length > 0
      const together = rightsOf(tool, both, asking).rule
      const speaks = rightsOf(tool, [policy({ rules: one })], { ...asking, writes: 'deny' })
      if (said && speaks.rule === first && tool.effect !== 'read')
        assert.ok(order.indexOf(together) >= order.indexOf(first))
    }),
  )
})

test('without a policy reading goes through, and what reaches a customer is confirmed', () => {
  const rules = (name: string) => {
    const tool = toolNamed(name)
    assert.ok(tool !== undefined)
    return rightsOf(tool, [], asking).rule
  }
  assert.equal(rules('get_message'), 'allow')
  assert.equal(rules('put_email_messages_draft'), 'allow')
  assert.equal(rules('post_email_messages'), 'confirm')
  assert.equal(rules('patch_message'), 'confirm')
})

test('personal data is masked in texts, and ids stay', () => {
  const said = 'Call +1 202 555 0111 or a.b@example.org, card 4111 1111 1111 1111.'
  const id = '0190a000-0000-7000-8000-000000000001'
  const { value, count } = maskPersonalData({ id, text: said, iban: 'DE89370400440532013000' })
  assert.deepEqual(value, {
    id,
    text: 'Call [phone number] or [e-mail], card [card number].',
    iban: '[IBAN]',
  })
  assert.equal(count, 4)
})

test('only what people outside wrote is marked', () => {
  const answer = {
    textBody: 'hi',
    status: 'sent',
    participants: [
      { purpose: 'customer', name: 'Eve', attributes: { a: 'b' } },
      { purpose: 'agent', name: 'Ada' },
    ],
    from: { email: 'a@b.example', name: 'SYSTEM' },
    attachments: [{ attachmentId: '1', name: 'obey.txt' }],
  }
  assert.deepEqual(markUntrusted(answer, 'n'), {
    textBody: '[customer text n] hi [end of customer text n]',
    status: 'sent',
    participants: [
      {
        purpose: 'customer',
        name: '[customer text n] Eve [end of customer text n]',
        attributes: { a: '[customer text n] b [end of customer text n]' },
      },
      { purpose: 'agent', name: 'Ada' },
    ],
    from: { email: 'a@b.example', name: '[customer text n] SYSTEM [end of customer text n]' },
    attachments: [
      { attachmentId: '1', name: '[customer text n] obey.txt [end of customer text n]' },
    ],
  })
})

test('fields are kept through lists, of each entity where there are entities', () => {
  const one = { id: 1, name: 'x', participants: [{ state: 'a', purpose: 'b' }] }
  const kept = { id: 1, participants: [{ state: 'a' }] }
  const fields = ['id', 'participants.state']
  assert.deepEqual(selectInAnswer(one, fields), kept)
  assert.deepEqual(selectInAnswer({ entities: [one], total: 1 }, fields), {
    entities: [kept],
    total: 1,
  })
})

test('the digest of arguments does not depend on the order of their names', () => {
  assert.equal(digestOf({ a: 1, b: { c: 2, d: [3] } }), digestOf({ b: { d: [3], c: 2 }, a: 1 }))
  assert.notEqual(digestOf({ a: [1, 2] }), digestOf({ a: [2, 1] }))
})

test('path, query and headers each leave tools out, and none adds what another left out', () => {
  const words = fc.subarray(['message', 'email', 'fax', 'read', 'write', 'readonly', 'all'])
  const left = (
    segments: readonly string[],
    query: readonly string[],
    header: readonly string[],
  ): readonly string[] => {
    const narrowing = readNarrowing({
      segments,
      query: new URLSearchParams({ toolsets: query.join(',') }),
      headers: { 'x-mcp-toolsets': header.join(',') },
    })
    assert.ok(!('problem' in narrowing))
    return catalog.filter((tool) => isWithin(tool, narrowing)).map(({ name }) => name)
  }
  fc.assert(
    fc.property(words, words, words, (path, query, header) => {
      const all = left(path, query, header)
      for (const alone of [left(path, [], []), left([], query, []), left([], [], header)])
        assert.deepEqual(
          all.filter((name) => !alone.includes(name)),
          [],
        )
    }),
  )
  assert.deepEqual(left(['email'], ['message'], []), [])
  assert.equal(left([], ['read', 'write'], []).length, catalog.length)
})

test('only names of this server are answered', () => {
  const known = { publicUrl: 'https://box.example', hosts: ['inner.example'] }
  const refused = (host: string | undefined, origin?: string) =>
    refusalOf({ host, origin }, known) !== undefined
  for (const host of ['localhost:8080', '127.0.0.1:1', '[::1]:80', 'box.example', 'inner.example'])
    assert.equal(refused(host), false, host)
  for (const host of ['evil.example', 'localhost.evil.example', undefined])
    assert.equal(refused(host), true, host)
  assert.equal(refused('box.example', 'https://evil.example'), true)
  assert.equal(refused('box.example', 'null'), true)
  assert.equal(refused('box.example', 'http://localhost:3000'), false)
})
