import type { MessengerType } from '../../domain/message.ts'
import { AppError } from '../../errors.ts'
import { numberReader } from '../../messaging/national-numbers.ts'
import type { Store } from '../../store/store.ts'

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

/** An open customer's id as it stands; a handset's number in E.164 form, completed where it is a national one. */
export async function destination(
  store: Store,
  type: MessengerType,
  address: string | undefined,
): Promise<string> {
  const field = { details: [{ errorCode: 'bad.request', fieldName: 'toAddress' }] }
  if (address === undefined) {
    throw new AppError('bad.request', 'There is no toAddress: say whom the message is for.', field)
  }
  if (type === 'open') return address
  const number = (await numberReader(store))(address)
  if (number !== undefined) return number
  throw new AppError(
    'bad.request',
    'toAddress is no phone number: write it in E.164 form, like +12025550123.',
    field,
  )
}
