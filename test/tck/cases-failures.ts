import assert from 'node:assert/strict'
import type { ProviderAnswer } from './adapter.ts'
import { type Case, withoutSending } from './case.ts'
import type { Step } from './provider-server.ts'
import { type OwnText, type Scene, soon } from './scene.ts'

/** What surely was not taken is sent again, and in the end taken once. */
function retried(title: string, steps: (scene: Scene) => readonly Step[], waitMs = 0): Case {
  return {
    area: 'failures',
    title,
    without: withoutSending,
    async run(scene) {
      const script = steps(scene)
      scene.provider.script(...script)
      const own = await scene.send()
      await scene.becomes(own, 'sent')
      assert.equal(scene.provider.sends.length, script.length + 1)
      assert.equal(new Set(scene.provider.sends.map(({ taken }) => taken.tag)).size, 1)
      const attempts = await scene.attempts(own)
      const [first, second] = attempts
      const pauseMs = (second?.startedMs ?? 0) - (first?.endedMs ?? 0)
      assert.ok(pauseMs >= waitMs, `it waited ${pauseMs} ms`)
      const outcomes = attempts.map(({ outcome }) => outcome)
      assert.deepEqual(outcomes, [...script.map(() => 'retry'), 'sent'])
    },
  }
}

/** What may have been taken is sent again only where the provider drops doubles. */
function doubted(title: string, step: Step): Case {
  return {
    area: 'failures',
    title: `${title}: not sent again unless the provider drops doubles`,
    without: withoutSending,
    async run(scene) {
      scene.provider.script(step)
      await staysInDoubt(scene, await scene.send())
    },
  }
}

async function staysInDoubt(scene: Scene, own: OwnText): Promise<void> {
  if (scene.adapter.dropsDoubles) {
    await scene.becomes(own, 'sent')
    assert.equal(new Set(scene.provider.sends.map(({ taken }) => taken.tag)).size, 1)
    return
  }
  await scene.reaches(own, 'uncertain')
  await scene.calm()
  assert.ok(scene.provider.sends.length <= 1)
  assert.equal((await scene.attempts(own)).length, 1)
  assert.equal((await scene.delivery(own)).state, 'uncertain')
}

/** An odd answer that still means that it was taken, or leaves it open: never a second send of what may be taken. */
function odd(title: string, step: Step, isReadable: boolean): Case {
  return {
    area: 'failures',
    title,
    without: withoutSending,
    async run(scene) {
      scene.provider.script(step)
      const own = await scene.send()
      if (!isReadable && scene.adapter.takesAnyAnswer !== true) return staysInDoubt(scene, own)
      await scene.becomes(own, 'sent')
      await scene.calm()
      assert.equal(scene.provider.sends.length, 1)
    },
  }
}

/** A refusal is final, shown, and made once. */
function refused(title: string, answer: (scene: Scene) => ProviderAnswer): Case {
  return {
    area: 'failures',
    title: `${title} is final`,
    without: withoutSending,
    async run(scene) {
      const given = { answer: answer(scene) }
      scene.provider.script(given, given)
      const own = await scene.send()
      await scene.becomes(own, 'delivery-failed')
      await scene.calm()
      const { state, failure } = await scene.delivery(own)
      assert.equal(state, 'failed')
      assert.ok(failure !== undefined && failure.message.length > 0)
      assert.equal((await scene.attempts(own)).length, 1)
    },
  }
}

const status = (code: number, headers: Record<string, string> = {}, body = ''): Step => ({
  answer: { status: code, headers, body },
})
const mebibyte = 'x'.repeat(2 ** 20)
const html = { 'content-type': 'text/html' }

function answersOf({ adapter }: Scene) {
  assert.ok(adapter.answers)
  return adapter.answers
}

/** What goes wrong on the way out. */
export const failureCases: readonly Case[] = [
  retried(
    '429 with Retry-After in seconds is waited for',
    () => [status(429, { 'retry-after': '12' })],
    12_000,
  ),
  retried(
    '429 with Retry-After as a date is waited for',
    ({ now }) => [
      {
        change: () => ({
          status: 429,
          headers: { 'retry-after': new Date(now() + 14_000).toUTCString() },
        }),
      },
    ],
    11_000,
  ),
  retried('429 without Retry-After is tried again', () => [status(429)]),
  retried('429 with a Retry-After that is nonsense is tried again', () => [
    status(429, { 'retry-after': 'tomorrow, perhaps' }),
  ]),
  retried('429 three times in a row ends in one taken text', () => [
    status(429),
    status(429),
    status(429),
  ]),
  retried(
    '503 with Retry-After is waited for',
    () => [status(503, { 'retry-after': '10' })],
    10_000,
  ),
  retried('503 without Retry-After is tried again', () => [status(503, html, '<h1>Busy</h1>')]),
  doubted('500', status(500)),
  doubted('500 with a huge body', status(500, html, mebibyte)),
  doubted('502 by a proxy', status(502, html, '<h1>Bad gateway</h1>')),
  doubted('504 by a proxy', status(504, html)),
  doubted('a connection cut before the body is read', 'cut-early'),
  doubted('a connection cut after the body, without an answer', 'cut'),
  doubted('a connection cut in the middle of the answer', 'cut-answer'),
  doubted('an answer that is no HTTP', 'garbage'),
  doubted('no answer in ten seconds', 'hang'),
  odd('an answer after three seconds is an answer', { slowMs: 3000 }, true),
  odd('an answer in many small pieces is read whole', 'pieces', true),
  odd(
    'the wrong content type does not matter',
    { change: (answer) => ({ ...answer, headers: { 'content-type': 'application/x-odd' } }) },
    true,
  ),
  odd('any 2xx accepts', { change: (answer) => ({ ...answer, status: 202 }) }, true),
  odd('200 with a web page is no acceptance to rely on', status(200, html, '<h1>Hi</h1>'), false),
  odd('200 with an empty body is no acceptance to rely on', status(200), false),
  odd('200 with a huge body is cut off and not sent again', status(200, html, mebibyte), false),
  refused('400', () => ({ status: 400 })),
  refused('404', () => ({ status: 404, headers: html, body: '<h1>Not found</h1>' })),
  refused('402: no credit', () => ({ status: 402 })),
  refused('a redirect, which is not followed', ({ provider }) => ({
    status: 302,
    headers: { location: `${provider.url}/elsewhere` },
  })),
  refused('a text refused in the provider’s own words', (scene) => answersOf(scene).refuse),
  refused('an account refused in the provider’s own words', (scene) => {
    return answersOf(scene).refuseAccount
  }),
  {
    area: 'failures',
    title: 'a provider that is not there is tried again until it is',
    without: withoutSending,
    async run(scene) {
      await scene.provider.close()
      const own = await scene.send()
      await soon('one attempt failed', async () => (await scene.attempts(own)).length > 0)
      const [attempt] = await scene.attempts(own)
      assert.deepEqual([attempt?.outcome, attempt?.failure], ['retry', 'unreachable'])
      assert.equal((await scene.delivery(own)).state, 'queued')
    },
  },
  {
    area: 'failures',
    title: 'texts behind one in doubt go on, in order',
    without: withoutSending,
    async run(scene) {
      scene.provider.script('cut')
      const first = await scene.send('first')
      const second = await scene.send('second')
      const third = await scene.send('third')
      for (const own of [second, third]) await scene.becomes(own, 'sent')
      if (!scene.adapter.dropsDoubles)
        assert.equal((await scene.delivery(first)).state, 'uncertain')
      const order = [...new Set(scene.provider.sends.map(({ taken }) => taken.text))]
      assert.deepEqual(order, ['first', 'second', 'third'])
    },
  },
]
