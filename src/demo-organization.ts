import { clusterPermission, clusterTenant, newKeyText } from './api/nexus/api-key.ts'
import type { Outside } from './context.ts'
import { hashPassword } from './passwords.ts'
import type { ApiKey } from './store/channel-records.ts'
import type { OAuthClient, RecordKind, RecordKinds, User } from './store/records.ts'
import type { Store } from './store/store.ts'
import { hashOf } from './tokens.ts'

type Source = Pick<Outside, 'clock' | 'ids'>

/** What the demo is to be built with: its id, and where the server reaches itself. */
export interface DemoGround {
  readonly organizationId: string
  /** Without a trailing slash. */
  readonly ownUrl: string
}

/** A user of the demo, with the password that only the credentials file keeps. */
export interface DemoUser {
  readonly record: User
  readonly password: string
}

/** The demo organization, made but not saved: each part by what it is for. */
export type DemoOrganization = Awaited<ReturnType<typeof planDemo>>

/** Numbers of the range that is kept free for fiction. */
const smsNumber = '+12025550142'
const relayNumber = '+12025550143'

const agentPermissions = [
  'conversation:*',
  'video:video:access',
  'messaging:integration:view',
  'routing:queue:view',
  'routing:wrapupCode:view',
  'responses:library:view',
  'responses:response:view',
  'signalbox:consents:view',
]

/** Plans the demo: all ids, secrets and password hashes, so that saving it is only writing. */
export async function planDemo(ground: DemoGround, source: Source) {
  const make = maker(source)
  const { ids } = source
  const [ada, alan, sam] = await Promise.all([
    planUser(
      make('Ada Agent'),
      { email: 'ada@signalbox.local', permissions: agentPermissions },
      ids,
    ),
    planUser(
      make('Alan Agent'),
      { email: 'alan@signalbox.local', permissions: agentPermissions },
      ids,
    ),
    planUser(make('Sam Supervisor'), { email: 'sam@signalbox.local', permissions: ['*'] }, ids),
  ])
  const organization = {
    ...make('Signalbox Demo'),
    id: ground.organizationId,
    defaultCountry: 'US',
  }
  return {
    organization,
    users: { ada, alan, sam },
    ...planClients(make, ids),
    ...planDesk(make, [ada.record.id, alan.record.id, sam.record.id]),
    ...planChannels(make, ground, ids),
    ...planActions(make),
    ...planApiKey(make, source),
  }
}

/** The first key of Digital Channels: with it others are made. */
function planApiKey(make: Make, source: Source) {
  const apiKeyText = newKeyText(source)
  const apiKey: ApiKey = {
    ...make('First cluster key'),
    tenant: clusterTenant,
    permissions: [clusterPermission],
    keyHash: hashOf(apiKeyText),
    lastFour: apiKeyText.slice(-4),
  }
  return { apiKey, apiKeyText }
}

type Make = ReturnType<typeof maker>

function maker({ clock, ids }: Source) {
  const nowMs = clock.now()
  return (name: string) => ({
    id: ids.uuid(),
    name,
    version: 1,
    createdMs: nowMs,
    modifiedMs: nowMs,
  })
}

async function planUser(
  base: ReturnType<Make>,
  about: Pick<User, 'email' | 'permissions'>,
  ids: Source['ids'],
): Promise<DemoUser> {
  const password = ids.secret(12)
  const passwordHash = await hashPassword(password)
  return { record: { ...base, ...about, state: 'active', passwordHash }, password }
}

function planClients(make: Make, ids: Source['ids']) {
  const clientSecret = ids.secret(32)
  const client: OAuthClient = {
    ...make('Demo client'),
    description: 'For programs, with the client credentials grant.',
    grantType: 'CLIENT-CREDENTIALS',
    secretHash: hashOf(clientSecret),
    redirectUris: [],
    scopes: [],
    permissions: ['*'],
    tokenValiditySeconds: 86_400,
    state: 'active',
  }
  const publicClient: OAuthClient = {
    ...make('Browser and command line'),
    description: 'For users, with the authorization code grant and PKCE.',
    grantType: 'CODE',
    secretHash: '',
    redirectUris: ['127.0.0.1', 'localhost'].flatMap((host) => [
      `http://${host}/`,
      `http://${host}/callback`,
    ]),
    scopes: [],
    permissions: [],
    tokenValiditySeconds: 86_400,
    state: 'active',
  }
  return { client, clientSecret, publicClient }
}

function planDesk(make: Make, agentIds: readonly string[]) {
  const wrapupCode = make('Default Wrap-up Code')
  const queue = {
    ...make('Support'),
    members: agentIds.map((userId) => ({ userId, joined: true })),
    messageAlertingTimeoutMs: 30_000,
    wrapupPrompt: 'OPTIONAL',
    acwTimeoutMs: 0,
    wrapupCodeIds: [wrapupCode.id],
  } as const
  return { wrapupCode, queue }
}

function planChannels(make: Make, ground: DemoGround, ids: Source['ids']) {
  const webhookSecret = ids.secret(24)
  const integration = make('Demo open')
  const loopback = {
    ...make('Loopback handset'),
    connector: 'loopback',
    settings: {},
    uncertain: 'hold',
    allowPrivateNetwork: false,
    secrets: { token: ids.secret(24) },
  } as const
  const connection = make('This server')
  const relay = {
    ...make('Demo relay'),
    connectionId: connection.id,
    integrationId: integration.id,
    accountId: loopback.id,
    defaultSender: relayNumber,
    senders: [],
    compositeFrom: false,
    secrets: { webhookSecret },
  }
  const sender = make(smsNumber)
  return {
    loopback,
    connection,
    relay,
    webhookSecret,
    integration: {
      ...integration,
      webhookUrl: `${ground.ownUrl}/relays/${ground.organizationId}/${relay.id}`,
      webhookHeaders: {},
      allowPrivateNetwork: true,
      secrets: { token: webhookSecret },
    },
    sender: { ...sender, address: smsNumber, accountId: loopback.id, recipientId: sender.id },
  }
}

/** Where data actions that call the platform are imported to; they can do what the demo client can. */
function planActions(make: Make) {
  const platformCredential = make('Demo client')
  const platformActions = {
    ...make('Genesys Cloud Data Actions'),
    integrationType: 'purecloud-data-actions',
    intendedState: 'ENABLED',
    notes: '',
    properties: {},
    advanced: {},
    credentials: { pureCloudOAuthClient: platformCredential.id },
  } as const
  return { platformCredential, platformActions }
}

/** Writes a planned demo, in the transaction that is given. */
export async function saveDemo(store: Store, demo: DemoOrganization): Promise<void> {
  const { queue, integration, sender } = demo
  const users = Object.values(demo.users).map(({ record }) => record)
  const add = <K extends RecordKind>(kind: K, ...records: readonly RecordKinds[K][]) =>
    addAll(store, kind, records)
  await add('organization', demo.organization)
  await add('user', ...users)
  await add('oauthClient', demo.client, demo.publicClient)
  await add('wrapupCode', demo.wrapupCode)
  await add('queue', { ...queue, smsAddress: sender.address, openIntegrationId: integration.id })
  await add('account', demo.loopback, connectionAccount(demo))
  await add('openIntegration', integration)
  await add('sender', sender)
  await add('relay', demo.relay)
  await add('credential', {
    ...demo.platformCredential,
    credentialType: 'pureCloudOAuthClient',
    secrets: { clientId: demo.client.id, clientSecret: demo.clientSecret },
  })
  await add('integration', demo.platformActions)
  await add('apiKey', demo.apiKey)
  const { id, name, version, createdMs, modifiedMs } = integration
  await add(
    'recipient',
    { id, name, version, createdMs, modifiedMs, messengerType: 'open', queueId: queue.id },
    { ...recipientBase(sender), messengerType: 'sms', queueId: queue.id },
  )
  await saveDefaults(store, demo.organization)
  for (const { id: userId, createdMs: sinceMs } of users) {
    await store.agents.save({
      userId,
      presence: 'Offline',
      presenceSinceMs: sinceMs,
      routingStatus: 'OFF_QUEUE',
      routingSinceMs: sinceMs,
      version: 1,
    })
  }
}

/** The connection by which the relay reaches this very server, as it would an organization of the vendor. */
function connectionAccount({ connection, client, clientSecret }: DemoOrganization) {
  return {
    ...connection,
    connector: 'genesys-cloud',
    settings: { baseUrl: 'self', loginUrl: 'self', clientId: client.id },
    uncertain: 'resend',
    allowPrivateNetwork: true,
    secrets: { clientSecret },
  } as const
}

/** What the vendor has from the start: typing off in both directions, and 72 hours of threading for every channel. */
async function saveDefaults(store: Store, { createdMs }: DemoOrganization['organization']) {
  const base = { id: 'default', version: 1, createdMs, modifiedMs: createdMs }
  await store.records.add('messagingSetting', {
    ...base,
    name: 'Default Messaging Setting',
    typingInbound: false,
    typingOutbound: false,
    isDefault: true,
  })
  await store.records.add('threadingTimeline', {
    ...base,
    name: 'Threading timeline',
    minutesByType: {},
  })
}

function recipientBase({
  recipientId,
  name,
  version,
  createdMs,
  modifiedMs,
}: DemoOrganization['sender']) {
  return { id: recipientId, name, version, createdMs, modifiedMs }
}

async function addAll<K extends RecordKind>(
  store: Store,
  kind: K,
  records: readonly RecordKinds[K][],
): Promise<void> {
  for (const record of records) await store.records.add(kind, record)
}
