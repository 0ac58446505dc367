import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { WebhookRequest } from '../connector.ts'
import { connectorContract } from '../contract.ts'
import { hubSignature } from '../http.ts'
import { createTestIo } from '../test-io.ts'
import { type CarrierText, createLoopback } from './index.ts'

const token = 'loopback-token'
const taken: CarrierText[] = []
const loopback = createLoopback({
  async accept(text) {
    taken.push(text)
    return { providerId: `loop-${text.deliveryId}` }
  },
})

function signed(body: Buffer): WebhookRequest {
  const headers = { 'x-hub-signature-256': hubSignature(token, body) }
  return { method: 'POST', path: '', query: {}, headers, body }
}

function fixture(name: string): Buffer {
  return Buffer.from(readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8').trim())
}

const post = (body: object) =>
  loopback.receive(signed(Buffer.from(JSON.stringify(body))), { token })

connectorContract('loopback', {
  connector: loopback,
  settings: () => ({ token }),
  anOutbound: (_url, { text, deliveryId, attempt }) => ({
    kind: 'sms',
    from: '+12025550155',
    to: '+12025550101',
    text,
    media: [],
    purpose: 'agent',
    deliveryId,
    attempt,
  }),
  trusted: signed,
  calls: [
    { title: 'a status', request: signed(fixture('status.json')), events: 1 },
    { title: 'a message', request: signed(fixture('message.json')), events: 1 },
  ],
})

test('hands a text to the carrier with its parts counted and its account named', async (t) => {
  const io = createTestIo({ callbackUrl: 'https://signalbox.example/webhooks/acme/box' })
  t.after(() => io.close())
  const sent = await loopback.send(
    {
      kind: 'sms',
      from: '+12025550155',
      to: '+12025550101',
      text: 'я'.repeat(71),
      media: [],
      purpose: 'agent',
      deliveryId: 'd-1',
      attempt: 3,
    },
    { token },
    io,
  )
  assert.deepEqual(sent, { providerIds: ['loop-d-1'] })
  assert.deepEqual(taken.at(-1), {
    deliveryId: 'd-1',
    from: '+12025550155',
    to: '+12025550101',
    text: 'я'.repeat(71),
    media: [],
    segments: 2,
    attempt: 3,
    accountKey: 'acme/box',
  })
})

test('reads a status as a receipt', () => {
  const request = {
    ...signed(fixture('status.json')),
    headers: { 'x-hub-signature-256': 'sha256=z3C9xVMvdGqgwkJMDDd0ISUcu2ocP4Av+gLPSyGp3V0=' },
  }
  assert.deepEqual(loopback.receive(request, { token }).events, [
    {
      type: 'receipt',
      providerId: 'loop-1',
      deliveryId: 'd-1',
      status: 'Failed',
      final: true,
      reason: 'InvalidDestination',
      code: '34',
      description: 'No such handset',
      timeMs: Date.parse('2026-01-05T10:00:09Z'),
    },
  ])
  assert.deepEqual(post({ type: 'status', id: 'loop-1', status: 'Sent', reason: 'ServerError' }), {
    events: [{ type: 'receipt', providerId: 'loop-1', status: 'Sent', final: false }],
    reply: { status: 200 },
  })
})

test("reads a message as a customer's text", () => {
  const message = { id: 'm-1', from: '+12025550101', to: '+12025550155', text: 'Look' }
  const media = [{ url: 'https://files.example/a.png', mime: 'image/png' }]
  assert.deepEqual(post({ type: 'message', ...message, media, time: 'yesterday' }).events, [
    { type: 'sms', providerId: 'm-1', from: message.from, to: message.to, text: 'Look', media },
  ])
})

test('names the field that is missing or wrong', () => {
  const base = { type: 'message', id: 'm', from: '+12025550101', to: '+12025550155' }
  for (const fieldName of ['type', 'id', 'from', 'to']) {
    const details = [{ fieldName }]
    assert.throws(() => post({ ...base, [fieldName]: '' }), { code: 'bad.request', details })
  }
  assert.throws(() => post({ type: 'status', id: 'm', status: 'Read' }), {
    details: [{ fieldName: 'status' }],
  })
})
