import type { Database } from '../../src/store/store.ts'
import { hashOf, tokenText } from '../../src/tokens.ts'

/** The organization that faults are tried on. */
export const organizationId = 'fault-test'

/** A bearer token of it that may do everything. */
export const token = tokenText(organizationId, 'fault')

/** The secret that the provider's callbacks must show. */
export const callbackSecret = 'fault-test-secret'

/** Our numbers: they share an account whose provider does not drop doubles. */
export const senders = ['+12025550101', '+12025550102', '+12025550103'] as const

/** Customers' numbers, a lane each. */
export const handsets = Array.from({ length: 12 }, (_, index) => `+1202555${String(1200 + index)}`)

/** Makes the organization: a Kaleyra account with its senders, and an Open Messaging integration. */
export async function prepareGround(database: Database, providerUrl: string): Promise<void> {
  await database.addOrganization(organizationId)
  const nowMs = Date.now()
  const base = (id: string) => ({ id, name: id, version: 1, createdMs: nowMs, modifiedMs: nowMs })
  await database.store(organizationId).transaction(async (store) => {
    await store.records.add('organization', { ...base(organizationId), defaultCountry: 'US' })
    await store.records.add('oauthClient', {
      ...base('client'),
      grantType: 'CLIENT-CREDENTIALS',
      secretHash: '',
      redirectUris: [],
      scopes: [],
      permissions: ['*'],
      tokenValiditySeconds: 86_400,
      state: 'active',
    })
    await store.tokens.add({
      hash: hashOf(token),
      kind: 'access',
      clientId: 'client',
      scopes: [],
      expiresMs: nowMs + 86_400_000,
    })
    await store.records.add('account', {
      ...base('kaleyra'),
      connector: 'kaleyra',
      settings: { baseUrl: providerUrl, sid: 'HXTEST', endpoint: 'sms', callback: 'none' },
      secrets: { apiKey: 'fault-test-key', callbackSecret },
      uncertain: 'hold',
      allowPrivateNetwork: true,
    })
    for (const address of senders) {
      await store.records.add('sender', {
        ...base(address),
        address,
        accountId: 'kaleyra',
        recipientId: address,
      })
    }
    await store.records.add('openIntegration', {
      ...base('integration'),
      webhookUrl: `${providerUrl}/hook`,
      webhookHeaders: {},
      allowPrivateNetwork: true,
      secrets: { token: 'a-webhook-secret-of-length' },
    })
  })
}
