import type {
  ConnectorEvent,
  ReceivedSms,
  WebhookReply,
  WebhookRequest,
} from '../connectors/connector.ts'
import { normalizeNumber } from '../domain/address.ts'
import { AppError } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import type { Account, Relay } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { secretsOf, settingsOf } from './carriage.ts'
import { fetchableMedia } from './channel-media.ts'
import { consentWordIn, heedWord } from './consent.ts'
import { takeGatewayMail } from './gateway-mail.ts'
import { inboundOfSms, ingestMessage } from './ingest.ts'
import { connectorNamed, type Messaging } from './messaging.ts'
import { newsForNumber } from './number-news.ts'
import { applyReceipt } from './receipt.ts'
import { relayTakes, relayToHandset, relayToPlatform } from './relay.ts'

/** What became of one event of a provider's call. */
export type Fate =
  | 'message'
  | 'repeated'
  | 'unrouted'
  | 'receipt-applied'
  | 'receipt-ignored'
  | 'receipt-held'
  | 'relayed'
  | 'campaign-reply'
  | 'ignored'
  | 'refused'

/** One event of a provider's call, for figures. */
export interface Taken {
  readonly fate: Fate
  /** What a receipt said. */
  readonly status?: string
}

export interface WebhookResult {
  readonly connector: string
  readonly reply: WebhookReply
  readonly taken: readonly Taken[]
}

/** A provider's call, and how to write it down with secrets masked. */
export interface ProviderCall {
  readonly accountId: string
  readonly request: WebhookRequest
  /** Where this server can be reached, without a trailing slash: for links to media that come with a text. */
  readonly origin?: string
  record(secrets: readonly string[]): Exchange
}

/**
 * Takes what a provider posts about an account: the connector checks and translates it, and every event is on disk
 * before the reply is given. Throws `not.found`, `invalid.signature` or `bad.request`, leaving nothing behind.
 */
export async function takeFromProvider(
  store: Store,
  call: ProviderCall,
  messaging: Messaging,
): Promise<WebhookResult> {
  const account = await store.records.known('account', call.accountId)
  if (account === undefined) {
    throw new AppError(
      'not.found',
      'There is no account at this address: copy the callback address from the account.',
    )
  }
  return store.transaction(async (store) => {
    const connector = connectorNamed(messaging, account.connector)
    const received = connector.receive(call.request, settingsOf(account))
    const exchange = call.record(secretsOf(account))
    await store.exchanges.add(exchange, { accountId: account.id })
    const taken: Taken[] = []
    for (const event of received.events) {
      const fate = await takeEvent(
        store,
        { account, event, exchangeId: exchange.id, origin: call.origin },
        messaging,
      )
      taken.push(event.type === 'receipt' ? { fate, status: event.status } : { fate })
    }
    return { connector: connector.name, reply: received.reply, taken }
  })
}

async function takeEvent(
  store: Store,
  given: {
    readonly account: Account
    readonly event: ConnectorEvent
    readonly exchangeId: string
    readonly origin: string | undefined
  },
  messaging: Messaging,
): Promise<Fate> {
  const { account, event, exchangeId } = given
  if (event.type === 'receipt') {
    const arrived = { accountId: account.id, receipt: event, exchangeId }
    const fate = await applyReceipt(store, arrived, messaging)
    return `receipt-${fate}`
  }
  if (event.type === 'open') return 'ignored'
  if (event.type === 'email') return takeGatewayMail(store, event, messaging)
  const sms = await plainSms(store, { event, origin: given.origin }, messaging)
  const word = await consentWordIn(store, sms)
  if (word !== undefined) await heedWord(store, { account, sms, word }, messaging)
  const relay = await relayOf(store, account.id, sms.to)
  if (relay !== undefined) return relayToPlatform(store, { relay, sms }, messaging)
  const sender = await store.records.knownByKey('sender', sms.to)
  if (sender === undefined) return newsForNumber(store, sms, messaging)
  const forCampaigns = sender.channel?.cxcOnly === true
  const inbound = { ...inboundOfSms(sms, sender), ...(forCampaigns ? { forCampaigns } : {}) }
  const flagged = word === undefined ? inbound : { ...inbound, metadata: { consent: word } }
  const { repeated } = await ingestMessage(store, flagged, messaging)
  if (repeated) return 'repeated'
  return forCampaigns ? 'campaign-reply' : 'message'
}

/** A text with both numbers in their one form, and its media where they can be fetched. */
async function plainSms(
  store: Store,
  { event, origin = '' }: { readonly event: ReceivedSms; readonly origin: string | undefined },
  messaging: Messaging,
): Promise<ReceivedSms> {
  const organization = await store.records.known('organization', store.organizationId)
  const number = (text: string) => normalizeNumber(text, organization?.defaultCountry) ?? text
  const media = await fetchableMedia(store, { media: event.media, origin }, messaging)
  return { ...event, from: number(event.from), to: number(event.to), media }
}

async function relayOf(store: Store, accountId: string, ours: string): Promise<Relay | undefined> {
  const relays = await store.records.list('relay', { size: 1000, number: 1 })
  return relays.entities.find((relay) => relay.accountId === accountId && relayTakes(relay, ours))
}

/** A platform's webhook call to a relay. */
export interface PlatformCall {
  readonly relayId: string
  readonly request: WebhookRequest
  record(secrets: readonly string[]): Exchange
}

/** Takes what a platform posts to a relay: its outbound messages, signed with the relay's own secret. */
export async function takeFromPlatform(
  store: Store,
  call: PlatformCall,
  messaging: Messaging,
): Promise<WebhookResult> {
  return store.transaction(async (store) => {
    const relay = await store.records.get('relay', call.relayId)
    const connection =
      relay === undefined ? undefined : await store.records.get('account', relay.connectionId)
    if (relay === undefined || connection === undefined) {
      throw new AppError(
        'not.found',
        'There is no relay at this address: copy the webhook address from the relay.',
      )
    }
    const secret = relay.secrets?.['webhookSecret'] ?? ''
    const received = connectorNamed(messaging, connection.connector).receive(call.request, {
      ...settingsOf(connection),
      webhookSecret: secret,
    })
    await store.exchanges.add(call.record([secret]), { accountId: connection.id })
    const { query, headers } = call.request
    const hints = { query: query['from'], header: headers['x-from'] ?? headers['from'] }
    const taken: Taken[] = []
    for (const event of received.events) {
      if (event.type !== 'open') continue
      taken.push({ fate: await relayToHandset(store, { relay, open: event, hints }, messaging) })
    }
    return { connector: connection.connector, reply: received.reply, taken }
  })
}
