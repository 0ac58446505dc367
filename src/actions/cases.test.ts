// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references of the template language
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../clock.ts'
import { createIds } from '../ids.ts'
import { CaseError, differences, readCases } from './cases.ts'
import { aSubject } from './test-subject.ts'

const deps = { clock: systemClock, ids: createIds(() => systemClock.now()), chance: () => 0.5 }

const subject = aSubject('https://shop.example/orders/${input.id}', {
  request: {
    requestType: 'POST',
    headers: { 'X-Key': '${credentials.key}' },
    requestTemplate: '{"id": ${input.id}, "note": "$!{input.note}"}',
  },
  response: {
    translationMap: { total: '$.total' },
    translationMapDefaults: { total: '0' },
    successTemplate: '{"total": ${total}}',
  },
})

async function told(one: object) {
  const { cases } = readCases({ action: 'a.json', cases: [{ name: 'one', ...one }] })
  return (await Promise.all(cases.map((each) => differences(subject, each, deps)))).flat()
}

test('a case passes when request and output are as expected, by value', async () => {
  const passing = await told({
    input: { id: 12345678901234567890n },
    credentials: { key: 'k-1' },
    response: { body: { total: 2.0 } },
    expect: {
      request: {
        method: 'POST',
        url: 'https://shop.example/orders/12345678901234567890',
        headers: { 'x-key': 'k-1' },
        body: { note: '', id: 12345678901234567890n },
      },
      output: { total: 2 },
    },
  })
  assert.deepEqual(passing, [])
})

test('every difference is told with its place', async () => {
  const failing = await told({
    input: { id: 7 },
    response: { body: '{}' },
    expect: {
      request: { method: 'PUT', body: { id: 8, more: true } },
      output: { total: 1 },
    },
  })
  assert.deepEqual(failing, [
    'request.method: expected "PUT", got "POST"',
    'request.body.id: expected 8, got 7',
    'request.body.more: expected true, got nothing',
    'request.body.note: not expected, got ""',
    'output.total: expected 1, got 0',
  ])
})

test('an error is expected by a part of its message, and told when nobody expected it', async () => {
  const refusal = { status: 503, body: 'try later' }
  const input = { id: 1 }
  assert.deepEqual(await told({ input, response: refusal, expect: { error: 'try later' } }), [])
  const [other] = await told({ input, response: refusal, expect: { error: 'gone' } })
  assert.match(String(other), /"gone" is not in: .*try later/)
  const unexpected = await told({ input, response: refusal, expect: { output: {} } })
  assert.match(unexpected.join(), /output: expected \{\}, got nothing,error: .*try later/)
  const [success] = await told({ input, response: { body: '{}' }, expect: { error: 'x' } })
  assert.match(String(success), /the action succeeds/)
})

test('a file that is no list of cases is refused by the member that is wrong', () => {
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    [null, /The file must be an object/],
    [{ cases: [] }, /action must name/],
    [{ action: 'a.json', cases: [] }, /cases must be a list/],
    [{ action: 'a.json', cases: [{ expects: {} }] }, /cases\[0\] has an unknown member expects/],
    [{ action: 'a.json', cases: [{ name: 'x' }] }, /cases\[0\].expect must be an object/],
    [{ action: 'a.json', cases: [{ expect: {} }] }, /expects nothing/],
    [{ action: 'a.json', cases: [{ expect: { request: { path: '/' } } }] }, /unknown member path/],
  ]
  for (const [file, message] of wrong) {
    assert.throws(
      () => readCases(file),
      (error) => error instanceof CaseError && message.test(error.message),
    )
  }
})
