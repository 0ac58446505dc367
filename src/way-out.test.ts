import assert from 'node:assert/strict'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { plainConnectors } from './connectors/index.ts'
import { systemOutside } from './server.ts'
import { createWayOut } from './way-out.ts'

test('a slow provider has many texts of a node under way at once', async (t) => {
  const atOnce = 200
  const waiting: ServerResponse[] = []
  const provider = createServer((_request, response) => {
    waiting.push(response)
    // Nobody is answered before all are there.
    if (waiting.length === atOnce) for (const one of waiting) one.end('{"id":"k-1"}')
  })
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
  t.after(() => provider.close())
  const { port } = provider.address() as AddressInfo // it listens on TCP
  const refuse = () => Promise.reject(new Error('Nothing is sent by this thread.'))
  const wayOut = createWayOut({
    config: { allowPrivateNetworks: [] },
    outside: systemOutside(),
    egress: { fetch: refuse, connect: refuse },
    addresses: () => ({ publicUrl: '', ownUrl: '' }),
  })
  t.after(() => wayOut.close())
  const kaleyra = plainConnectors.find(({ name }) => name === 'kaleyra')
  assert.ok(kaleyra)
  const errand = {
    connector: kaleyra,
    settings: { baseUrl: `http://127.0.0.1:${port}`, sid: 'HX1', apiKey: 'k', callback: 'none' },
    secrets: [],
    allowPrivateNetwork: true,
    organizationId: 'acme',
    accountId: 'one',
  }
  const message = {
    kind: 'sms',
    from: '+12025550101',
    to: '+12025550171',
    text: 'Hello',
    media: [],
    purpose: 'agent',
    deliveryId: 'one',
    attempt: 1,
  } as const
  const ended = await Promise.all(
    Array.from({ length: atOnce }, () => wayOut.send(errand, message)),
  )
  assert.ok(ended.every(({ value }) => value?.providerIds[0] === 'k-1'))
})
