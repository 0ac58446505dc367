import { isoTime } from '../clock.ts'
import type { WebhookRequest } from '../connectors/connector.ts'
import { hubSignature } from '../connectors/http.ts'
import { isReceiptReason } from '../domain/receipt.ts'
import type { Exchange } from '../exchange.ts'
import type { Messaging } from '../messaging/messaging.ts'
import { takeFromProvider, type WebhookResult } from '../messaging/webhook.ts'
import type { Account } from '../store/records.ts'
import type { HandsetText, Store } from '../store/store.ts'

/** The connector whose accounts end at the handset in the console. */
export const loopbackConnector = 'loopback'

/** Setting of a loopback account that says how its carrier behaves. */
export const carrierSetting = 'carrier'

/** What the carrier can report of a text, in the handset's words. */
export type CarrierStatus = 'sent' | 'delivered' | 'failed'

/** A customer's text for one of our numbers. */
export interface CustomerText {
  readonly handset: string
  readonly sender: string
  readonly text: string
  /** The carrier's id of the text, which makes a repeat a repeat; a new one unless given. */
  readonly id?: string | undefined
}

/** What the carrier reports of a text that it took over. */
export interface CarrierReport {
  readonly status: CarrierStatus
  /** The carrier's own code of a failure. */
  readonly code?: string | undefined
}

/** The carrier's id of a text: the same for every attempt of a delivery. */
export function carrierIdOf(deliveryId: string): string {
  return `loop-${deliveryId}`
}

/**
 * The customer writes: the carrier posts the text to the account exactly as a provider does, signed, and the handset
 * keeps it. A text that was taken before, by its id, is not shown twice.
 */
export async function customerWrites(
  store: Store,
  given: { readonly account: Account; readonly text: CustomerText },
  messaging: Messaging,
): Promise<{ readonly shown: HandsetText; readonly taken: WebhookResult['taken'] }> {
  const { account, text } = given
  const { clock, ids } = messaging.outside
  const rowId = ids.uuid()
  const shown: HandsetText = {
    id: rowId,
    direction: 'from-handset',
    accountId: account.id,
    handset: text.handset,
    sender: text.sender,
    text: text.text,
    segments: 1,
    timeMs: clock.now(),
    status: 'received',
  }
  return store.transaction(async (store) => {
    const body = {
      type: 'message',
      id: text.id ?? rowId,
      from: text.handset,
      to: text.sender,
      text: text.text,
    }
    const { taken } = await postAsCarrier(store, { account, body }, messaging)
    if (!taken.some(({ fate }) => fate === 'repeated')) await store.handsets.add(shown)
    return { shown, taken }
  })
}

/** The carrier reports what became of a text, through the account's callback like a provider, as often as asked. */
export async function carrierReports(
  store: Store,
  given: { readonly text: HandsetText; readonly report: CarrierReport; readonly times?: number },
  messaging: Messaging,
): Promise<{ readonly taken: WebhookResult['taken'] }> {
  const { text, report } = given
  return store.transaction(async (store) => {
    const account = await store.records.get('account', text.accountId)
    if (account === undefined || text.deliveryId === undefined) return { taken: [] }
    const body = {
      type: 'status',
      id: carrierIdOf(text.deliveryId),
      status: wordOf[report.status],
      time: isoTime(messaging.outside.clock.now()),
      ...(report.code === undefined ? {} : { code: report.code }),
      // A carrier's code that is the vendor's own word for the reason is both.
      ...(isReceiptReason(report.code ?? '') ? { reason: report.code } : {}),
      ...(report.status === 'failed'
        ? { description: 'The handset could not be reached (reported by the loopback carrier).' }
        : {}),
    }
    const taken: WebhookResult['taken'][number][] = []
    for (let time = 0; time < (given.times ?? 1); time += 1) {
      taken.push(...(await postAsCarrier(store, { account, body }, messaging)).taken)
    }
    await store.handsets.setStatus(text.id, report.status)
    return { taken }
  })
}

const wordOf = { sent: 'Sent', delivered: 'Delivered', failed: 'Failed' } as const satisfies Record<
  CarrierStatus,
  string
>

/** The way of a provider's webhook without the network: signed by the account's token, recorded, taken. */
async function postAsCarrier(
  store: Store,
  given: { readonly account: Account; readonly body: object },
  messaging: Messaging,
): Promise<WebhookResult> {
  const { account } = given
  const body = Buffer.from(JSON.stringify(given.body))
  const request: WebhookRequest = {
    method: 'POST',
    path: '',
    query: {},
    headers: {
      'content-type': 'application/json',
      'x-hub-signature-256': hubSignature(account.secrets?.['token'] ?? '', body),
    },
    body,
  }
  return takeFromProvider(
    store,
    {
      accountId: account.id,
      request,
      record: (secrets) => recorded(request, { account, store, secrets, messaging }),
    },
    messaging,
  )
}

function recorded(
  request: WebhookRequest,
  about: {
    readonly account: Account
    readonly store: Store
    readonly secrets: readonly string[]
    readonly messaging: Messaging
  },
): Exchange {
  const { clock, ids } = about.messaging.outside
  const nowMs = clock.now()
  const masked = (text: string) =>
    about.secrets.reduce(
      (rest, secret) => (secret === '' ? rest : rest.replaceAll(secret, mask)),
      text,
    )
  return {
    id: ids.uuid(),
    startedMs: nowMs,
    endedMs: nowMs,
    method: request.method,
    url: `/webhooks/${about.store.organizationId}/${about.account.id}`,
    requestHeaders: { ...request.headers, 'x-hub-signature-256': mask },
    requestBody: masked(request.body.toString('utf8')),
    status: 200,
  }
}

const mask = '[redacted]'
