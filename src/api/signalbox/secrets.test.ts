import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type TestHouse, testHouse } from '../../simulator/test-house.ts'
import type { AnyOperation, RawInput } from '../operation.ts'
import { signalboxOperations } from './index.ts'

const handset = '+12025550101'
const sender = '+12025550155'

/** Every operation with a request that gets as far as possible; `ids` are those of what was planted. */
function requests(
  secrets: readonly [string, string, string, string],
  ids: { account: string; connection: string; relay: string; text: string; exchange: string },
): Readonly<Record<string, readonly RawInput[]>> {
  const [token, client, webhook, other] = secrets
  const at = (id: string) => ({ path: { id } })
  const genesys = { baseUrl: 'https://a.example', loginUrl: 'https://b.example', clientId: 'c' }
  const update = { name: 'Renamed' }
  return {
    signalboxGetMessageTimeline: [at('message-1')],
    signalboxListDeliveries: [{}],
    signalboxGetDelivery: [at('delivery-1')],
    signalboxResendDelivery: [at('delivery-1')],
    signalboxGiveUpDelivery: [at('delivery-1')],
    signalboxListAccounts: [{}],
    signalboxGetAccount: [at(ids.account), at(ids.connection)],
    signalboxCreateAccount: [
      { body: { name: 'New', connector: 'loopback', settings: { token } } },
      { body: { name: 'New', connector: 'loopback', settings: { token: token.slice(0, 7) } } },
      { body: { name: 'New', connector: 'loopback', settings: { tokn: token } } },
      { body: { name: 'New', connector: 'loopback', settings: { token: [token] } } },
      { body: { name: 'New', connector: 'genesys-cloud', settings: { clientSecret: client } } },
      { body: { name: 'New', connector: 'none', settings: { token } } },
      { body: { name: 7, connector: 'loopback', settings: { token } } },
    ],
    signalboxUpdateAccount: [
      { ...at(ids.account), body: { settings: { token: '***' } } },
      { ...at(ids.account), body: { settings: { token } } },
      { ...at(ids.account), body: { settings: { token: null } } },
      { ...at(ids.connection), body: { settings: { ...genesys, webhookSecret: other } } },
      { ...at(ids.account), body: { ...update, version: 99, settings: { token } } },
    ],
    signalboxDeleteAccount: [at(ids.account)],
    signalboxListConnectors: [{}],
    signalboxListConnections: [{}],
    signalboxListSenders: [{}],
    signalboxGetSender: [at('none')],
    signalboxCreateSender: [{ body: { address: sender, accountId: ids.account } }],
    signalboxUpdateSender: [{ ...at('none'), body: update }],
    signalboxDeleteSender: [at('none')],
    signalboxResendMessage: [at('none')],
    signalboxListConversations: [{}],
    signalboxListRequests: [{}],
    signalboxGetRequest: [at('none')],
    signalboxListFlows: [{}],
    signalboxGetFlow: [at('none')],
    signalboxApplyFlow: [{ body: { source: 'inboundShortMessage: {}' } }],
    signalboxDeleteFlow: [at('none')],
    signalboxDryRunFlow: [{ body: { flowId: 'none', texts: ['hi'] } }],
    signalboxGetFlowRun: [{ path: { conversationId: 'none' } }],
    signalboxListConsents: [{}],
    signalboxListConsentEntries: [{}],
    signalboxRecordConsent: [{ body: { sender, handset: '+12025550101', status: 'opted-out' } }],
    signalboxImportConsents: [
      { body: { entries: [{ sender, handset: '+12025550102', status: 'opted-in' }] } },
    ],
    signalboxListConsentPolicies: [{}],
    signalboxGetConsentPolicy: [at('default'), at('none')],
    signalboxPutConsentPolicy: [{ ...at('default'), body: {} }],
    signalboxDeleteConsentPolicy: [at('default')],
    signalboxListRelays: [{}],
    signalboxGetRelay: [at(ids.relay)],
    signalboxCreateRelay: [
      {
        body: {
          name: 'Second',
          connectionId: ids.connection,
          integrationId: 'integration-1',
          accountId: ids.account,
          webhookSecret: webhook,
        },
      },
      { body: { name: 'Short', webhookSecret: webhook } },
    ],
    signalboxUpdateRelay: [
      { ...at(ids.relay), body: { ...update, webhookSecret: webhook } },
      { ...at(ids.relay), body: { webhookSecret: webhook.slice(0, 15) } },
      { ...at(ids.relay), body: { webhookSecret: '***' } },
    ],
    signalboxDeleteRelay: [at('none')],
    signalboxOpenCobrowse: [{ body: { customerId: 'visitor' } }],
    signalboxOpenSocial: [
      {
        body: {
          customerId: 'jo',
          socialMediaId: 'post',
          socialMediaHub: 'hub',
          socialUserName: '@jo',
          previewText: 'Hello',
        },
      },
    ],
    signalboxOpenVideo: [{ body: { customerId: 'vic' } }, { body: { meetingId: 'none' } }],
    signalboxGetFaxSettings: [{}],
    signalboxSetFaxSettings: [{ body: { accountId: ids.account } }],
    signalboxGetFax: [{ path: { conversationId: 'none' } }],
    signalboxGetStatus: [{}],
    signalboxListTools: [{}],
    signalboxGetDesk: [{}],
    signalboxGetDeskConversation: [{ path: { conversationId: 'none' } }],
    signalboxListConversationMessages: [{ path: { conversationId: 'none' } }],
    signalboxListMailbox: [{}],
    signalboxGetMailboxMail: [at('none')],
    signalboxListExchanges: [{}],
    signalboxGetExchange: [at(ids.exchange)],
    signalboxListHandsetMessages: [{}],
    signalboxSendHandsetMessage: [{ body: { from: handset, to: sender, text: 'Hello' } }],
    signalboxReportHandsetMessage: [{ ...at(ids.text), body: { status: 'delivered' } }],
    signalboxSetHandsetCarrier: [{ body: { accountId: ids.account, report: 'manual' } }],
    signalboxIssueToken: [{ body: { user: 'nobody' } }],
    signalboxListToolPolicies: [{}],
    signalboxCreateToolPolicy: [
      { body: { name: 'Agents', rules: { 'effect:send': 'deny' } } },
      { body: { name: 'Agents', rules: { sending: 'deny' } } },
    ],
    signalboxUpdateToolPolicy: [{ ...at('none'), body: { name: 'Agents' } }],
    signalboxDeleteToolPolicy: [at('none')],
    signalboxListToolCalls: [{}],
    signalboxExportToolCalls: [{}],
  }
}

async function reply(house: TestHouse, operation: AnyOperation, input: RawInput): Promise<string> {
  try {
    return JSON.stringify(await house.call(operation, input)) ?? ''
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'AppError') throw error
    return JSON.stringify({ ...error, message: error.message })
  }
}

function idOf(reply: unknown): string {
  const { id }: { id: string } = JSON.parse(JSON.stringify(reply))
  return id
}

async function plant(house: TestHouse, [token, client, webhook, other]: readonly string[]) {
  const call = async (id: string, input: RawInput) => {
    const operation = signalboxOperations.find((one) => one.id === id)
    assert.ok(operation, id)
    return house.call(operation, input)
  }
  const account = idOf(
    await call('signalboxCreateAccount', {
      body: { name: 'Box', connector: 'loopback', settings: { token } },
    }),
  )
  const connection = idOf(
    await call('signalboxCreateAccount', {
      body: {
        name: 'Org',
        connector: 'genesys-cloud',
        settings: {
          baseUrl: 'https://api.example',
          loginUrl: 'https://login.example',
          clientId: 'client',
          clientSecret: client,
          webhookSecret: other,
        },
      },
    }),
  )
  const relay = idOf(
    await call('signalboxCreateRelay', {
      body: {
        name: 'Relay',
        connectionId: connection,
        integrationId: `integration-${account}`,
        accountId: account,
        webhookSecret: webhook,
        defaultSender: '+12025550199',
      },
    }),
  )
  await call('signalboxSendHandsetMessage', {
    body: { from: handset, to: '+12025550142', text: 'Hello', accountId: account },
  })
  const [exchange] = await house.store.exchanges.list(1)
  const [text] = await house.store.handsets.list(undefined, '', 1)
  assert.ok(exchange && text)
  return { account, connection, relay, text: text.id, exchange: exchange.id }
}

test('no reply and no error of any operation gives a secret away', async (t) => {
  const secret = fc
    .string({ unit: 'grapheme', minLength: 16, maxLength: 40 })
    .map((text) => `#${text}#`)
  await fc.assert(
    fc.asyncProperty(fc.tuple(secret, secret, secret, secret), async (secrets) => {
      const house = await testHouse(t)
      const ids = await plant(house, secrets)
      const asked = requests(secrets, ids)
      for (const operation of signalboxOperations) {
        const inputs = asked[operation.id]
        assert.ok(inputs, `${operation.id} is not asked here`)
        for (const input of inputs) {
          const answer = await reply(house, operation, input)
          for (const one of secrets) {
            assert.ok(
              !answer.includes(JSON.stringify(one).slice(1, -1)),
              `${operation.id} gives a secret away: ${answer}`,
            )
          }
        }
      }
    }),
    { numRuns: 12 },
  )
})
