import type { Connector } from '../../connectors/connector.ts'
import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'
import { connectorNamed, type Messaging } from '../../messaging/messaging.ts'
import type { ChannelProvider } from '../../store/channel-records.ts'
import type { Account, Sender } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import { everything } from '../everything.ts'
import { splitSettings } from '../signalbox/settings.ts'

/** The account of the mGageSMS service. Accounts of services have fixed ids, so that each service has one. */
export const mgageAccountId = 'nexus-mgage'

/** The account of the services PurecloudIDP and PorticoSMS together. */
export const porticoAccountId = 'nexus-portico'

const asyncPrefix = 'nexus-async-'

/** The account of one channel of the Async service: a number, or an e-mail domain. */
export function asyncAccountId(channel: string): string {
  return asyncPrefix + channel.toLowerCase().replace(/[^a-z0-9.-]/g, '')
}

/** The channels of the Async service: an account each. */
export async function asyncAccounts(store: Store): Promise<readonly Account[]> {
  const accounts = await everything(store, 'account')
  return accounts.filter(({ id }) => id.startsWith(asyncPrefix))
}

/** What an account of a service is to be. */
export interface ServiceAccount {
  readonly id: string
  readonly name: string
  readonly connector: string
  /** Settings and secrets together; secrets that are left out stay. */
  readonly settings: Readonly<Record<string, unknown>>
}

/** Writes the account of a service: its settings are replaced, what others set of it (rate, validity) stays. */
export async function saveServiceAccount(
  store: Store,
  wanted: ServiceAccount,
  { messaging, outside }: Pick<Context, 'messaging' | 'outside'>,
): Promise<void> {
  const before = await store.records.get('account', wanted.id)
  const connector = connectorNamed(messaging, wanted.connector)
  const settings = { ...callbackSecret(connector, before, outside), ...wanted.settings }
  const split = splitSettings(connector, settings, before?.secrets ?? {})
  const nowMs = outside.clock.now()
  if (before !== undefined) {
    const version = before.version + 1
    await store.records.save('account', { ...before, ...split, version, modifiedMs: nowMs })
    return
  }
  await store.records.add('account', {
    id: wanted.id,
    name: wanted.name,
    connector: wanted.connector,
    ...split,
    uncertain: 'hold',
    allowPrivateNetwork: false,
    version: 1,
    createdMs: nowMs,
    modifiedMs: nowMs,
  })
}

/** A secret for callbacks that come to the account's own address; made once. */
function callbackSecret(
  connector: Connector,
  before: Account | undefined,
  { ids }: Context['outside'],
): Readonly<Record<string, string>> {
  const has = Object.hasOwn(connector.settings.properties, 'callbackSecret')
  return has && before === undefined ? { callbackSecret: ids.secret(24) } : {}
}

/** Removes the account of a service. `conflict` names the sender IDs that still go through it. */
export async function removeServiceAccount(store: Store, id: string): Promise<void> {
  await refuseUsedAccount(store, id)
  await store.records.remove('account', id)
}

/** `conflict` that names what still goes through an account. */
export async function refuseUsedAccount(store: Store, id: string): Promise<void> {
  const senders = (await everything(store, 'sender')).filter(({ accountId }) => accountId === id)
  const domains = await everything(store, 'emailDomain')
  const users = [...senders, ...domains.filter(({ accountId }) => accountId === id)]
  if (users.length > 0) {
    throw new AppError(
      'conflict',
      'The service is still used by: {names}. Remove those, or give them another provider.',
      { params: { names: users.map(nameOfUser).join(', ') } },
    )
  }
}

function nameOfUser(user: { readonly name: string; readonly channel?: Sender['channel'] }): string {
  return user.channel?.section ?? user.name
}

/** The default provider of a tenant: the SMS service's, or else Portico ("Provision SMS": the default). */
export async function defaultProvider(store: Store): Promise<ChannelProvider> {
  const channels = await store.records.get('digitalChannels', 'default')
  return channels?.sms?.provider ?? 'Portico'
}

const serviceOf = {
  Portico: 'PurecloudIDP and PorticoSMS',
  Async: 'Async',
  mGage: 'mGageSMS',
} as const satisfies Record<ChannelProvider, string>

/** The account that carries a number of a provider; `bad.request` names the option and the service to create first. */
export async function accountOfProvider(
  store: Store,
  asked: { readonly provider: ChannelProvider; readonly address: string },
  messaging: Messaging,
): Promise<Account> {
  const { provider, address } = asked
  const ids = {
    Portico: porticoAccountId,
    Async: asyncAccountId(address),
    mGage: mgageAccountId,
  } as const
  const account = await store.records.get('account', ids[provider])
  if (
    account !== undefined &&
    connectorNamed(messaging, account.connector).carries === 'sms' &&
    isComplete(account)
  )
    return account
  const message =
    provider === 'Async'
      ? 'provider is Async, but the service Async has no channel {address}: add it there first.'
      : 'provider is {provider}: create {service} first.'
  throw new AppError('bad.request', message, {
    params: { provider, address, service: serviceOf[provider] },
    details: [{ errorCode: 'bad.request', fieldName: 'provider' }],
  })
}

/** Portico takes two services to be whole. */
function isComplete(account: Account): boolean {
  if (account.id !== porticoAccountId) return true
  return account.settings['loginUrl'] !== undefined && account.settings['baseUrl'] !== undefined
}
