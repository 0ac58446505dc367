import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { eventually } from '../house.ts'
import { type Served, serve } from '../served.ts'
import { type ProviderServer, startProvider } from '../tck/provider-server.ts'
import { kannel } from '../tck/providers/kannel.ts'
import { twilioForm } from '../tck/providers/twilio-form.ts'

const number = '+12055550101'

/** What the tests look at in an answer. */
interface Answer {
  readonly id: string
  readonly entities: readonly { readonly state: string }[]
}

/** The program on a folder of its own, which can be killed and started again. */
async function open(t: TestContext) {
  const dataDir = mkdtempSync(join(tmpdir(), 'signalbox-'))
  const first = await startProvider(kannel, { idPrefix: 'k' })
  const second = await startProvider(twilioForm, { idPrefix: 't' })
  const argv = ['--allow-private-networks', '127.0.0.0/8']
  let served: Served = await serve(dataDir, argv)
  t.after(async () => {
    await served.stop('SIGKILL')
    await first.close()
    await second.close()
    rmSync(dataDir, { recursive: true, force: true })
  })
  const call = async (method: string, path: string, body?: object) => {
    const reply = await fetch(`${served.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${served.adminToken}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const answer: Answer = JSON.parse(await reply.text())
    assert.ok(reply.ok, JSON.stringify(answer))
    return answer
  }
  const account = async ({ url }: ProviderServer, adapter: typeof kannel, more: object = {}) => {
    const { connector } = adapter
    const settings = adapter.settings({ url, number })
    const given = { name: connector, connector, settings, allowPrivateNetwork: true, ...more }
    return (await call('POST', '/api/signalbox/accounts', given)).id
  }
  const other = await account(second, twilioForm)
  const own = await account(first, kannel, { fallbackAccountId: other })
  await call('POST', '/api/signalbox/senders', { address: number, accountId: own })
  return {
    first,
    second,
    async send() {
      const text = { fromAddress: number, toAddress: '+12125550101', textBody: 'Hello' }
      const path = '/api/v2/conversations/messages/agentless'
      await call('POST', path, { ...text, toAddressMessengerType: 'sms' })
    },
    async state(): Promise<string> {
      const { entities } = await call('GET', '/api/signalbox/deliveries')
      assert.equal(entities.length, 1)
      return entities[0]?.state ?? 'none'
    },
    async killAndStart() {
      await served.stop('SIGKILL')
      served = await serve(dataDir, argv)
    },
  }
}

const restMs = 20_000

test('a kill while the first account is asked leaves the text in doubt, and the second is not asked', async (t) => {
  const { first, second, send, state, killAndStart } = await open(t)
  first.script('hang')
  await send()
  await eventually('the first was asked', async () => first.sends.length === 1)
  await killAndStart()
  const isUncertain = async () => (await state()) === 'uncertain'
  await eventually('it is in doubt', isUncertain, restMs)
  await new Promise((resolve) => setTimeout(resolve, 500))
  assert.deepEqual([first.sends.length, second.sends.length], [1, 0])
})

test('a kill between the attempts loses nothing and doubles nothing', async (t) => {
  const { first, second, send, state, killAndStart } = await open(t)
  first.script({ answer: { status: 402 } })
  second.script({ answer: { status: 503 } })
  await send()
  await eventually('the second was asked', async () => second.sends.length === 1)
  await eventually('it waits', async () => (await state()) === 'queued')
  first.script({ answer: { status: 402 } })
  await killAndStart()
  await eventually('it is sent', async () => (await state()) === 'sent', restMs)
  assert.deepEqual([first.sends.length, second.sends.length], [2, 2])
})
