import type {
  NumberNews,
  OutboundOpen,
  OutboundPlatformCall,
  OutboundSms,
} from '../connectors/connector.ts'
import type { FaxJob } from '../domain/channel-facts.ts'
import { bucketOf, type Delivery, priorityOf } from '../domain/delivery.ts'
import type { EmailMessage } from '../domain/email.ts'
import type { JsonObject } from '../store/json.ts'
import type { Account } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { isOfMessage, smsBody } from './carried.ts'
import { connectorNamed, type Messaging } from './messaging.ts'

/** What every delivery to an Open Messaging webhook goes through. */
export const openWebhookConnector = 'open-webhook'

/** What a delivery may belong to. */
export interface About {
  readonly messageId?: string
  readonly conversationId?: string
  readonly relayId?: string
}

/** Queues a text for a handset on an SMS account. Its lane is (account, from, to), its bucket the sender's. */
export async function queueSms(
  store: Store,
  text: {
    readonly account: Account
    readonly sms: Omit<OutboundSms, 'kind'>
    readonly about: About
    readonly id?: string
    /** Our answer to a STOP, START or HELP, which no opt-out holds back. */
    readonly answersConsent?: true
  },
  messaging: Messaging,
): Promise<Delivery> {
  const { account, sms } = text
  const sender = `${account.id}|${sms.from}`
  const delivery = newDelivery(
    {
      ...text.about,
      id: text.id ?? messaging.outside.ids.uuid(),
      accountId: account.id,
      kind: 'sms',
      lane: `${sender}|${sms.to}`,
      bucket: bucketOf(sender),
      priority: priorityOf[sms.purpose],
    },
    { connector: account.connector, validityMs: account.validityMs, messaging },
  )
  const body = smsBody(sms)
  const { answersConsent } = text
  await store.deliveries.add(
    delivery,
    answersConsent === undefined ? body : { ...body, answersConsent },
    { isKept: !isOfMessage(delivery) },
  )
  return delivery
}

/** Queues a document for an integration's webhook. Documents of one customer leave in order. */
export async function queueOpen(
  store: Store,
  document: {
    readonly integrationId: string
    readonly customerId: string
    readonly document: OutboundOpen['document']
    readonly about: About
  },
  messaging: Messaging,
): Promise<Delivery> {
  const lane = `${document.integrationId}|${document.customerId}`
  const delivery = newDelivery(
    {
      ...document.about,
      id: messaging.outside.ids.uuid(),
      accountId: document.integrationId,
      kind: 'open',
      lane,
      bucket: bucketOf(lane),
      priority: priorityOf.agent,
    },
    { connector: openWebhookConnector, messaging },
  )
  await store.deliveries.add(delivery, { document: asJson(document.document) })
  return delivery
}

/** Queues an e-mail that has been added to its conversation. Those of one conversation leave in order. */
export async function queueEmail(
  store: Store,
  { account, email }: { readonly account: Account; readonly email: EmailMessage },
  messaging: Messaging,
): Promise<Delivery> {
  const sender = `${account.id}|${email.from.email.toLowerCase()}`
  const delivery = newDelivery(
    {
      id: messaging.outside.ids.uuid(),
      accountId: account.id,
      messageId: email.id,
      conversationId: email.conversationId,
      kind: 'email',
      lane: `${sender}|${email.conversationId}`,
      bucket: bucketOf(sender),
      priority: email.agentless ? priorityOf.bulk : priorityOf.agent,
    },
    { connector: account.connector, messaging },
  )
  await store.deliveries.add(delivery, { emailId: email.id })
  return delivery
}

/** Queues a fax to one number. Those from one number of ours to another leave in order. */
export async function queueFax(
  store: Store,
  given: {
    readonly account: Account
    readonly fax: FaxJob & { readonly from: string; readonly to: string }
    readonly messageId: string
  },
  messaging: Messaging,
): Promise<Delivery> {
  const { account, fax, messageId } = given
  const { from, to, documentId, coverSheet, timeZoneOffsetMinutes } = fax
  const sender = `${account.id}|${from}`
  const delivery = newDelivery(
    {
      id: messaging.outside.ids.uuid(),
      accountId: account.id,
      messageId,
      kind: 'fax',
      lane: `${sender}|${to}`,
      bucket: bucketOf(sender),
      priority: priorityOf.agent,
    },
    { connector: account.connector, validityMs: account.validityMs, messaging },
  )
  await store.deliveries.add(
    delivery,
    asJson({ from, to, documentId, ...coverSheet, timeZoneOffsetMinutes }),
  )
  return delivery
}

/** Queues a call to the Platform API of a connection. Calls about one customer leave in order. */
export async function queuePlatformCall(
  store: Store,
  call: {
    readonly connection: Account
    readonly customerId: string
    readonly path: string
    readonly body: OutboundPlatformCall['body']
    readonly about: About
  },
  messaging: Messaging,
): Promise<Delivery> {
  const lane = `${call.connection.id}|${call.customerId}`
  const delivery = newDelivery(
    {
      ...call.about,
      id: messaging.outside.ids.uuid(),
      accountId: call.connection.id,
      kind: 'platform',
      lane,
      bucket: bucketOf(lane),
      priority: priorityOf.agent,
    },
    { connector: call.connection.connector, messaging },
  )
  await store.deliveries.add(delivery, { method: 'POST', path: call.path, body: asJson(call.body) })
  return delivery
}

/** Queues news for the addresses that a number was ordered with. News about one handset or text leave in order. */
export async function queueNews(
  store: Store,
  { account, news }: { readonly account: Account; readonly news: NumberNews },
  messaging: Messaging,
): Promise<Delivery> {
  const lane = `${account.id}|${news.type === 'message' ? news.from : news.messageId}`
  const delivery = newDelivery(
    {
      id: messaging.outside.ids.uuid(),
      accountId: account.id,
      kind: 'hook',
      lane,
      bucket: bucketOf(lane),
      priority: priorityOf.agent,
    },
    { connector: account.connector, messaging },
  )
  await store.deliveries.add(delivery, { news: asJson(news) })
  return delivery
}

function newDelivery(
  given: Pick<Delivery, 'id' | 'accountId' | 'kind' | 'lane' | 'bucket' | 'priority'> & About,
  by: {
    readonly connector: string
    readonly validityMs?: number | undefined
    readonly messaging: Messaging
  },
): Delivery {
  const { clock } = by.messaging.outside
  const nowMs = clock.now()
  return {
    ...given,
    state: 'queued',
    attempts: 0,
    acceptedMs: nowMs,
    dueMs: nowMs,
    expiresMs:
      nowMs + (by.validityMs ?? connectorNamed(by.messaging, by.connector).retry.horizonMs),
    leaseEpoch: 0,
  }
}

function asJson(document: object): JsonObject {
  // Documents are built from plain values only; the round trip drops `undefined` members.
  const parsed: JsonObject = JSON.parse(JSON.stringify(document))
  return parsed
}
