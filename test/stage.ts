import platformClient from 'purecloud-platform-client-v2'
import { type Desk, deskOf } from './desk.ts'
import { type House, startHouse } from './house.ts'
import { type KaleyraStandIn, startKaleyraStandIn } from './stand-ins/kaleyra.ts'
import { startWebhook, type Webhook } from './webhook.ts'

const { ConversationsApi } = platformClient

/** Under this secret the demo's integrations sign what they post. */
export const webhookSecret = 'demo-secret-of-some-length'

/** Numbers of the range that is kept free for fiction. */
export const numbers = {
  customer: '+12025550101',
  kaleyraSender: '+12025550155',
} as const

/** What the demo plays with: the real server on an empty store, an agent, a webhook, and Kaleyra's stand-in. */
export interface Stage {
  readonly house: House
  readonly ada: Desk
  /** The platform's API as a program of the customer calls it: the official SDK with client credentials. */
  readonly program: InstanceType<typeof ConversationsApi>
  readonly webhook: Webhook
  readonly kaleyra: KaleyraStandIn
  /** An integration whose webhook is the customer's own. */
  readonly ownIntegrationId: string
  /** An integration whose webhook is the relay to Kaleyra. */
  readonly relayIntegrationId: string
  readonly relayId: string
  /** Where Kaleyra posts texts of customers, and the token that it must show. */
  readonly callback: { readonly url: string; readonly token: string }
  close(): Promise<void>
}

/** Starts everything and sets up both integrations, the Kaleyra account and the relay through the API. */
export async function openStage(options: { readonly database?: string } = {}): Promise<Stage> {
  const provider = { apiKey: 'demo-api-key', sid: 'HX0000000001US' }
  const kaleyra = await startKaleyraStandIn(provider)
  const webhook = await startWebhook()
  const house = await startHouse({ ...options, argv: ['--allow-private-networks', '127.0.0.0/8'] })
  const program = new ConversationsApi(await house.sdk())
  const own = await program.postConversationsMessagingIntegrationsOpen({
    name: 'Customer webhook',
    outboundNotificationWebhookUrl: webhook.url,
    outboundNotificationWebhookSignatureSecretToken: webhookSecret,
  })
  const callbackSecret = 'demo-callback-secret'
  const account = await house.call('POST', '/api/signalbox/accounts', {
    body: {
      name: 'Kaleyra (stand-in)',
      connector: 'kaleyra',
      settings: { ...provider, baseUrl: kaleyra.url, callbackSecret },
      allowPrivateNetwork: true,
    },
  })
  const relay = await joinRelay(house, program, account.body.id)
  return {
    house,
    ada: await deskOf(house, 0),
    program,
    webhook,
    kaleyra,
    ownIntegrationId: own.id ?? '',
    relayIntegrationId: relay.integrationId,
    relayId: relay.id,
    callback: { url: account.body.callbackUrl, token: callbackSecret },
    async close() {
      await house.close()
      await webhook.close()
      await kaleyra.close()
    },
  }
}

/** An integration and a relay that point at each other: the integration posts to the relay, the relay answers for it. */
async function joinRelay(house: House, program: Stage['program'], accountId: string) {
  const { id: integrationId = '' } = await program.postConversationsMessagingIntegrationsOpen({
    name: 'SMS by Kaleyra',
    outboundNotificationWebhookUrl: webhookUrlBefore,
    outboundNotificationWebhookSignatureSecretToken: webhookSecret,
  })
  const { body: relay } = await house.call('POST', '/api/signalbox/relays', {
    body: {
      name: 'Kaleyra relay',
      connectionId: house.credentials.connection.id,
      integrationId,
      accountId,
      webhookSecret,
      senders: [numbers.kaleyraSender],
      compositeFrom: true,
    },
  })
  await program.patchConversationsMessagingIntegrationsOpenIntegrationId(integrationId, {
    name: 'SMS by Kaleyra',
    outboundNotificationWebhookUrl: relay.webhookUrl,
  })
  return { id: String(relay.id), integrationId }
}

/** An integration needs an address from the start; the relay's is known only once the relay is there. */
const webhookUrlBefore = 'http://127.0.0.1:9/not-yet'
