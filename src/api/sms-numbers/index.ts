import type { AnyOperation } from '../operation.ts'
import { sendAggregatedMessage } from './send-message.ts'
import {
  listAvailableTollFreeNumbers,
  listTollFreeNumbers,
  orderTollFreeNumbers,
  releaseTollFreeNumber,
} from './toll-free-numbers.ts'

/** The Genesys Cloud side of the SMS aggregation ("Provision SMS", option 3). */
export const smsNumberOperations: readonly AnyOperation[] = [
  listTollFreeNumbers,
  listAvailableTollFreeNumbers,
  orderTollFreeNumbers,
  releaseTollFreeNumber,
  sendAggregatedMessage,
]
