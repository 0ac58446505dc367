import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLog, type LogLevel } from './log.ts'

/** A log and the lines that it wrote. */
function capture(level: LogLevel = 'info') {
  const lines: string[] = []
  return { lines, log: createLog(level, { write: (line: string) => lines.push(line) }) }
}

test('a line is one JSON object with time, level, message and fields', () => {
  const { log, lines } = capture()
  log.info('Delivery was sent.', { deliveryId: 'd1', attempt: 2 })
  const [line = ''] = lines
  const { time, ...rest } = JSON.parse(line)
  assert.match(time, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  assert.deepEqual(rest, {
    level: 'info',
    deliveryId: 'd1',
    attempt: 2,
    msg: 'Delivery was sent.',
  })
  assert.equal(lines.length, 1)
  assert.ok(line.endsWith('}\n'))
})

test('what is below the level is not written', () => {
  const { log, lines } = capture('warn')
  log.debug('a')
  log.info('b')
  log.warn('c')
  log.error('d')
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).msg),
    ['c', 'd'],
  )
})

test('planted secrets, numbers and texts do not come out, whatever the field and depth', () => {
  const { log, lines } = capture('debug')
  const secret = 'pl4nted'
  const number = '+4915112345678'
  const text = 'meet me at noon'
  const error = Object.assign(new Error(`no route to ${number}`, { cause: new Error(number) }), {
    detail: text,
    parameters: [text],
    code: 'E1',
  })
  const fields = {
    authorization: secret,
    'api-key': secret,
    'X-API-Key': secret,
    clientSecret: secret,
    password: secret,
    token: secret,
    text,
    body: { text },
    to: number,
    From: number,
    address: number,
    accountId: 'a1',
    message: { to: number, parts: [{ text, token: secret, note: `for ${number}` }] },
    url: `https://h.example/send?api-key=${secret}&to=%2B4915112345678`,
    header: `Bearer ${secret}-${secret}`,
    known: new Map([['secret', secret]]),
    raw: Buffer.from(text),
    error,
  }
  log.debug('One.', fields)
  log.info('Two.', fields)
  log.warn('Three.', fields)
  log.error('Four.', fields)
  assert.equal(lines.length, 4)
  const all = lines.join('')
  for (const planted of [secret, '15112345678', text, Buffer.from(text).toString('base64')]) {
    assert.ok(!all.includes(planted), `${planted} in ${lines[0]}`)
  }
  const first = JSON.parse(lines[0] ?? '')
  assert.equal(first.accountId, 'a1')
  assert.equal(first.message.parts[0].note, 'for [number]')
  assert.equal(first.error.code, 'E1')
  assert.match(first.error.stack, /log\.test\.ts/)
})

test('an error keeps its name, words, stack and cause', () => {
  const { log, lines } = capture()
  log.error('Unexpected.', { error: new TypeError('outer', { cause: new RangeError('inner') }) })
  const { error } = JSON.parse(lines[0] ?? '')
  assert.equal(error.type, 'TypeError')
  assert.equal(error.message, 'outer')
  assert.equal(error.cause.type, 'RangeError')
})

test('ids, counts and times come out as they are', () => {
  const { log, lines } = capture()
  const fields = {
    conversationId: '0190b7b4-0000-7000-8000-000000000001',
    waitedMs: 1732190000000,
    none: null,
    flag: false,
    states: ['queued', 'sent'],
  }
  log.info('Claimed.', fields)
  const { time, level, msg, ...rest } = JSON.parse(lines[0] ?? '')
  assert.deepEqual(rest, fields)
  assert.ok(time && level && msg)
})

test('fields that hold themselves do not stop the program', () => {
  const { log, lines } = capture()
  const ring: Record<string, unknown> = {}
  ring['ring'] = ring
  log.info('Round.', { ring, big: 1n })
  assert.equal(JSON.parse(lines[0] ?? '').big, '1')
})
