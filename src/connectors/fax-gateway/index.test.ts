import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { OutboundFax, WebhookRequest } from '../connector.ts'
import { connectorContract } from '../contract.ts'
import { isRecord, parseJson } from '../http.ts'
import { type SeenRequest, startStandIn } from '../stand-in.ts'
import { createTestIo } from '../test-io.ts'
import { faxGateway } from './index.ts'

const callbackToken = 'callback-token-of-16'
const fixture = (name: string) =>
  readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8').trim()

function trusted(body: Buffer | string): WebhookRequest {
  const query = { token: callbackToken }
  return { method: 'POST', path: 'status', query, headers: {}, body: Buffer.from(body) }
}

// Bytes that no text has, so that a form that is not binary safe is found out.
const content = Buffer.from([0x25, 0x50, 0x44, 0x46, 0x00, 0xff, 0x0d, 0x0a, 0x2d, 0x2d])
const fax: OutboundFax = {
  kind: 'fax',
  from: '+12025550155',
  to: '+12025550101',
  document: { name: 'fax.pdf', mime: 'application/pdf', content },
}

/** A field of a request in either form, read by the platform's own parser. */
function fieldIn({ headers, body }: SeenRequest, name: string): string | undefined {
  if (headers['content-type'] === 'application/json') {
    const value = parseJson(body.toString('utf8'))
    return isRecord(value) ? String(value[name]) : undefined
  }
  const boundary = headers['content-type']?.split('boundary=')[1] ?? ''
  const part = body
    .toString('utf8')
    .split(`--${boundary}\r\n`)
    .find((one) => one.includes(`name="${name}"`))
  return part?.slice(part.indexOf('\r\n\r\n') + 4, -2)
}

for (const format of ['multipart', 'json'] as const) {
  connectorContract(`a fax gateway by ${format}`, {
    connector: faxGateway,
    settings: (url) => ({ url, format, user: 'acme', password: 'pass-of-acme', callbackToken }),
    anOutbound: (_url, { text, ...ids }) => ({ ...fax, ...ids, notes: text }),
    provider: {
      accept: () => ({ status: 202, body: fixture('accepted.json') }),
      ids: ['fx-1'],
      textIn: (request) => fieldIn(request, 'notes'),
      tagIn: (request) => fieldIn(request, 'reference'),
      rubbish: 'uncertain',
    },
    trusted,
    calls: [{ title: 'a report', request: trusted(fixture('status.json')), events: 1 }],
  })
}

test('the document arrives byte for byte, with who sends it and where to report', async (t) => {
  const gateway = await startStandIn(() => ({ status: 200, body: '{"id":7}' }))
  const io = createTestIo()
  t.after(async () => {
    await io.close()
    await gateway.close()
  })
  const message = { ...fax, deliveryId: 'd-1', attempt: 1 }
  const settings = { url: `${gateway.url}/faxes`, accessToken: 'token-of-acme', callbackToken }
  assert.deepEqual(await faxGateway.send(message, settings, io), { providerIds: ['7'] })
  const [seen] = gateway.seen
  const form = await new Response(new Uint8Array(seen?.body ?? []), {
    headers: { 'content-type': seen?.headers['content-type'] ?? '' },
  }).formData()
  const file = form.get('document')
  assert.ok(file instanceof File)
  assert.deepEqual(Buffer.from(await file.arrayBuffer()), content)
  assert.equal(file.type, 'application/pdf')
  assert.equal(form.get('to'), '+12025550101')
  assert.match(String(form.get('callbackUrl')), /\/status\?token=callback-token-of-16$/)
  assert.equal(seen?.headers['authorization'], 'Bearer token-of-acme')
})

test('an answer without an id leaves it in doubt whether the fax was taken', async (t) => {
  const gateway = await startStandIn(() => ({ status: 200, body: '{}' }))
  const io = createTestIo()
  t.after(async () => {
    await io.close()
    await gateway.close()
  })
  const message = { ...fax, deliveryId: 'd-1', attempt: 1 }
  await assert.rejects(faxGateway.send(message, { url: gateway.url }, io), { failure: 'uncertain' })
})

test('a report names a known status and the fax', () => {
  for (const body of ['{"id":"1","status":"lost"}', '{"status":"sent"}']) {
    assert.throws(() => faxGateway.receive(trusted(body), { url: 'https://x', callbackToken }), {
      code: 'bad.request',
    })
  }
})

test('without a callback token nothing is believed', () => {
  const request = { ...trusted(fixture('status.json')), query: { token: '' } }
  assert.throws(() => faxGateway.receive(request, { url: 'https://x' }), {
    code: 'invalid.signature',
  })
})
