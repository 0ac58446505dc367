import Type, { type Static } from 'typebox'
import { AppError } from '../../errors.ts'
import type { Account } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import { everything } from '../everything.ts'
import { operation } from '../operation.ts'
import { Id, Listing, listing, Paging, pageOf } from '../schema.ts'
import { FallbackChange, withFallback } from './fallback.ts'
import { RateChange, RateSchema, withRate } from './rate.ts'
import { checkVersion, presentBase, recordOf } from './records.ts'
import { shownSettings, splitSettings } from './settings.ts'

const path = '/api/signalbox/accounts'

const AccountSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  connector: Type.String(),
  settings: Type.Record(Type.String(), Type.Unknown()),
  secretsSet: Type.Array(Type.String()),
  uncertain: Type.String(),
  rate: Type.Optional(RateSchema),
  validityMs: Type.Optional(Type.Integer()),
  fallbackAccountId: Type.Optional(Type.String()),
  callbackUrl: Type.String(),
  version: Type.Integer(),
  selfUri: Type.String(),
})

const uncertain = Type.Optional(Type.Enum(['hold', 'resend', 'fail']))
/** How long a text is worth sending, in milliseconds. */
const validityMs = Type.Optional(Type.Integer({ minimum: 1000, maximum: 259_200_000 }))
const settings = Type.Record(Type.String(), Type.Unknown())

const CreateBody = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 200 }),
  connector: Type.String(),
  settings: Type.Optional(settings),
  uncertain,
  allowPrivateNetwork: Type.Optional(Type.Boolean()),
  rate: RateChange,
  validityMs,
  fallbackAccountId: FallbackChange,
})

const UpdateBody = Type.Object({
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  settings: Type.Optional(settings),
  uncertain,
  allowPrivateNetwork: Type.Optional(Type.Boolean()),
  rate: RateChange,
  validityMs,
  fallbackAccountId: FallbackChange,
  version: Type.Optional(Type.Integer()),
})

/** What Open Messaging integrations and orders of numbers set up. */
const madeElsewhere: ReadonlySet<string> = new Set(['open', 'hook'])

export const signalboxListAccounts = operation({
  id: 'signalboxListAccounts',
  method: 'GET',
  path,
  summary: 'Lists the accounts: configured connectors, with their secrets masked.',
  permission: 'signalbox:accounts:view',
  input: { query: Type.Object({ ...Paging, name: Type.Optional(Type.String()) }) },
  reply: { status: 200, schema: Listing(AccountSchema) },
  async handle({ query }, { store, publicUrl }) {
    const page = pageOf(query)
    const filter = query.name === undefined ? {} : { name: query.name }
    const found = await store.records.list('account', page, filter)
    return listing(found, page, path, (account) => presentAccount(account, store, publicUrl))
  },
})

export const signalboxGetAccount = operation({
  id: 'signalboxGetAccount',
  method: 'GET',
  path: `${path}/{id}`,
  summary: 'Reads one account, with its secrets masked.',
  permission: 'signalbox:accounts:view',
  input: { path: Type.Object({ id: Id }) },
  reply: { status: 200, schema: AccountSchema },
  async handle({ path: { id } }, { store, publicUrl }) {
    return presentAccount(await recordOf(store, 'account', id), store, publicUrl)
  },
})

export const signalboxCreateAccount = operation({
  id: 'signalboxCreateAccount',
  method: 'POST',
  path,
  summary: 'Adds an account; its settings are checked against the schema of its connector.',
  permission: 'signalbox:accounts:edit',
  input: { body: CreateBody },
  reply: { status: 201, schema: AccountSchema },
  async handle({ body }, { store, messaging, outside, publicUrl }) {
    const connector = messaging.connectors.get(body.connector)
    if (connector === undefined || madeElsewhere.has(connector.carries)) {
      const names = [...messaging.connectors.values()]
        .filter(({ carries }) => !madeElsewhere.has(carries))
        .map(({ name }) => name)
      throw new AppError('bad.request', 'There is no connector of that name. There are: {names}.', {
        params: { names: names.join(', ') },
        details: [{ errorCode: 'bad.request', fieldName: 'connector' }],
      })
    }
    const nowMs = outside.clock.now()
    const account: Account = {
      id: outside.ids.uuid(),
      name: body.name,
      connector: connector.name,
      ...splitSettings(connector, body.settings ?? {}, {}),
      uncertain: body.uncertain ?? 'hold',
      allowPrivateNetwork: body.allowPrivateNetwork ?? false,
      ...(body.validityMs === undefined ? {} : { validityMs: body.validityMs }),
      version: 1,
      createdMs: nowMs,
      modifiedMs: nowMs,
    }
    const rated = withRate(account, body.rate)
    const added = await withFallback(store, { account: rated, change: body }, messaging)
    await store.records.add('account', added)
    return presentAccount(added, store, publicUrl)
  },
})

export const signalboxUpdateAccount = operation({
  id: 'signalboxUpdateAccount',
  method: 'PUT',
  path: `${path}/{id}`,
  summary:
    'Changes an account. Settings are replaced as a whole; secrets that are left out or sent as *** stay.',
  permission: 'signalbox:accounts:edit',
  input: { path: Type.Object({ id: Id }), body: UpdateBody },
  reply: { status: 200, schema: AccountSchema },
  handle: ({ path: { id }, body }, { store, messaging, outside, publicUrl }) =>
    store.transaction(async (store) => {
      const account = await recordOf(store, 'account', id)
      checkVersion(account, body.version)
      const connector = messaging.connectors.get(account.connector)
      const split =
        body.settings === undefined || connector === undefined
          ? {}
          : splitSettings(connector, body.settings, account.secrets ?? {})
      const rated = withRate(account, body.rate)
      const changed: Account = {
        ...(await withFallback(store, { account: rated, change: body }, messaging)),
        ...changesOf(body),
        ...split,
        version: account.version + 1,
        modifiedMs: outside.clock.now(),
      }
      await store.records.save('account', changed)
      return presentAccount(changed, store, publicUrl)
    }),
})

function changesOf(body: Static<typeof UpdateBody>) {
  const { name, uncertain, allowPrivateNetwork, validityMs } = body
  return {
    ...(name === undefined ? {} : { name }),
    ...(uncertain === undefined ? {} : { uncertain }),
    ...(allowPrivateNetwork === undefined ? {} : { allowPrivateNetwork }),
    ...(validityMs === undefined ? {} : { validityMs }),
  }
}

export const signalboxDeleteAccount = operation({
  id: 'signalboxDeleteAccount',
  method: 'DELETE',
  path: `${path}/{id}`,
  summary: 'Removes an account that no sender and no relay uses any more.',
  permission: 'signalbox:accounts:edit',
  input: { path: Type.Object({ id: Id }) },
  reply: { status: 204 },
  handle: ({ path: { id } }, { store }) =>
    store.transaction(async (store) => {
      await recordOf(store, 'account', id)
      const all = { size: 10_000, number: 1 }
      const senders = await store.records.list('sender', all)
      const relays = await store.records.list('relay', all)
      const domains = await store.records.list('emailDomain', all)
      const numbers = (await everything(store, 'account')).filter(
        ({ settings }) => settings['carrierAccountId'] === id,
      )
      const organization = await store.records.get('organization', store.organizationId)
      const accounts = await store.records.list('account', all)
      const users = [
        ...accounts.entities.filter(({ fallbackAccountId }) => fallbackAccountId === id),
        ...(organization?.faxAccountId === id ? [{ name: 'the settings for faxes' }] : []),
        ...numbers,
        ...domains.entities.filter(({ accountId }) => accountId === id),
        ...senders.entities.filter(({ accountId }) => accountId === id),
        ...relays.entities.filter((relay) => [relay.accountId, relay.connectionId].includes(id)),
      ]
      if (users.length > 0) {
        throw new AppError(
          'conflict',
          'The account is still used by: {names}. Remove those first.',
          {
            params: { names: users.map(({ name }) => name).join(', ') },
          },
        )
      }
      await store.records.remove('account', id)
    }),
})

/** An account on the wire: no secret, only which ones are set, and where its provider is to call. */
export function presentAccount(account: Account, store: Store, publicUrl: string) {
  return {
    ...presentBase(account, path),
    connector: account.connector,
    settings: shownSettings(account),
    secretsSet: Object.keys(account.secrets ?? {}),
    uncertain: account.uncertain,
    allowPrivateNetwork: account.allowPrivateNetwork,
    ...(account.rate === undefined ? {} : { rate: account.rate }),
    ...(account.validityMs === undefined ? {} : { validityMs: account.validityMs }),
    ...(account.fallbackAccountId === undefined
      ? {}
      : { fallbackAccountId: account.fallbackAccountId }),
    callbackUrl: `${publicUrl}/webhooks/${store.organizationId}/${account.id}`,
  }
}

export const signalboxListConnections = operation({
  id: 'signalboxListConnections',
  method: 'GET',
  path: '/api/signalbox/connections',
  summary:
    'Lists the connections: accounts that lead to a Genesys Cloud organization or another signalbox.',
  permission: 'signalbox:connections:view',
  reply: { status: 200, schema: Type.Object({ entities: Type.Array(AccountSchema) }) },
  async handle(_input, { store, messaging, publicUrl }) {
    const { entities } = await store.records.list('account', { size: 10_000, number: 1 })
    return {
      entities: entities
        .filter(({ connector }) => messaging.connectors.get(connector)?.carries === 'platform')
        .map((account) => presentAccount(account, store, publicUrl)),
    }
  },
})
