import Type, { type Static } from 'typebox'
import { AppError } from '../../errors.ts'
import type { Messaging } from '../../messaging/messaging.ts'
import type { Relay } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import { operation } from '../operation.ts'
import { Id, Listing, listing, Paging, pageOf } from '../schema.ts'
import { optional } from './present.ts'
import { accountThatCarries, checkVersion, presentBase, recordOf } from './records.ts'
import { normalizedSender } from './senders.ts'
import { secretMask } from './settings.ts'

const path = '/api/signalbox/relays'

const RelaySchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  connectionId: Type.String(),
  integrationId: Type.String(),
  accountId: Type.String(),
  senders: Type.Array(Type.String()),
  compositeFrom: Type.Boolean(),
  webhookUrl: Type.String(),
  secretsSet: Type.Array(Type.String()),
  version: Type.Integer(),
  selfUri: Type.String(),
})

// The vendor signs with a secret of more than 15 characters; a shorter one could not be set over there.
const webhookSecret = Type.String({ minLength: 16, maxLength: 500 })

const CreateBody = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 200 }),
  connectionId: Id,
  integrationId: Id,
  accountId: Id,
  webhookSecret,
  defaultSender: Type.Optional(Type.String()),
  senders: Type.Optional(Type.Array(Type.String(), { maxItems: 1000 })),
  compositeFrom: Type.Optional(Type.Boolean()),
})

const UpdateBody = Type.Object({
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  connectionId: Type.Optional(Id),
  integrationId: Type.Optional(Id),
  accountId: Type.Optional(Id),
  webhookSecret: Type.Optional(Type.Union([webhookSecret, Type.Literal(secretMask)])),
  defaultSender: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  senders: Type.Optional(Type.Array(Type.String(), { maxItems: 1000 })),
  compositeFrom: Type.Optional(Type.Boolean()),
  version: Type.Optional(Type.Integer()),
})

export const signalboxListRelays = operation({
  id: 'signalboxListRelays',
  method: 'GET',
  path,
  summary: 'Lists the relays: which integration of a connection is joined to which SMS account.',
  permission: 'signalbox:relays:view',
  input: { query: Type.Object({ ...Paging, name: Type.Optional(Type.String()) }) },
  reply: { status: 200, schema: Listing(RelaySchema) },
  async handle({ query }, { store, publicUrl }) {
    const page = pageOf(query)
    const filter = query.name === undefined ? {} : { name: query.name }
    const found = await store.records.list('relay', page, filter)
    return listing(found, page, path, (relay) => presentRelay(relay, store, publicUrl))
  },
})

export const signalboxGetRelay = operation({
  id: 'signalboxGetRelay',
  method: 'GET',
  path: `${path}/{id}`,
  summary: 'Reads one relay, with the webhook address to enter in the integration.',
  permission: 'signalbox:relays:view',
  input: { path: Type.Object({ id: Id }) },
  reply: { status: 200, schema: RelaySchema },
  async handle({ path: { id } }, { store, publicUrl }) {
    return presentRelay(await recordOf(store, 'relay', id), store, publicUrl)
  },
})

export const signalboxCreateRelay = operation({
  id: 'signalboxCreateRelay',
  method: 'POST',
  path,
  summary:
    'Joins an Open Messaging integration of a connection to an SMS account. One relay an integration.',
  permission: 'signalbox:relays:edit',
  input: { body: CreateBody },
  reply: { status: 201, schema: RelaySchema },
  handle: ({ body }, { store, messaging, outside, publicUrl }) =>
    store.transaction(async (store) => {
      const nowMs = outside.clock.now()
      const relay: Relay = {
        id: outside.ids.uuid(),
        name: body.name,
        connectionId: body.connectionId,
        integrationId: body.integrationId,
        accountId: body.accountId,
        senders: [],
        compositeFrom: false,
        ...(await changesOf(store, body)),
        version: 1,
        createdMs: nowMs,
        modifiedMs: nowMs,
        secrets: { webhookSecret: body.webhookSecret },
      }
      await checkReferences(store, relay, messaging)
      await store.records.add('relay', relay)
      return presentRelay(relay, store, publicUrl)
    }),
})

export const signalboxUpdateRelay = operation({
  id: 'signalboxUpdateRelay',
  method: 'PUT',
  path: `${path}/{id}`,
  summary: 'Changes a relay; what is left out stays. defaultSender null takes the default away.',
  permission: 'signalbox:relays:edit',
  input: { path: Type.Object({ id: Id }), body: UpdateBody },
  reply: { status: 200, schema: RelaySchema },
  handle: ({ path: { id }, body }, { store, messaging, outside, publicUrl }) =>
    store.transaction(async (store) => {
      const before = await recordOf(store, 'relay', id)
      checkVersion(before, body.version)
      const { defaultSender, ...rest } = before
      const isKept = body.defaultSender === undefined && defaultSender !== undefined
      const keepsSecret = body.webhookSecret === undefined || body.webhookSecret === secretMask
      const relay: Relay = {
        ...rest,
        ...(isKept ? { defaultSender } : {}),
        name: body.name ?? before.name,
        connectionId: body.connectionId ?? before.connectionId,
        integrationId: body.integrationId ?? before.integrationId,
        accountId: body.accountId ?? before.accountId,
        ...(await changesOf(store, body)),
        ...(keepsSecret ? {} : { secrets: { webhookSecret: body.webhookSecret ?? '' } }),
        version: before.version + 1,
        modifiedMs: outside.clock.now(),
      }
      await checkReferences(store, relay, messaging)
      await store.records.save('relay', relay)
      return presentRelay(relay, store, publicUrl)
    }),
})

export const signalboxDeleteRelay = operation({
  id: 'signalboxDeleteRelay',
  method: 'DELETE',
  path: `${path}/{id}`,
  summary:
    'Removes a relay. What it has under way to the handset goes on; receipts are reported no more.',
  permission: 'signalbox:relays:edit',
  input: { path: Type.Object({ id: Id }) },
  reply: { status: 204 },
  async handle({ path: { id } }, { store }) {
    await recordOf(store, 'relay', id)
    await store.records.remove('relay', id)
  },
})

async function changesOf(
  store: Store,
  body: Pick<Static<typeof UpdateBody>, 'defaultSender' | 'senders' | 'compositeFrom'>,
) {
  const senders: string[] = []
  for (const sender of body.senders ?? []) {
    senders.push(await normalizedSender(store, sender, 'senders'))
  }
  return {
    ...(body.senders === undefined ? {} : { senders }),
    ...(typeof body.defaultSender === 'string'
      ? { defaultSender: await normalizedSender(store, body.defaultSender, 'defaultSender') }
      : {}),
    ...(body.compositeFrom === undefined ? {} : { compositeFrom: body.compositeFrom }),
  }
}

async function checkReferences(store: Store, relay: Relay, messaging: Messaging): Promise<void> {
  await accountThatCarries(
    store,
    { id: relay.connectionId, carries: 'platform', fieldName: 'connectionId' },
    messaging,
  )
  await accountThatCarries(
    store,
    { id: relay.accountId, carries: 'sms', fieldName: 'accountId' },
    messaging,
  )
  const taken = await store.records.byKey('relay', relay.integrationId)
  if (taken === undefined || taken.id === relay.id) return
  throw new AppError('conflict', 'The integration has a relay already: {name}. Change that one.', {
    params: { name: taken.name },
    details: [{ errorCode: 'conflict', fieldName: 'integrationId', entityId: taken.id }],
  })
}

function presentRelay(relay: Relay, store: Store, publicUrl: string) {
  const secretsSet = Object.keys(relay.secrets ?? {})
  return {
    ...presentBase(relay, path),
    connectionId: relay.connectionId,
    integrationId: relay.integrationId,
    accountId: relay.accountId,
    ...optional('defaultSender', relay.defaultSender),
    senders: relay.senders,
    compositeFrom: relay.compositeFrom,
    webhookUrl: `${publicUrl}/relays/${store.organizationId}/${relay.id}`,
    ...(secretsSet.includes('webhookSecret') ? { webhookSecret: secretMask } : {}),
    secretsSet,
  }
}
