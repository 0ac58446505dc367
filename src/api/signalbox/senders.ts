import Type from 'typebox'
import { isAlphanumericSender, normalizeNumber } from '../../domain/address.ts'
import { AppError } from '../../errors.ts'
import type { Recipient, Sender } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import { operation } from '../operation.ts'
import { Id, Listing, listing, Paging, pageOf } from '../schema.ts'
import { RateChange, RateSchema, withRate } from './rate.ts'
import { accountThatCarries, checkVersion, presentBase, recordOf } from './records.ts'

const path = '/api/signalbox/senders'

const SenderSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  address: Type.String(),
  accountId: Type.String(),
  recipientId: Type.String(),
  rate: Type.Optional(RateSchema),
  version: Type.Integer(),
  selfUri: Type.String(),
})

export const signalboxListSenders = operation({
  id: 'signalboxListSenders',
  method: 'GET',
  path,
  summary:
    'Lists the senders: our numbers, short codes and names, with the account that each goes through.',
  permission: 'signalbox:senders:view',
  input: { query: Type.Object({ ...Paging, name: Type.Optional(Type.String()) }) },
  reply: { status: 200, schema: Listing(SenderSchema) },
  async handle({ query }, { store }) {
    const page = pageOf(query)
    const filter = query.name === undefined ? {} : { name: query.name }
    return listing(await store.records.list('sender', page, filter), page, path, presentSender)
  },
})

export const signalboxGetSender = operation({
  id: 'signalboxGetSender',
  method: 'GET',
  path: `${path}/{id}`,
  summary: 'Reads one sender.',
  permission: 'signalbox:senders:view',
  input: { path: Type.Object({ id: Id }) },
  reply: { status: 200, schema: SenderSchema },
  async handle({ path: { id } }, { store }) {
    return presentSender(await recordOf(store, 'sender', id))
  },
})

export const signalboxCreateSender = operation({
  id: 'signalboxCreateSender',
  method: 'POST',
  path,
  summary:
    'Adds a sender, with the recipient that says which queue its texts go to. Addresses are unique.',
  permission: 'signalbox:senders:edit',
  input: {
    body: Type.Object({
      address: Type.String({ minLength: 1, maxLength: 40 }),
      accountId: Id,
      name: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
      queueId: Type.Optional(Id),
      rate: RateChange,
    }),
  },
  reply: { status: 201, schema: SenderSchema },
  handle: ({ body }, { store, messaging, outside }) =>
    store.transaction(async (store) => {
      const { accountId, queueId } = body
      await accountThatCarries(
        store,
        { id: accountId, carries: 'sms', fieldName: 'accountId' },
        messaging,
      )
      if (queueId !== undefined) await checkQueue(store, queueId)
      const address = await normalizedSender(store, body.address, 'address')
      await refuseTaken(store, address)
      const nowMs = outside.clock.now()
      const id = outside.ids.uuid()
      const name = body.name ?? address
      const base = { id, name, version: 1, createdMs: nowMs, modifiedMs: nowMs }
      const plain: Sender = { ...base, address, accountId, recipientId: id }
      const sender = withRate(plain, body.rate)
      const recipient: Recipient = {
        ...base,
        messengerType: 'sms',
        ...(queueId === undefined ? {} : { queueId }),
      }
      await store.records.add('recipient', recipient)
      await store.records.add('sender', sender)
      return presentSender(sender)
    }),
})

export const signalboxUpdateSender = operation({
  id: 'signalboxUpdateSender',
  method: 'PUT',
  path: `${path}/{id}`,
  summary:
    'Changes the name or the account of a sender. Its address stays: conversations are known by it.',
  permission: 'signalbox:senders:edit',
  input: {
    path: Type.Object({ id: Id }),
    body: Type.Object({
      name: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
      accountId: Type.Optional(Id),
      rate: RateChange,
      version: Type.Optional(Type.Integer()),
    }),
  },
  reply: { status: 200, schema: SenderSchema },
  handle: ({ path: { id }, body }, { store, messaging, outside }) =>
    store.transaction(async (store) => {
      const sender = await recordOf(store, 'sender', id)
      checkVersion(sender, body.version)
      const accountId = body.accountId ?? sender.accountId
      await accountThatCarries(
        store,
        { id: accountId, carries: 'sms', fieldName: 'accountId' },
        messaging,
      )
      const changed: Sender = {
        ...withRate(sender, body.rate),
        name: body.name ?? sender.name,
        accountId,
        version: sender.version + 1,
        modifiedMs: outside.clock.now(),
      }
      await store.records.save('sender', changed)
      return presentSender(changed)
    }),
})

export const signalboxDeleteSender = operation({
  id: 'signalboxDeleteSender',
  method: 'DELETE',
  path: `${path}/{id}`,
  summary:
    'Removes a sender and its recipient. Texts for its address are then taken and routed nowhere.',
  permission: 'signalbox:senders:edit',
  input: { path: Type.Object({ id: Id }) },
  reply: { status: 204 },
  handle: ({ path: { id } }, { store }) =>
    store.transaction(async (store) => {
      const sender = await recordOf(store, 'sender', id)
      await store.records.remove('sender', id)
      await store.records.remove('recipient', sender.recipientId)
    }),
})

/** An address of ours in the form that is kept: E.164 with `+`, a short code, or a name. `bad.request` for others. */
export async function normalizedSender(
  store: Store,
  address: string,
  fieldName: string,
): Promise<string> {
  const organization = await store.records.get('organization', store.organizationId)
  const text = address.trim()
  const number = normalizeNumber(text, organization?.defaultCountry)
  if (number !== undefined) return number
  if (isAlphanumericSender(text)) return text
  throw new AppError(
    'bad.request',
    '{fieldName} must be a phone number, a short code or a name of at most 11 characters. Write it like ' +
      '+12025550142, 24273 or ACME.',
    { params: { fieldName }, details: [{ errorCode: 'bad.request', fieldName }] },
  )
}

async function refuseTaken(store: Store, address: string): Promise<void> {
  const taken = await store.records.byKey('sender', address)
  if (taken === undefined) return
  throw new AppError('conflict', '{address} is a sender already: change that one instead.', {
    params: { address },
    details: [{ errorCode: 'conflict', fieldName: 'address', entityId: taken.id }],
  })
}

async function checkQueue(store: Store, queueId: string): Promise<void> {
  if ((await store.records.get('queue', queueId)) !== undefined) return
  throw new AppError('bad.request', 'queueId must be the id of a queue.', {
    details: [{ errorCode: 'bad.request', fieldName: 'queueId', entityId: queueId }],
  })
}

function presentSender(sender: Sender) {
  return {
    ...presentBase(sender, path),
    address: sender.address,
    accountId: sender.accountId,
    recipientId: sender.recipientId,
    ...(sender.rate === undefined ? {} : { rate: sender.rate }),
  }
}
