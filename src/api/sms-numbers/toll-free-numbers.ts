import Type, { type Static } from 'typebox'
import type { Context } from '../../context.ts'
import { normalizeNumber } from '../../domain/address.ts'
import { AppError } from '../../errors.ts'
import { connectorNamed } from '../../messaging/messaging.ts'
import { numberAccountId } from '../../messaging/number-news.ts'
import { loopbackConnector } from '../../simulator/handset-calls.ts'
import type { Account } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import { everything } from '../everything.ts'
import { operation } from '../operation.ts'
import { accountThatCarries } from '../signalbox/records.ts'
import { splitSettings } from '../signalbox/settings.ts'

const path = '/api/v2/messaging/sms/provisioning/tollfreenumbers'
const connectorName = 'portico-webhook'

// GUESS: the vendor's guide prints these requests and not their replies: a list of the members of the order.
const NumberSchema = Type.Object({
  tollfreeNumber: Type.String(),
  comment: Type.Optional(Type.String()),
  moUrl: Type.Optional(Type.String()),
  drUrl: Type.Optional(Type.String()),
  webhookUsername: Type.Optional(Type.String()),
  emailAddress: Type.Optional(Type.String()),
})

const Order = Type.Object({
  tollfreeNumber: Type.String({ maxLength: 40 }),
  comment: Type.Optional(Type.String({ maxLength: 500 })),
  moUrl: Type.String({ pattern: '^https?://', maxLength: 2048 }),
  drUrl: Type.String({ pattern: '^https?://', maxLength: 2048 }),
  webhookUsername: Type.String({ minLength: 1, maxLength: 200 }),
  webhookPassword: Type.String({ minLength: 1, maxLength: 1000 }),
  emailAddress: Type.Optional(Type.String({ maxLength: 320 })),
  /** Ours: the account that carries a number which is not of the pool. */
  accountId: Type.Optional(Type.String({ maxLength: 100 })),
})

export const listTollFreeNumbers = operation({
  id: 'signalboxListTollFreeNumbers',
  method: 'GET',
  path,
  summary: 'Lists the numbers that were ordered, without the passwords of their webhooks.',
  permission: 'messagingProvisioning:tollfreenumbers:view',
  reply: { status: 200, schema: Type.Array(NumberSchema) },
  examples: [{ title: 'the numbers there are', input: {} }],
  handle: async (_input, { store }) => (await numberAccounts(store)).map(present),
})

export const listAvailableTollFreeNumbers = operation({
  id: 'signalboxListAvailableTollFreeNumbers',
  method: 'GET',
  path: `${path}/available`,
  summary: 'Lists a few numbers that can be ordered.',
  permission: 'messagingProvisioning:tollfreenumbers:view',
  reply: { status: 200, schema: Type.Array(NumberSchema) },
  examples: [{ title: 'a few free ones', input: {} }],
  async handle(_input, { store }) {
    const pool = await freeNumbers(store)
    return pool.slice(0, 5).map((tollfreeNumber) => ({ tollfreeNumber }))
  },
})

export const orderTollFreeNumbers = operation({
  id: 'signalboxOrderTollFreeNumbers',
  method: 'POST',
  path,
  summary:
    'Orders numbers, all or none: texts for them are posted to moUrl, what becomes of texts from them to drUrl.',
  permission: 'messagingProvisioning:tollfreenumbers:edit',
  input: { body: Type.Array(Order, { minItems: 1, maxItems: 100 }) },
  reply: { status: 200, schema: Type.Array(NumberSchema) },
  handle: ({ body }, context) =>
    context.store.transaction(async (store) => {
      const ordered = []
      for (const [index, order] of body.entries()) {
        ordered.push(present(await take(store, { order, index }, context)))
      }
      return ordered
    }),
})

export const releaseTollFreeNumber = operation({
  id: 'signalboxReleaseTollFreeNumber',
  method: 'DELETE',
  path: `${path}/{number}`,
  summary: 'Gives an ordered number back.',
  permission: 'messagingProvisioning:tollfreenumbers:edit',
  input: { path: Type.Object({ number: Type.String({ maxLength: 40 }) }) },
  reply: { status: 204 },
  async handle({ path: { number } }, { store }) {
    if (await store.records.remove('account', numberAccountId(number))) return
    throw new AppError('not.found', 'The number {number} was not ordered.', { params: { number } })
  },
})

async function take(
  store: Store,
  given: { readonly order: Static<typeof Order>; readonly index: number },
  { messaging, outside }: Context,
): Promise<Account> {
  const { order, index } = given
  const { accountId, ...members } = order
  const address = await addressOf(store, order.tollfreeNumber)
  const id = numberAccountId(address ?? '')
  const before = await store.records.get('account', id)
  const carrier =
    accountId === undefined
      ? await poolCarrier(store, id, before)
      : await accountThatCarries(
          store,
          { id: accountId, carries: 'sms', fieldName: `${index}.accountId` },
          messaging,
        )
  const isSender = (await store.records.byKey('sender', address ?? '')) !== undefined
  if (address === undefined || carrier === undefined || isSender) throw notFree(order, index)
  const nowMs = outside.clock.now()
  const tollfreeNumber = address.slice(1)
  const wanted = { ...pick(members), tollfreeNumber, carrierAccountId: carrier.id }
  const split = splitSettings(connectorNamed(messaging, connectorName), wanted, {})
  const account: Account = {
    id,
    name: tollfreeNumber,
    connector: connectorName,
    ...split,
    uncertain: 'resend',
    allowPrivateNetwork: false,
    createdMs: before?.createdMs ?? nowMs,
    modifiedMs: nowMs,
    version: (before?.version ?? 0) + 1,
  }
  if (before === undefined) await store.records.add('account', account)
  else await store.records.save('account', account)
  return account
}

/** The members that are kept; what else a request says is let through and forgotten. */
function pick(order: Static<typeof Order>) {
  const { moUrl, drUrl, webhookUsername, webhookPassword, comment, emailAddress } = order
  return {
    moUrl,
    drUrl,
    webhookUsername,
    webhookPassword,
    ...(comment === undefined ? {} : { comment }),
    ...(emailAddress === undefined ? {} : { emailAddress }),
  }
}

async function addressOf(store: Store, number: string): Promise<string | undefined> {
  const organization = await store.records.get('organization', store.organizationId)
  const address = normalizeNumber(number, organization?.defaultCountry)
  return address?.startsWith('+') ? address : undefined
}

/** Who carries a number of the pool, or one that was ordered before; undefined for any other. */
async function poolCarrier(
  store: Store,
  id: string,
  before: Account | undefined,
): Promise<Account | undefined> {
  if (before !== undefined) {
    return store.records.get('account', String(before.settings['carrierAccountId']))
  }
  const isFree = (await freeNumbers(store)).some((number) => numberAccountId(number) === id)
  return isFree ? loopbackAccount(store) : undefined
}

/**
 * Numbers that can be had without a contract: toll-free ones of the range that is kept free for fiction, carried by the
 * handset in the box.
 */
async function freeNumbers(store: Store): Promise<readonly string[]> {
  if ((await loopbackAccount(store)) === undefined) return []
  const taken = new Set((await numberAccounts(store)).map(({ id }) => id))
  return Array.from(
    { length: 100 },
    (_, index) => `1833555${String(100 + index).padStart(4, '0')}`,
  ).filter((number) => !taken.has(numberAccountId(number)))
}

async function loopbackAccount(store: Store): Promise<Account | undefined> {
  return (await everything(store, 'account')).find(
    ({ connector }) => connector === loopbackConnector,
  )
}

async function numberAccounts(store: Store): Promise<readonly Account[]> {
  return (await everything(store, 'account')).filter(({ connector }) => connector === connectorName)
}

function present({ settings }: Account): Static<typeof NumberSchema> {
  const { tollfreeNumber, carrierAccountId: _carrier, ...rest } = settings
  const texts = Object.entries(rest).map(([name, value]) => [name, String(value)] as const)
  return { tollfreeNumber: String(tollfreeNumber), ...Object.fromEntries(texts) }
}

function notFree({ tollfreeNumber }: Static<typeof Order>, index: number): AppError {
  return new AppError(
    'bad.request',
    'The number {tollfreeNumber} cannot be ordered: choose one of the available ones, or name the account that carries it.',
    {
      params: { tollfreeNumber },
      details: [{ errorCode: 'bad.request', fieldName: `${index}.tollfreeNumber` }],
    },
  )
}
