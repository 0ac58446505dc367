import type {
  Connector,
  NumberNews,
  Outbound,
  OutboundKind,
  OutboundMessage,
  Purpose,
} from '../connectors/connector.ts'
import type { Delivery } from '../domain/delivery.ts'
import { SendError } from '../errors.ts'
import type { JsonObject, JsonValue } from '../store/json.ts'
import type { Account, OpenIntegration } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { bodyOf } from './carried.ts'
import { checkConsent } from './consent.ts'
import { openWebhookConnector } from './deliver.ts'
import { outboundEmail } from './email-files.ts'
import { outboundFax } from './fax-document.ts'
import { connectorNamed, type Messaging } from './messaging.ts'

/** Everything that one attempt needs: the connector, its settings with secrets opened, and what it carries. */
export interface Carriage {
  readonly connector: Connector
  readonly settings: Readonly<Record<string, unknown>>
  readonly message: OutboundMessage
  /** Exact texts to mask wherever the exchange is recorded. */
  readonly secrets: readonly string[]
  readonly allowPrivateNetwork: boolean
  readonly uncertain: Account['uncertain']
  readonly fallbackAccountId?: string | undefined
}

/**
 * Puts together what an attempt needs. `SendError` `misconfigured` when its account or integration is gone, or what it
 * carries; also where consent forbids a text.
 */
export async function carriageOf(
  store: Store,
  carried: { readonly delivery: Delivery; readonly body?: JsonValue | undefined },
  messaging: Messaging,
): Promise<Carriage> {
  const { delivery } = carried
  const found = carried.body ?? (await bodyOf(store, delivery))
  if (found === undefined) {
    throw new SendError('misconfigured', 'What this was to carry has been removed.')
  }
  const body = asObject(found)
  if (delivery.kind === 'open') return openCarriage(store, { delivery, body }, messaging)
  const account = await store.records.known('account', delivery.accountId)
  if (account === undefined) {
    throw new SendError(
      'misconfigured',
      'The account that this was to be sent through does not exist any more.',
    )
  }
  const message = delivery.kind === 'sms' ? smsOf(body) : await outboundOf(store, delivery, body)
  if (message.kind === 'sms') {
    const { from, to, purpose } = message
    const answersConsent = body['answersConsent'] === true
    const text = { deliveryId: delivery.id, from, to, purpose, answersConsent }
    await checkConsent(store, text, messaging.outside.clock.now())
  }
  return {
    connector: connectorNamed(messaging, account.connector),
    settings: settingsOf(account),
    message: { ...message, deliveryId: delivery.id, attempt: delivery.attempts },
    secrets: secretsOf(account),
    allowPrivateNetwork: account.allowPrivateNetwork,
    uncertain: account.uncertain,
    fallbackAccountId: account.fallbackAccountId,
  }
}

async function outboundOf(
  store: Store,
  { kind }: Delivery,
  body: JsonObject,
): Promise<Outbound[OutboundKind]> {
  if (kind === 'email') return outboundEmail(store, String(body['emailId']))
  if (kind === 'hook') return { kind, news: newsOf(body) }
  if (kind === 'fax') return outboundFax(store, body)
  return callOf(body)
}

const settingsByAccount = new WeakMap<Account, Readonly<Record<string, unknown>>>()

/**
 * An account's settings as its connector's schema has them: the open ones and the secret ones together. The same object
 * as long as it is the same record, so that connectors can keep with it what follows from it.
 */
export function settingsOf(account: Account): Readonly<Record<string, unknown>> {
  const known = settingsByAccount.get(account)
  if (known !== undefined) return known
  const { webhookHeaders } = account
  const headers = webhookHeaders === undefined ? {} : { webhookHeaders }
  const settings = { ...account.settings, ...account.secrets, ...headers }
  settingsByAccount.set(account, settings)
  return settings
}

/** Shorter header values are words rather than passwords, and masking them would blot out texts. */
const secretLengthMin = 6

const secretLists = new WeakMap<Account | OpenIntegration, readonly string[]>()

/** The secret texts of a record: the same list as long as it is the same record, so that masks can be kept with it. */
export function secretsOf(record: Account | OpenIntegration): readonly string[] {
  const known = secretLists.get(record)
  if (known !== undefined) return known
  const headers = Object.values(record.webhookHeaders ?? {})
  const isTelling = (value: string) => value.length >= secretLengthMin
  const secrets = [...Object.values(record.secrets ?? {}), ...headers.filter(isTelling)]
  secretLists.set(record, secrets)
  return secrets
}

async function openCarriage(
  store: Store,
  { delivery, body }: { readonly delivery: Delivery; readonly body: JsonObject },
  messaging: Messaging,
): Promise<Carriage> {
  const integration = await store.records.known('openIntegration', delivery.accountId)
  if (integration === undefined) {
    throw new SendError('misconfigured', 'The Open Messaging integration does not exist any more.')
  }
  const secret = integration.secrets?.['token'] ?? ''
  return {
    connector: connectorNamed(messaging, openWebhookConnector),
    settings: {},
    message: {
      kind: 'open',
      url: integration.webhookUrl,
      secret,
      headers: integration.webhookHeaders,
      document: asObject(body['document']),
      deliveryId: delivery.id,
      attempt: delivery.attempts,
    },
    secrets: secretsOf(integration),
    allowPrivateNetwork: integration.allowPrivateNetwork,
    uncertain: 'resend',
  }
}

/** Written by `queueNews`, so it has the form of what was queued. */
function newsOf(body: JsonObject): NumberNews {
  const { news }: { news: NumberNews } = JSON.parse(JSON.stringify(body))
  return news
}

function smsOf(body: JsonObject): Outbound['sms'] {
  return {
    kind: 'sms',
    from: String(body['from']),
    to: String(body['to']),
    text: String(body['text']),
    media: Array.isArray(body['media']) ? body['media'].map(mediaOf) : [],
    purpose: purposeOf(body['purpose']),
  }
}

function mediaOf(value: JsonValue) {
  const { url, mime, filename } = asObject(value)
  const media = { url: String(url), mime: String(mime) }
  return typeof filename === 'string' ? { ...media, filename } : media
}

function callOf(body: JsonObject) {
  return {
    kind: 'platform' as const,
    method: 'POST' as const,
    path: String(body['path']),
    body: asObject(body['body']),
  }
}

function purposeOf(value: JsonValue | undefined): Purpose {
  return value === 'agent' || value === 'one-time-code' ? value : 'bulk'
}

function asObject(value: JsonValue | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !isList(value) ? value : {}
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}
