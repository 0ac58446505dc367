import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SendError } from '../../errors.ts'
import type { OutboundMessage, Purpose } from '../connector.ts'
import { type SeenRequest, type StandInAnswer, startStandIn } from '../stand-in.ts'
import { createTestIo } from '../test-io.ts'
import { kaleyra } from './index.ts'

interface Node {
  readonly to: string
  readonly body: string
}

const nodesIn = ({ body }: SeenRequest): readonly Node[] => JSON.parse(body.toString('utf8')).sms

/** What each of these texts became, sent at once, and the requests that they left in. */
async function sendAll(
  texts: readonly string[],
  answer: (request: SeenRequest) => StandInAnswer,
  purpose: Purpose = 'bulk',
) {
  const standIn = await startStandIn(answer)
  const io = createTestIo()
  const settings = {
    sid: 'HX0000IN',
    apiKey: 'key-of-account',
    callbackSecret: 'callback-secret',
    baseUrl: standIn.url,
    bulk: true,
    callback: 'profile' as const,
    callbackProfileId: 'IN_1',
  }
  const outcomes = await Promise.all(
    texts.map((text, index) => {
      const message: OutboundMessage<'sms'> = {
        kind: 'sms',
        from: '+12025550155',
        to: `+1202555010${index}`,
        text,
        media: [],
        purpose,
        deliveryId: `d-${index}`,
        attempt: 1,
      }
      return kaleyra.send(message, settings, io).catch((error: unknown) => error)
    }),
  )
  await io.close()
  await standIn.close()
  return { outcomes, seen: standIn.seen, dialogues: io.dialogues }
}

const idOf = (body: string) => `id-of-${body}`
const failures = (outcomes: readonly unknown[]) =>
  outcomes.map((one) => (one instanceof SendError ? one.failure : one))

function accept(entries: (nodes: readonly Node[]) => readonly object[]) {
  return (request: SeenRequest): StandInAnswer => ({
    status: 202,
    body: JSON.stringify({ data: entries(nodesIn(request)), error: {} }),
  })
}

const all = accept((nodes) =>
  nodes.map(({ to, body }) => ({ recipient: to, message_id: idOf(body) })),
)

test('texts of a campaign that are due together leave in one request, each with its own id', async () => {
  const { outcomes, seen, dialogues } = await sendAll(['a', 'b', 'ж'], all)
  assert.equal(seen.length, 1)
  assert.equal(seen[0]?.path, '/v1/HX0000IN/sms/json')
  const { sms, ...head } = JSON.parse(seen[0]?.body.toString('utf8') ?? '{}')
  assert.deepEqual(head, { source: 'API', callback_profile_id: 'IN_1' })
  assert.deepEqual(sms[2], { to: '+12025550102', from: '+12025550155', body: 'ж', unicode: '1' })
  assert.deepEqual(
    outcomes,
    ['a', 'b', 'ж'].map((body) => ({ providerIds: [idOf(body)] })),
  )
  assert.equal(dialogues.length, 2, 'the others keep their part in their own record')
})

test('a text without an id of its own is uncertain, and its neighbours are not', async () => {
  const but = accept((nodes) =>
    nodes
      .filter(({ body }) => body !== 'b')
      .map(({ to, body }) => ({ recipient: to, message_id: idOf(body) })),
  )
  const { outcomes } = await sendAll(['a', 'b', 'c'], but)
  assert.deepEqual(failures(outcomes), [
    { providerIds: ['id-of-a'] },
    'uncertain',
    { providerIds: ['id-of-c'] },
  ])
})

test('what happens to the request happens to all of its texts', async () => {
  const cut = await sendAll(['a', 'b'], () => 'cut')
  assert.deepEqual(failures(cut.outcomes), ['uncertain', 'uncertain'])
  const throttled = await sendAll(['a', 'b'], () => ({ status: 429 }))
  assert.deepEqual(failures(throttled.outcomes), ['throttled', 'throttled'])
  const refused = await sendAll(['a', 'b'], () => ({ status: 401 }))
  assert.deepEqual(failures(refused.outcomes), ['misconfigured', 'misconfigured'])
})

test('what agents write leaves by itself', async () => {
  const { seen } = await sendAll(
    ['a', 'b'],
    () => ({ status: 202, body: '{"data":[{"message_id":"1"}]}' }),
    'agent',
  )
  assert.deepEqual(
    seen.map(({ path }) => path),
    ['/v1/HX0000IN/sms', '/v1/HX0000IN/sms'],
  )
})
