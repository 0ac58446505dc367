import type { ReceivedSms } from '../connectors/connector.ts'
import { type Delivery, reasonOf } from '../domain/delivery.ts'
import type { MessageError, MessageStatus } from '../domain/message.ts'
import type { Account } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { queueNews } from './deliver.ts'
import type { Messaging } from './messaging.ts'

// A number that was ordered here by a customer's own system (the Genesys Cloud side of the SMS aggregation) is an
// account: texts for it, and what becomes of texts from it, are posted to the addresses that it was ordered with.

/** The account of a number in E.164 form; accounts of numbers have fixed ids. */
export function numberAccountId(address: string): string {
  return `tollfree-${address.replace(/\D/g, '')}`
}

/** Passes a handset's text on to whoever ordered the number it came for, once for each of the carrier's ids. */
export async function newsForNumber(
  store: Store,
  sms: ReceivedSms,
  messaging: Messaging,
): Promise<'relayed' | 'repeated' | 'unrouted'> {
  const account = await store.records.known('account', numberAccountId(sms.to))
  if (account === undefined) return 'unrouted'
  const nowMs = messaging.outside.clock.now()
  const id = messaging.outside.ids.uuid()
  if (!(await store.answers.add(`number|${account.id}`, sms.providerId, id, nowMs))) {
    return 'repeated'
  }
  const { from, to, text, media } = sms
  const news = { type: 'message', id, from, to, text, media } as const
  await queueNews(store, { account, news }, messaging)
  return 'relayed'
}

/** Tells whoever ordered a number what became of a text that he sent from it. */
export async function reportToNumber(
  store: Store,
  told: {
    readonly delivery: Delivery
    readonly status: MessageStatus
    readonly error?: MessageError | undefined
  },
  messaging: Messaging,
): Promise<void> {
  const { relayId, messageId } = told.delivery
  const account = await accountOf(store, relayId)
  const status = wordOf(told.status)
  if (account === undefined || messageId === undefined || status === undefined) return
  const reason = status === 'Failed' ? { reason: told.error?.code ?? reasonOf('rejected') } : {}
  const news = { type: 'receipt', messageId, status, ...reason } as const
  await queueNews(store, { account, news }, messaging)
}

async function accountOf(store: Store, id: string | undefined): Promise<Account | undefined> {
  return id === undefined ? undefined : store.records.known('account', id)
}

function wordOf(status: MessageStatus): 'Sent' | 'Delivered' | 'Failed' | undefined {
  if (status === 'sent') return 'Sent'
  if (status === 'delivery-success' || status === 'read') return 'Delivered'
  return status === 'delivery-failed' || status === 'failed' ? 'Failed' : undefined
}
