import { isoTime } from '../../clock.ts'
import type { Delivery } from '../../domain/delivery.ts'
import type { Receipt } from '../../domain/receipt.ts'
import type { Exchange } from '../../exchange.ts'
import type { Attempt } from '../../store/store.ts'
import { meaningOf, meaningOfWord } from './failure-meaning.ts'

/** A delivery on the wire: where it stands, when it is due, and what its failure means. */
export function presentDelivery(delivery: Delivery) {
  const { failure } = delivery
  return {
    id: delivery.id,
    kind: delivery.kind,
    state: delivery.state,
    accountId: delivery.accountId,
    lane: delivery.lane,
    priority: delivery.priority,
    attemptCount: delivery.attempts,
    dateAccepted: isoTime(delivery.acceptedMs),
    dateDue: isoTime(delivery.dueMs),
    dateExpires: isoTime(delivery.expiresMs),
    ...optional('messageId', delivery.messageId),
    ...optional('conversationId', delivery.conversationId),
    ...optional('relayId', delivery.relayId),
    ...(failure === undefined
      ? {}
      : {
          failure: {
            failure: failure.failure,
            reason: failure.reason,
            message: failure.message,
            ...optional('providerCode', failure.providerCode),
            meaning: meaningOf(failure.failure),
          },
        }),
    selfUri: `/api/signalbox/deliveries/${delivery.id}`,
  }
}

/** An attempt on the wire, with the exchange as it was recorded. */
export function presentAttempt(attempt: Attempt) {
  return {
    number: attempt.number,
    dateStarted: isoTime(attempt.startedMs),
    dateEnded: isoTime(attempt.endedMs),
    durationMs: attempt.endedMs - attempt.startedMs,
    outcome: attempt.outcome,
    ...optional('accountId', attempt.accountId),
    ...optional('failure', attempt.failure),
    ...optional('meaning', meaningOfWord(attempt.failure)),
    ...optional('error', attempt.error),
    ...(attempt.exchange === undefined ? {} : { exchange: presentExchange(attempt.exchange) }),
  }
}

/** A receipt on the wire. */
export function presentReceipt(receipt: Receipt) {
  return {
    id: receipt.id,
    status: receipt.status,
    final: receipt.final,
    applied: receipt.applied,
    date: isoTime(receipt.timeMs),
    ...optional('deliveryId', receipt.deliveryId),
    ...optional('reason', receipt.reason),
    ...optional('code', receipt.code),
    ...optional('description', receipt.description),
    ...optional('providerId', receipt.providerId),
    ...optional('exchangeId', receipt.exchangeId),
  }
}

/** A recorded exchange on the wire; its secrets were masked when it was written down. */
export function presentExchange(exchange: Exchange) {
  return {
    id: exchange.id,
    dateStarted: isoTime(exchange.startedMs),
    dateEnded: isoTime(exchange.endedMs),
    durationMs: exchange.endedMs - exchange.startedMs,
    method: exchange.method,
    url: exchange.url,
    requestHeaders: exchange.requestHeaders,
    requestBody: exchange.requestBody,
    ...optional('status', exchange.status),
    ...optional('responseHeaders', exchange.responseHeaders),
    ...optional('responseBody', exchange.responseBody),
    ...optional('error', exchange.error),
  }
}

/** A member that is left out when there is no value. */
export function optional<const Name extends string, Value>(name: Name, value: Value | undefined) {
  return value === undefined ? {} : { [name]: value }
}
