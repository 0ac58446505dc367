import { bucketOf } from '../../src/domain/delivery.ts'
import type { Store } from '../../src/store/store.ts'

export const organizationId = 'acme'

/** An SMS account of the simulated house, with the number that sends through it. */
export interface SmsAccount {
  readonly id: string
  readonly connector: 'kaleyra' | 'loopback'
  readonly uncertain: 'hold' | 'resend' | 'fail'
  readonly sender: string
}

/** Kaleyra takes doubles, loopback drops them. */
export const smsAccounts: readonly SmsAccount[] = [
  { id: 'hold', connector: 'kaleyra', uncertain: 'hold', sender: '+12025550101' },
  { id: 'resend', connector: 'kaleyra', uncertain: 'resend', sender: '+12025550102' },
  { id: 'fail', connector: 'kaleyra', uncertain: 'fail', sender: '+12025550103' },
  { id: 'box', connector: 'loopback', uncertain: 'hold', sender: '+12025550104' },
]

export const customers: readonly string[] = ['+12025550171', '+12025550172']
export const openCustomers: readonly string[] = ['ada', 'bob']

export const integrationId = 'integration'
export const connectionId = 'connection'
/** The relay sends from its own number through the account `hold`. */
export const relay = { id: 'relay', accountId: 'hold', sender: '+12025550110' } as const
export const agentId = 'agent'
export const queueId = 'queue'
export const callbackSecret = 'callback-secret'
export const webhookSecret = 'webhook-secret'

/** Buckets that any delivery of this house falls into; the others stay empty. */
export const usedBuckets: ReadonlySet<number> = new Set(
  [
    ...smsAccounts.map(({ id, sender }) => `${id}|${sender}`),
    `${relay.accountId}|${relay.sender}`,
    ...openCustomers.map((customer) => `${integrationId}|${customer}`),
    ...customers.map((customer) => `${connectionId}|${customer}`),
  ].map(bucketOf),
)

const base = { version: 1, createdMs: 0, modifiedMs: 0 }

/** Writes everything that an administrator would have set up. */
export async function furnish(store: Store): Promise<void> {
  await store.transaction(async (store) => {
    for (const account of smsAccounts) await addAccount(store, account)
    await addPlatform(store)
    await store.records.add('openIntegration', {
      ...base,
      id: integrationId,
      name: 'Web',
      webhookUrl: 'https://webhook.test/messages',
      webhookHeaders: {},
      allowPrivateNetwork: false,
      secrets: { token: webhookSecret },
    })
    await store.records.add('queue', {
      ...base,
      id: queueId,
      name: 'Support',
      members: [{ userId: agentId, joined: true }],
      messageAlertingTimeoutMs: 8000,
      wrapupPrompt: 'OPTIONAL',
      acwTimeoutMs: 0,
      wrapupCodeIds: [],
    })
    await store.agents.save({
      userId: agentId,
      presence: 'On Queue',
      routingStatus: 'IDLE',
      routingSinceMs: 0,
      presenceSinceMs: 0,
      version: 1,
    })
  })
}

async function addAccount(store: Store, account: SmsAccount): Promise<void> {
  const isKaleyra = account.connector === 'kaleyra'
  await store.records.add('account', {
    ...base,
    id: account.id,
    name: account.id,
    connector: account.connector,
    settings: isKaleyra ? { baseUrl: `https://${account.id}.test`, sid: 'HX1' } : {},
    secrets: isKaleyra ? { apiKey: 'api-key', callbackSecret } : { token: callbackSecret },
    uncertain: account.uncertain,
    allowPrivateNetwork: false,
  })
  await store.records.add('sender', {
    ...base,
    id: `sender-${account.id}`,
    name: account.id,
    address: account.sender,
    accountId: account.id,
    recipientId: `sender-${account.id}`,
  })
}

async function addPlatform(store: Store): Promise<void> {
  await store.records.add('account', {
    ...base,
    id: connectionId,
    name: 'Platform',
    connector: 'genesys-cloud',
    settings: {
      baseUrl: 'https://platform.test',
      loginUrl: 'https://platform.test',
      clientId: 'client',
    },
    secrets: { clientSecret: 'client-secret' },
    uncertain: 'hold',
    allowPrivateNetwork: false,
  })
  await store.records.add('relay', {
    ...base,
    id: relay.id,
    name: 'Relay',
    connectionId,
    integrationId: 'remote-integration',
    accountId: relay.accountId,
    defaultSender: relay.sender,
    senders: [],
    compositeFrom: false,
    secrets: { webhookSecret },
  })
}
