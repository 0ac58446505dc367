import type { Exchange } from '../exchange.ts'
import { places } from './places.ts'
import type { Attempt } from './store.ts'

/** The form of recorded calls, times in full. */
export const exchangeForm = places<Exchange>({
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

/** The form of attempts; the delivery, the number and the provider's ids have columns. */
export const attemptForm = places<Attempt>({
  names: ['accountId', 'startedMs', 'endedMs', 'outcome', 'exchange'],
  parts: { exchange: exchangeForm },
  elsewhere: ['deliveryId', 'number', 'providerIds'],
})
