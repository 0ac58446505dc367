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
