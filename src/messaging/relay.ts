import { isoTime } from '../clock.ts'
import type { ReceivedOpen, ReceivedSms } from '../connectors/connector.ts'
import {
  formatRelayAddress,
  normalizeNumber,
  parseRelayAddress,
  sameAddress,
} from '../domain/address.ts'
import type { Delivery } from '../domain/delivery.ts'
import type { MessageError, MessageStatus } from '../domain/message.ts'
import type { Relay } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { queuePlatformCall, queueSms } from './deliver.ts'
import type { Messaging } from './messaging.ts'
import { reportToNumber } from './number-news.ts'

/** Where the sender of a relayed message can be named besides the address itself (query `from`, header `x-from`). */
export interface SenderHints {
  readonly query?: string | undefined
  readonly header?: string | undefined
}

/**
 * Brings a platform's outbound message to a handset: once for each (integration, id, time), from the sender named
 * in the address, else the query, else the header, else the relay's own (the order of the vendor's data-actions page).
 * What cannot be sent is answered with a Failed receipt; the webhook call itself succeeds.
 */
export async function relayToHandset(
  store: Store,
  given: { readonly relay: Relay; readonly open: ReceivedOpen; readonly hints: SenderHints },
  messaging: Messaging,
): Promise<'relayed' | 'repeated' | 'ignored' | 'refused'> {
  const { relay, open } = given
  if (open.kind === 'Event' || open.kind === 'Receipt') return 'ignored'
  const isFirst = await store.answers.add(
    `relay|${relay.id}`,
    `${open.id}|${open.time}`,
    true,
    messaging.outside.clock.now(),
  )
  if (!isFirst) return 'repeated'
  const account = await store.records.get('account', relay.accountId)
  const route = routeOf(given)
  const refusal = 'reason' in route ? route : account === undefined ? noAccount : refusalOf(open)
  if (refusal !== undefined || account === undefined || 'reason' in route) {
    const error = refusal ?? noAccount
    await callReceipt(
      store,
      {
        relay,
        open,
        status: 'Failed',
        error: { code: error.reason, message: error.message },
        final: true,
      },
      messaging,
    )
    return 'refused'
  }
  await queueSms(
    store,
    {
      account,
      sms: {
        ...route,
        text: open.text,
        media: open.media,
        purpose: open.originatingEntity === 'Human' ? 'agent' : 'bulk',
      },
      about: {
        messageId: open.id,
        relayId: relay.id,
        ...(open.conversationId === undefined ? {} : { conversationId: open.conversationId }),
      },
    },
    messaging,
  )
  return 'relayed'
}

interface Refusal {
  readonly reason: MessageError['code']
  readonly message: string
}

const noAccount: Refusal = {
  reason: 'GeneralError',
  message:
    'The SMS account of this relay does not exist any more: choose another one in the relay.',
}

function refusalOf(open: ReceivedOpen): Refusal | undefined {
  if (open.text !== '' || open.media.length > 0) return undefined
  return {
    reason: 'UnsupportedMessage',
    message: 'The message has no text that could go out as SMS.',
  }
}

function routeOf(given: {
  readonly relay: Relay
  readonly open: ReceivedOpen
  readonly hints: SenderHints
}): { readonly from: string; readonly to: string } | Refusal {
  const { relay, open, hints } = given
  const address = parseRelayAddress(open.to)
  if (!address.ok) return address
  const named = address.from ?? hints.query ?? hints.header
  const from = named === undefined ? relay.defaultSender : (normalizeNumber(named) ?? named)
  if (from === undefined) {
    return {
      reason: 'MessageNotAllowed',
      message:
        'No sender is named: write the address as to:from, or set a default sender in the relay.',
    }
  }
  const allowed =
    relay.senders.length === 0 ||
    relay.senders.some((sender) => sameAddress(sender, from)) ||
    (relay.defaultSender !== undefined && sameAddress(relay.defaultSender, from))
  if (!allowed) {
    return {
      reason: 'MessageNotAllowed',
      message: 'The sender is not one of the senders of this relay.',
    }
  }
  return { from, to: address.to }
}

/** Whether a text for this number of ours belongs to the relay. */
export function relayTakes(relay: Relay, ours: string): boolean {
  if (relay.defaultSender !== undefined && sameAddress(relay.defaultSender, ours)) return true
  return relay.senders.some((sender) => sameAddress(sender, ours))
}

/** Brings a handset's text to the platform as an inbound open message; the platform drops repeats by id and time. */
export async function relayToPlatform(
  store: Store,
  given: { readonly relay: Relay; readonly sms: ReceivedSms },
  messaging: Messaging,
): Promise<'relayed' | 'repeated'> {
  const { relay, sms } = given
  const nowMs = messaging.outside.clock.now()
  const key = `${sms.providerId}|${sms.timeMs ?? ''}`
  const isFirst = await store.answers.add(`relay-in|${relay.id}`, key, true, nowMs)
  if (!isFirst) return 'repeated'
  const connection = await store.records.get('account', relay.connectionId)
  if (connection === undefined)
    throw new Error(`Relay ${relay.id} names a connection that does not exist.`)
  const from = relay.compositeFrom
    ? { id: formatRelayAddress({ to: sms.from, from: sms.to }), idType: 'Opaque' }
    : { id: sms.from, idType: 'Phone' }
  await queuePlatformCall(
    store,
    {
      connection,
      customerId: from.id,
      path: `/api/v2/conversations/messages/${relay.integrationId}/inbound/open/message`,
      body: {
        channel: {
          messageId: sms.providerId,
          from,
          to: { id: relay.integrationId },
          time: isoTime(sms.timeMs ?? nowMs),
        },
        ...(sms.text === '' ? {} : { text: sms.text }),
        ...(sms.media.length === 0
          ? {}
          : {
              content: sms.media.slice(0, 1).map(({ url, mime, filename }) => ({
                contentType: 'Attachment',
                attachment: {
                  mediaType: mediaTypeOf(mime),
                  url,
                  mime,
                  ...(filename === undefined ? {} : { filename }),
                },
              })),
            }),
      },
      about: { relayId: relay.id },
    },
    messaging,
  )
  return 'relayed'
}

/** Tells the platform what became of a relayed message. */
export async function reportToPlatform(
  store: Store,
  news: {
    readonly delivery: Delivery
    readonly status: MessageStatus
    readonly error?: MessageError | undefined
    readonly final: boolean
  },
  messaging: Messaging,
): Promise<void> {
  const { delivery } = news
  if (delivery.kind !== 'sms' || delivery.relayId === undefined || delivery.messageId === undefined)
    return
  const relay = await store.records.get('relay', delivery.relayId)
  if (relay === undefined) return reportToNumber(store, news, messaging)
  const body = await store.deliveries.body(delivery.id)
  const to =
    body !== null && typeof body === 'object' && !Array.isArray(body) && 'to' in body
      ? String(body['to'])
      : ''
  const status = wordOf(news.status)
  if (status === undefined) return
  await callReceipt(
    store,
    {
      relay,
      open: { id: delivery.messageId, to },
      status,
      error: news.error,
      final: news.final || status === 'Failed' || status === 'Delivered',
    },
    messaging,
  )
}

async function callReceipt(
  store: Store,
  given: {
    readonly relay: Relay
    readonly open: Pick<ReceivedOpen, 'id' | 'to'>
    readonly status: 'Sent' | 'Delivered' | 'Failed'
    readonly error?: MessageError | undefined
    readonly final: boolean
  },
  messaging: Messaging,
): Promise<void> {
  const { relay, open, status, error } = given
  const connection = await store.records.get('account', relay.connectionId)
  if (connection === undefined)
    throw new Error(`Relay ${relay.id} names a connection that does not exist.`)
  await queuePlatformCall(
    store,
    {
      connection,
      customerId: open.to,
      path: `/api/v2/conversations/messages/${relay.integrationId}/inbound/open/receipt`,
      body: {
        id: open.id,
        channel: {
          to: { id: open.to, idType: 'Opaque' },
          time: isoTime(messaging.outside.clock.now()),
        },
        status,
        ...(status === 'Failed' && error !== undefined
          ? { reasons: [{ code: error.code, message: error.message }] }
          : {}),
        isFinalReceipt: given.final,
      },
      about: { messageId: open.id, relayId: relay.id },
    },
    messaging,
  )
}

function wordOf(status: MessageStatus): 'Sent' | 'Delivered' | 'Failed' | undefined {
  if (status === 'sent') return 'Sent'
  if (status === 'delivery-success' || status === 'read') return 'Delivered'
  return status === 'delivery-failed' || status === 'failed' ? 'Failed' : undefined
}

function mediaTypeOf(mime: string): string {
  const [kind] = mime.split('/')
  if (kind === 'image') return 'Image'
  if (kind === 'video') return 'Video'
  return kind === 'audio' ? 'Audio' : 'File'
}
