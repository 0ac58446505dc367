import Type from 'typebox'
import { isoTime } from '../../clock.ts'
import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'
import { numberReader } from '../../messaging/national-numbers.ts'
import { relayTakes } from '../../messaging/relay.ts'
import {
  carrierIdOf,
  carrierReports,
  carrierSetting,
  customerWrites,
  loopbackConnector,
} from '../../simulator/handset-calls.ts'
import { behaviorOf, carrierDelayMsMax } from '../../simulator/loopback-carrier.ts'
import type { Account } from '../../store/records.ts'
import type { HandsetText, Store } from '../../store/store.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { optional } from './present.ts'
import { recordOf } from './records.ts'

const path = '/api/signalbox/handset'

const TextSchema = Type.Object({
  id: Type.String(),
  direction: Type.Enum(['to-handset', 'from-handset']),
  handset: Type.String(),
  sender: Type.String(),
  text: Type.String(),
  status: Type.String(),
  time: Type.String(),
})

const limitDefault = 100
/** Pause between two looks while a caller waits for news. */
const lookMs = 200

export const signalboxListHandsetMessages = operation({
  id: 'signalboxListHandsetMessages',
  method: 'GET',
  path: `${path}/messages`,
  summary:
    'Lists the texts on the loopback handsets, oldest first, after the one named; with waitMs it waits for the first.',
  permission: 'signalbox:handset:view',
  input: {
    query: Type.Object({
      handset: Type.Optional(Type.String()),
      after: Type.Optional(Id),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
      waitMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 20_000 })),
    }),
  },
  reply: { status: 200, schema: Type.Object({ entities: Type.Array(TextSchema) }) },
  async handle({ query }, { store, outside }) {
    const read = await numberReader(store)
    const handset = query.handset === undefined ? undefined : (read(query.handset) ?? query.handset)
    const endMs = outside.clock.now() + (query.waitMs ?? 0)
    const look = () => store.handsets.list(handset, query.after ?? '', query.limit ?? limitDefault)
    let texts = await look()
    while (texts.length === 0 && outside.clock.now() < endMs) {
      await new Promise<void>((resolve) => outside.clock.after(lookMs, resolve))
      texts = await look()
    }
    const entities = []
    for (const text of texts) entities.push(await presentText(store, text))
    return { entities }
  },
})

export const signalboxSendHandsetMessage = operation({
  id: 'signalboxSendHandsetMessage',
  method: 'POST',
  path: `${path}/messages`,
  summary:
    'The customer writes from a loopback handset to one of our senders. The same id sent again is a repeat, as with a provider.',
  permission: 'signalbox:handset:edit',
  input: {
    body: Type.Object({
      from: Type.String({ minLength: 1 }),
      to: Type.String({ minLength: 1 }),
      text: Type.String({ maxLength: 10_000 }),
      id: Type.Optional(Id),
      accountId: Type.Optional(Id),
    }),
  },
  reply: {
    status: 200,
    schema: Type.Object({ message: TextSchema, taken: Type.Array(Type.String()) }),
  },
  async handle({ body }, context) {
    const { store, messaging } = context
    const read = await numberReader(store)
    const handset = read(body.from)
    if (handset === undefined) {
      throw new AppError('bad.request', 'from must be a phone number, like +12025550101.', {
        details: [{ errorCode: 'bad.request', fieldName: 'from' }],
      })
    }
    const sender = read(body.to) ?? body.to
    const account = await accountOfSender(store, sender, body.accountId)
    const text = { handset, sender, text: body.text, id: body.id }
    const { shown, taken } = await customerWrites(store, { account, text }, messaging)
    return { message: await presentText(store, shown), taken: taken.map(({ fate }) => fate) }
  },
})

export const signalboxReportHandsetMessage = operation({
  id: 'signalboxReportHandsetMessage',
  method: 'POST',
  path: `${path}/messages/{id}/report`,
  summary:
    'The carrier reports what became of a text, as often as asked; late, repeated and contradicting reports included.',
  permission: 'signalbox:handset:edit',
  input: {
    path: Type.Object({ id: Id }),
    body: Type.Object({
      status: Type.Enum(['sent', 'delivered', 'failed']),
      code: Type.Optional(Type.String({ maxLength: 100 })),
      times: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
    }),
  },
  reply: {
    status: 200,
    schema: Type.Object({ message: TextSchema, taken: Type.Array(Type.String()) }),
  },
  async handle({ path: { id }, body }, { store, messaging }) {
    const text = await store.handsets.get(id)
    if (text === undefined) {
      throw new AppError('not.found', 'There is no text {id} on a handset.', { params: { id } })
    }
    if (text.deliveryId === undefined) {
      throw new AppError(
        'conflict',
        'This text was written by the customer: carriers report on texts that were sent to a handset.',
      )
    }
    const { taken } = await carrierReports(
      store,
      { text, report: { status: body.status, code: body.code }, times: body.times ?? 1 },
      messaging,
    )
    return {
      message: await presentText(store, { ...text, status: body.status }),
      taken: taken.map(({ fate }) => fate),
    }
  },
})

export const signalboxSetHandsetCarrier = operation({
  id: 'signalboxSetHandsetCarrier',
  method: 'PUT',
  path: `${path}/carrier`,
  summary:
    'Says what the carrier of a loopback account reports by itself, after which delay. At first: delivered, at once.',
  permission: 'signalbox:handset:edit',
  input: {
    body: Type.Object({
      accountId: Type.Optional(Id),
      report: Type.Enum(['delivered', 'failed', 'nothing', 'manual']),
      delayMs: Type.Optional(Type.Integer({ minimum: 0, maximum: carrierDelayMsMax })),
      code: Type.Optional(Type.String({ maxLength: 100 })),
    }),
  },
  reply: {
    status: 200,
    schema: Type.Object({
      accountId: Type.String(),
      report: Type.String(),
      delayMs: Type.Integer(),
    }),
  },
  handle: ({ body }, { store, outside }: Context) =>
    store.transaction(async (store) => {
      const account = await loopbackAccount(store, body.accountId)
      const carrier = {
        report: body.report,
        delayMs: body.delayMs ?? 0,
        ...(body.code === undefined ? {} : { code: body.code }),
      }
      const changed: Account = {
        ...account,
        settings: { ...account.settings, [carrierSetting]: carrier },
        version: account.version + 1,
        modifiedMs: outside.clock.now(),
      }
      await store.records.save('account', changed)
      return { accountId: account.id, ...behaviorOf(changed) }
    }),
})

/** The loopback account behind one of our ends: the one named, else the sender's, else the relay's, else the only one. */
async function accountOfSender(
  store: Store,
  address: string,
  accountId: string | undefined,
): Promise<Account> {
  if (accountId !== undefined) return loopbackAccount(store, accountId)
  const sender = await store.records.byKey('sender', address)
  if (sender !== undefined) return loopbackAccount(store, sender.accountId)
  const relays = await store.records.list('relay', { size: 10_000, number: 1 })
  const relay = relays.entities.find((one) => relayTakes(one, address))
  return loopbackAccount(store, relay?.accountId)
}

async function loopbackAccount(store: Store, id: string | undefined): Promise<Account> {
  if (id !== undefined) {
    const account = await recordOf(store, 'account', id)
    if (account.connector === loopbackConnector) return account
    throw new AppError(
      'bad.request',
      'The account {name} is no loopback account: only those have a handset here.',
      { params: { name: account.name } },
    )
  }
  const { entities } = await store.records.list('account', { size: 10_000, number: 1 })
  const [first, ...others] = entities.filter(({ connector }) => connector === loopbackConnector)
  if (first !== undefined && others.length === 0) return first
  throw new AppError(
    'bad.request',
    first === undefined
      ? 'There is no loopback account: add one with the connector loopback first.'
      : 'There are several loopback accounts: name one as accountId.',
    { details: [{ errorCode: 'bad.request', fieldName: 'accountId' }] },
  )
}

async function presentText(store: Store, text: HandsetText) {
  const { deliveryId } = text
  const delivery = deliveryId === undefined ? undefined : await store.deliveries.get(deliveryId)
  return {
    id: text.id,
    direction: text.direction,
    handset: text.handset,
    sender: text.sender,
    text: text.text,
    segments: text.segments,
    status: text.status,
    time: isoTime(text.timeMs),
    accountId: text.accountId,
    ...optional('deliveryId', deliveryId),
    ...(deliveryId === undefined ? {} : { providerId: carrierIdOf(deliveryId) }),
    ...optional('messageId', delivery?.messageId),
  }
}
