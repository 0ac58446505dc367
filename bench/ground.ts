import type { Running } from '../src/server.ts'
import { hashOf } from '../src/tokens.ts'

/** What the benchmark's organization is called; also the ids of what is in it. */
export const ground = {
  organizationId: '0190a000-0000-7000-8000-000000000001',
  clientId: 'bench-client',
  clientSecret: 'bench-client-secret',
  accountId: 'bench-account',
  callbackSecret: 'bench-callback-secret',
  senders: Array.from({ length: 8 }, (_, index) => `+1202555010${index}`),
} as const

/** Makes an organization with a client, a Kaleyra account at the stand-in, and eight senders. */
export async function prepareGround(running: Running, providerUrl: string): Promise<void> {
  const { database } = running
  const { organizationId, clientId, accountId, senders } = ground
  const base = (id: string) => ({
    id,
    name: id,
    version: 1,
    createdMs: Date.now(),
    modifiedMs: Date.now(),
  })
  await database.addOrganization(organizationId)
  await database.store(organizationId).transaction(async ({ records }) => {
    await records.add('organization', { ...base(organizationId), defaultCountry: 'US' })
    await records.add('oauthClient', {
      ...base(clientId),
      grantType: 'CLIENT-CREDENTIALS',
      secretHash: hashOf(ground.clientSecret),
      redirectUris: [],
      scopes: [],
      permissions: ['*'],
      tokenValiditySeconds: 86_400,
      state: 'active',
    })
    await records.add('account', {
      ...base(accountId),
      connector: 'kaleyra',
      settings: { baseUrl: providerUrl, sid: 'HXIN0000000000IN' },
      secrets: { apiKey: 'bench-api-key-0123456789abcdef', callbackSecret: ground.callbackSecret },
      uncertain: 'hold',
      allowPrivateNetwork: true,
    })
    for (const address of senders) {
      await records.add('sender', { ...base(address), address, accountId, recipientId: address })
    }
  })
  await database.addToDirectory('oauth-client', clientId, organizationId)
}

/** Gets a bearer token as any client does. */
export async function takeToken(url: string): Promise<string> {
  const reply = await fetch(`${url}/oauth/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${btoa(`${ground.clientId}:${ground.clientSecret}`)}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'grant_type=client_credentials',
  })
  const { access_token: token }: { access_token: string } = JSON.parse(await reply.text())
  return token
}

/** The agentless send that the load repeats: about 600 bytes with its headers. */
export function messageBody(sender: string): string {
  return JSON.stringify({
    fromAddress: sender,
    toAddress: '+1{n}',
    toAddressMessengerType: 'sms',
    textBody:
      'Your parcel {n} is on its way and will be with you between 14:00 and 16:00 today. Reply STOP to opt out.',
    useExistingActiveConversation: false,
  })
}
