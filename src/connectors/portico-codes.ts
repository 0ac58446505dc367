import type { ReceiptReason, ReceiptStatus } from '../domain/receipt.ts'
import { SendError } from '../errors.ts'

/** What a receipt's message_state and result_code mean. */
export interface StateMeaning {
  readonly status: ReceiptStatus
  readonly final: boolean
  readonly reason?: ReceiptReason
}

/**
 * The receipt that `message_state` (1 to 8) and `result_code` stand for (Portico, "Receive receipt"). Undefined for
 * 7, UNKNOWN, for a duplicate, and for what is not documented: these say nothing that could be relied on.
 */
export function meaningOfState(state: string, result: string): StateMeaning | undefined {
  switch (state) {
    case '1':
    case '6':
      return { status: 'Sent', final: false }
    case '2':
      return { status: 'Delivered', final: true }
    case '3':
      return failed('MessageExpired')
    case '4':
      return failed('GeneralError')
    case '5':
      return failed(result === '3' ? 'InvalidDestination' : 'GeneralError')
    case '8':
      return result === '7' ? undefined : failed(reasonOfResult[result] ?? 'GeneralError')
    default:
      return undefined
  }
}

function failed(reason: ReceiptReason): StateMeaning {
  return { status: 'Failed', final: true, reason }
}

const reasonOfResult: Readonly<Record<string, ReceiptReason>> = {
  '2': 'ServerError',
  '3': 'InvalidDestination',
  '4': 'MessageNotAllowed',
  '5': 'MessageNotAllowed',
  '6': 'RateLimited',
  '8': 'InvalidMessageStructure',
}

/** The failure that a send's own `result_code` stands for; undefined for 0, and for 7: it was taken before. */
export function meaningOfResult(result: string): SendError | undefined {
  if (result === '0' || result === '7') return undefined
  const reason = reasonOfResult[result] ?? 'GeneralError'
  const detail = { providerCode: result, reason }
  if (result === '6')
    return new SendError('throttled', 'The aggregation asks to slow down.', detail)
  if (result === '98')
    return new SendError('unavailable', 'The aggregation has an internal error.', detail)
  if (result === '2')
    return new SendError('misconfigured', 'The aggregation does not know the account.', detail)
  return new SendError('rejected', `The aggregation refused the text with ${result}.`, detail)
}

/** The pair of numbers that tells a receipt's word, for the other end of the aggregation. */
export function stateOf(
  status: 'Sent' | 'Delivered' | 'Failed',
  reason?: ReceiptReason,
): { readonly message_state: string; readonly result_code: string } {
  if (status === 'Sent') return { message_state: '1', result_code: '0' }
  if (status === 'Delivered') return { message_state: '2', result_code: '0' }
  if (reason === 'MessageExpired') return { message_state: '3', result_code: '1' }
  if (reason === 'InvalidDestination') return { message_state: '5', result_code: '3' }
  const found = Object.entries(reasonOfResult).find(([, known]) => known === reason)
  return { message_state: '8', result_code: found?.[0] ?? '1' }
}
