import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { legacyVersions } from '../../src/mcp/protocol/host.ts'
import { customerWrites } from '../customer.ts'
import { eventually, type House, startHouse } from '../house.ts'

const program = fileURLToPath(new URL('../../bin/signalbox.js', import.meta.url))
const revisions = [...legacyVersions, '2026-07-28'] as const
const ways = ['http', 'stdio'] as const

const sms = {
  fromAddress: '+12025550142',
  toAddress: '+12025550111',
  toAddressMessengerType: 'sms',
  textBody: 'From a real client.',
}

/** What a person at the client's dialog does. */
type Person = { readonly action: 'accept' | 'decline' | 'cancel'; readonly confirm?: boolean }

describe('the official client', () => {
  let opened: House | undefined
  const house = (): House => {
    assert.ok(opened !== undefined)
    return opened
  }
  before(async () => {
    opened = await startHouse()
  })
  after(() => opened?.close())

  /** A client of that revision, whose person answers as given; one without a dialog unless there is a person. */
  const clientOf = async (
    revision: (typeof revisions)[number],
    way: (typeof ways)[number],
    person?: Person,
  ) => {
    const asked: string[] = []
    const client = new Client(
      { name: 'test', version: '1' },
      {
        capabilities: person === undefined ? {} : { elicitation: {} },
        ...(revision === '2026-07-28'
          ? { versionNegotiation: { mode: { pin: revision } } }
          : { supportedProtocolVersions: [revision] }),
      },
    )
    if (person !== undefined) {
      client.setRequestHandler('elicitation/create', async ({ params }) => {
        asked.push(params.message)
        const { action, confirm } = person
        return confirm === undefined ? { action } : { action, content: { confirm } }
      })
    }
    const headers = { authorization: `Bearer ${house().adminToken}` }
    await client.connect(
      way === 'http'
        ? new StreamableHTTPClientTransport(new URL(`${house().url}/mcp/message`), {
            requestInit: { headers },
          })
        : new StdioClientTransport({
            command: process.execPath,
            args: [program, 'mcp', '--data-dir', house().dataDir, '--path', '/mcp/message'],
          }),
    )
    const send = async (more: object = {}) => {
      const { structuredContent } = await client.callTool({
        name: 'post_messages_agentless',
        arguments: { ...sms, ...more },
      })
      return Object(structuredContent)
    }
    return { client, asked, send }
  }

  const deliveries = async () => (await house().call('GET', '/api/signalbox/deliveries')).body.total

  for (const way of ways) {
    for (const revision of revisions) {
      test(`${revision} over ${way}: asks its person, and sends only what was agreed to`, async () => {
        const start = await deliveries()
        const willing = await clientOf(revision, way, { action: 'accept', confirm: true })
        assert.equal((await willing.send()).textBody, sms.textBody)
        assert.match(willing.asked.join(), /From a real client/)
        assert.equal(await deliveries(), start + 1)
        await willing.client.close()
        for (const person of [
          { action: 'decline' },
          { action: 'cancel' },
          { action: 'accept', confirm: false },
        ] as const) {
          const { client, send } = await clientOf(revision, way, person)
          assert.equal((await send()).code, 'confirmation.declined')
          await client.close()
        }
        assert.equal(await deliveries(), start + 1)
      })

      test(`${revision} over ${way}: a client without a dialog is given a token for one call`, async () => {
        const { client, send } = await clientOf(revision, way)
        const { code, confirmationToken } = await send()
        assert.equal(code, 'confirmation.required')
        assert.equal((await send({ confirmationToken })).textBody, sms.textBody)
        assert.equal((await send({ confirmationToken })).code, 'confirmation.used')
        await client.close()
      })
    }

    for (const revision of legacyVersions) {
      test(`${revision} over ${way}: is told of new messages that it follows`, async () => {
        const customer = `${revision} ${way}`
        const { conversationId } = await customerWrites(house(), { customer })
        const uri = `signalbox://conversations/${conversationId}/transcript`
        const { client } = await clientOf(revision, way)
        const told: string[] = []
        client.setNotificationHandler('notifications/resources/updated', ({ params }) => {
          told.push(params.uri)
        })
        await client.subscribeResource({ uri })
        await assert.rejects(
          client.subscribeResource({ uri: 'signalbox://conversations/no/transcript' }),
        )
        await eventually('the new message is told', async () => {
          await customerWrites(house(), { customer, text: 'More' })
          return told.length > 0
        })
        assert.deepEqual([...new Set(told)], [uri])
        await client.unsubscribeResource({ uri })
        const before = told.length
        await customerWrites(house(), { customer, text: 'Unheard' })
        await client.listTools()
        assert.equal(told.length, before)
        await client.close()
      })
    }
  }
})
