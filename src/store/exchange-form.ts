import type { Exchange, RecordedExchange } from '../exchange.ts'
import { places } from './places.ts'
import type { NewAttempt } from './store.ts'

/** The form of recorded calls, times in full. */
const exchangeForm = places<Exchange>({
  names: [
    'id',
    'startedMs',
    'endedMs',
    'method',
    'url',
    'requestHeaders',
    'requestBody',
    'status',
    'responseHeaders',
    'responseBody',
  ],
})

/** An exchange as text: what `RecordedExchange` holds. */
export function exchangeText(exchange: Exchange): string {
  return JSON.stringify(exchangeForm.pack(exchange))
}

/** The exchange that a text holds. */
export function exchangeIn(text: string): Exchange {
  return exchangeForm.unpack(JSON.parse(text))
}

/** An exchange as it goes to the store. */
export function recordedExchange(exchange: Exchange): RecordedExchange {
  const { id, endedMs, status } = exchange
  return { id, endedMs, status, text: exchangeText(exchange), open: () => exchange }
}

/** The form of attempts; the delivery, the number, the exchange and the provider's ids have columns. */
export const attemptForm = places<NewAttempt>({
  names: ['accountId', 'startedMs', 'endedMs', 'outcome'],
  elsewhere: ['deliveryId', 'number', 'providerIds'],
})
