import Type, { type Static } from 'typebox'
import { normalizeNumber } from '../../domain/address.ts'
import { queueSms } from '../../messaging/deliver.ts'
import { numberAccountId } from '../../messaging/number-news.ts'
import type { Account } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import { operation } from '../operation.ts'

const Body = Type.Object({
  message_id: Type.String({ minLength: 1, maxLength: 200 }),
  phone_number: Type.String({ minLength: 1, maxLength: 40 }),
  sender: Type.String({ minLength: 1, maxLength: 40 }),
  message: Type.String({ maxLength: 10_000 }),
  receipt: Type.Optional(Type.String()),
  priority: Type.Optional(Type.Enum(['BULK_LOW', 'BULK', 'INTERACTIVE_LOW', 'INTERACTIVE'])),
  'mms_attachment[0].content_type': Type.Optional(Type.String({ maxLength: 200 })),
  'mms_attachment[0].content': Type.Optional(Type.String({ maxLength: 10_000 })),
})

/** Result codes of the product ("Receive receipt"). */
const resultOf = { taken: '0', invalid: '3', notAllowed: '5', duplicate: '7' } as const

/**
 * GUESS: how texts reach the aggregation by the platform's API is not published. The members are those of its product
 * API ("Send MT"); the answer has the product's result code.
 */
export const sendAggregatedMessage = operation({
  id: 'signalboxSendAggregatedMessage',
  method: 'POST',
  path: '/api/v2/messaging/sms/messages',
  summary:
    'Sends a text from a number that was ordered; an id that was taken before is not sent again.',
  permission: 'messaging:sms:send',
  sends: true,
  input: { body: Body },
  reply: {
    status: 200,
    schema: Type.Object({ message_id: Type.String(), result_code: Type.String() }),
  },
  handle: ({ body }, { store, messaging, outside }) =>
    store.transaction(async (store) => {
      const answer = (result_code: string) => ({ message_id: body.message_id, result_code })
      const organization = await store.records.known('organization', store.organizationId)
      const to = normalizeNumber(body.phone_number, organization?.defaultCountry)
      if (to === undefined) return answer(resultOf.invalid)
      const ends = await endsOf(store, body.sender)
      if (ends === undefined) return answer(resultOf.notAllowed)
      const { number, carrier } = ends
      const scope = `number-mt|${number.id}`
      const isFirst = await store.answers.add(scope, body.message_id, true, outside.clock.now())
      if (!isFirst) return answer(resultOf.duplicate)
      const from = `+${String(number.settings['tollfreeNumber'])}`
      const isAgents = body.priority?.startsWith('INTERACTIVE') === true
      await queueSms(
        store,
        {
          account: carrier,
          sms: {
            from,
            to,
            text: body.message,
            media: mediaOf(body),
            purpose: isAgents ? 'agent' : 'bulk',
          },
          about: body.receipt === 'TRUE' ? { messageId: body.message_id, relayId: number.id } : {},
        },
        messaging,
      )
      return answer(resultOf.taken)
    }),
})

async function endsOf(
  store: Store,
  sender: string,
): Promise<{ readonly number: Account; readonly carrier: Account } | undefined> {
  const number = await store.records.known('account', numberAccountId(sender))
  const carrierId = String(number?.settings['carrierAccountId'] ?? '')
  const carrier = await store.records.known('account', carrierId)
  return number === undefined || carrier === undefined ? undefined : { number, carrier }
}

/** Content that is an address is passed on; bytes in base64 are not taken here. */
function mediaOf(body: Static<typeof Body>) {
  const mime = body['mms_attachment[0].content_type']
  const url = body['mms_attachment[0].content']
  return mime !== undefined && /^https?:/.test(url ?? '') && url !== undefined
    ? [{ mime, url }]
    : []
}
