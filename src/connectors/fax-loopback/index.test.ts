import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { OutboundMessage } from '../connector.ts'
import { connectorContract } from '../contract.ts'
import { createTestIo } from '../test-io.ts'
import { createFaxLoopback, type LineFax } from './index.ts'

const content = readFileSync(new URL('./fixtures/page.pdf', import.meta.url))
const fax: OutboundMessage<'fax'> = {
  kind: 'fax',
  deliveryId: 'd-1',
  attempt: 1,
  from: '+12025550155',
  to: '+12025550101',
  document: { name: 'fax.pdf', mime: 'application/pdf', content },
}

const taken: LineFax[] = []
const line = createFaxLoopback({
  async accept(one) {
    taken.push(one)
    return { providerId: `fax-${one.deliveryId}` }
  },
})

connectorContract('The loopback fax line', {
  connector: line,
  settings: () => ({}),
  anOutbound: () => fax,
  calls: [],
})

test('a fax is handed to the line of its account', async () => {
  const io = createTestIo()
  assert.deepEqual(await line.send(fax, {}, io), { providerIds: ['fax-d-1'] })
  await io.close()
  assert.deepEqual(taken, [
    { deliveryId: 'd-1', accountKey: 'acme/main', to: '+12025550101', bytes: content.length },
  ])
})
