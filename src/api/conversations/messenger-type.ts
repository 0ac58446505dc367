import type { MessengerType } from '../../domain/message.ts'
import { AppError } from '../../errors.ts'

/** A messenger type in any case: working clients post `Open` where the type says `open`. */
export function messengerType(text: string, field: string): MessengerType {
  const type = text.toLowerCase()
  if (type === 'open' || type === 'sms') return type
  const known = ['whatsapp', 'webmessaging', 'apple', 'facebook', 'instagram', 'twitter'].includes(
    type,
  )
  const params = { value: text, field }
  const details = [{ errorCode: 'invalid.value', fieldName: field }]
  if (known) {
    throw new AppError(
      'not.implemented',
      'signalbox does not send by {value} yet: use open or sms as {field}.',
      { params, details },
    )
  }
  throw new AppError('invalid.value', "'{value}' is no value of {field}: use one of open, sms.", {
    params,
    details,
  })
}

/**
 * An open customer's id as it stands; a handset's number in E.164 form, as `readNumber` completes national ones. Whoever
 * sends to an open customer needs no reader.
 */
export function destination(
  address: string | undefined,
  readNumber: ((text: string) => string | undefined) | undefined,
): string {
  if (address === undefined) {
    throw new AppError(
      'bad.request',
      'There is no toAddress: say whom the message is for.',
      aboutTo,
    )
  }
  if (readNumber === undefined) return address
  const number = readNumber(address)
  if (number !== undefined) return number
  throw new AppError(
    'bad.request',
    'toAddress is no phone number: write it in E.164 form, like +12025550123.',
    aboutTo,
  )
}

const aboutTo = { details: [{ errorCode: 'bad.request', fieldName: 'toAddress' }] }
