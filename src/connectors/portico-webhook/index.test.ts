import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { afterFailure } from '../../domain/delivery.ts'
import type { NumberNews } from '../connector.ts'
import { connectorContract } from '../contract.ts'
import { type SeenRequest, startStandIn } from '../stand-in.ts'
import { createTestIo } from '../test-io.ts'
import { porticoWebhook } from './index.ts'

const account = {
  tollfreeNumber: '18335550100',
  webhookUsername: 'ccid-1',
  webhookPassword: 'key-of-cluster',
  carrierAccountId: 'loopback',
}
const formOf = ({ body }: SeenRequest) => new URLSearchParams(body.toString('utf8'))
const text = { type: 'message', from: '+12025550101', to: '+18335550100', media: [] } as const

connectorContract('portico-webhook', {
  connector: porticoWebhook,
  settings: (url) => ({ ...account, moUrl: url, drUrl: url }),
  anOutbound: (_url, { text: words, ...ids }) => ({
    kind: 'hook',
    news: { ...text, id: 'm-1', text: words },
    ...ids,
  }),
  provider: {
    accept: () => ({ status: 200 }),
    ids: [],
    textIn: (request) => formOf(request).get('message'),
    tagIn: (request) => formOf(request).get('message_id'),
    rubbish: 'accepted',
    refusal: 'unavailable',
  },
  calls: [],
})

test('texts go to moUrl and receipts to drUrl, as the fields of the product', async (t) => {
  const standIn = await startStandIn(() => ({ status: 204 }))
  const io = createTestIo()
  t.after(async () => {
    await io.close()
    await standIn.close()
  })
  const settings = { ...account, moUrl: `${standIn.url}/message`, drUrl: `${standIn.url}/receipt` }
  const news: readonly NumberNews[] = [
    { ...text, id: 'm-1', text: 'Hello' },
    { type: 'receipt', messageId: 'm-1', status: 'Delivered' },
  ]
  for (const one of news) {
    const message = { kind: 'hook', news: one, deliveryId: 'd-1', attempt: 1 } as const
    await porticoWebhook.send(message, settings, io)
  }
  const fixture = (name: string) =>
    readFileSync(new URL(`./fixtures/${name}.txt`, import.meta.url), 'utf8')
  assert.deepEqual(
    standIn.seen.map(({ path, body }) => [path, body.toString()]),
    [
      ['/message', fixture('message')],
      ['/receipt', fixture('receipt')],
    ],
  )
  const pair = Buffer.from('ccid-1:key-of-cluster').toString('base64')
  assert.equal(standIn.seen[0]?.headers['authorization'], `Basic ${pair}`)
})

test('an address that never answers is asked every ten minutes, 25 times more', () => {
  let nowMs = 0
  let attempt = 1
  for (;;) {
    const after = afterFailure(
      {
        failure: 'unavailable',
        attempt,
        acceptedMs: 0,
        expiresMs: porticoWebhook.retry.horizonMs,
        nowMs,
        idempotent: true,
        chance: 0.9,
      },
      porticoWebhook.retry,
    )
    if (after.next !== 'retry') break
    assert.equal(after.dueMs - nowMs, 600_000)
    nowMs = after.dueMs
    attempt += 1
  }
  assert.equal(attempt, 26)
})
