import assert from 'node:assert/strict'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { systemOutside } from './server.ts'
import { createWayOut } from './way-out.ts'

test('a slow provider has many texts of a node under way at once', async (t) => {
  const atOnce = 200
  const waiting: ServerResponse[] = []
  const provider = createServer((_request, response) => {
    waiting.push(response)
    // Nobody is answered before all are there.
    if (waiting.length === atOnce) for (const one of waiting) one.end('taken')
  })
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
  t.after(() => provider.close())
  const { port } = provider.address() as AddressInfo // it listens on TCP
  const wayOut = createWayOut({
    config: { allowPrivateNetworks: [] },
    outside: systemOutside(),
    egress: { connect: () => Promise.reject(new Error('No connection is asked for.')) },
    addresses: () => ({ publicUrl: '', ownUrl: '' }),
  })
  t.after(() => wayOut.close())
  const { fetch } = wayOut.recorder({ secrets: [], allowPrivateNetwork: true })
  const url = `http://127.0.0.1:${port}/`
  const request = { method: 'POST', url, headers: {}, body: 'a=b' } as const
  const replies = await Promise.all(Array.from({ length: atOnce }, () => fetch(request)))
  assert.ok(replies.every(({ status }) => status === 200))
})
