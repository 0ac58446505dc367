import { AppError } from '../../errors.ts'
import { looseBodies, requiredText } from '../body.ts'
import { requireCallbackSecret } from '../callback-secret.ts'
import type { ConnectorEvent, OutboundMedia, Received, WebhookRequest } from '../connector.ts'
import { isRecord, textOf } from '../http.ts'
import { meaningOfState } from '../portico-codes.ts'

type Body = Record<string, unknown>

/**
 * Reads what the SMS aggregation posts, as form or JSON: customers' texts on `message`, receipts on `receipt`, either
 * on the bare address (Portico, "Receive MO", "Receive receipt"). It posts again every 10 minutes, up to 25 times.
 */
export function receivePortico(request: WebhookRequest, secret: string): Received {
  if (!['', 'message', 'receipt', 'status'].includes(request.path)) {
    throw new AppError('not.found', 'Texts go to message, receipts to receipt.')
  }
  requireCallbackSecret(request, secret)
  const events = looseBodies(request).flatMap((body): readonly ConnectorEvent[] =>
    isReceipt(request.path, body) ? receiptsIn(body) : [textIn(body)],
  )
  return { events, reply: { status: 200, contentType: 'text/plain', body: 'OK' } }
}

function isReceipt(path: string, body: Body): boolean {
  if (path !== '') return path !== 'message'
  return textOf(body['type']) === 'receipt' || body['message_state'] !== undefined
}

function textIn(body: Body): ConnectorEvent {
  return {
    type: 'sms',
    providerId: requiredText(body, 'message_id'),
    from: requiredText(body, 'phone_number'),
    to: requiredText(body, 'shortcode'),
    text: typeof body['message'] === 'string' ? body['message'] : '',
    media: mediaIn(body),
  }
}

const attachmentsMax = 10

/** `mms_attachment[0].content_type` and `.content`, whose content is base64; as JSON also a list of objects. */
function mediaIn(body: Body): readonly OutboundMedia[] {
  const listed: unknown = body['mms_attachment']
  const nested = (Array.isArray(listed) ? listed : []).filter(isRecord)
  const flat = Array.from({ length: attachmentsMax }, (_, index) => ({
    content_type: body[`mms_attachment[${index}].content_type`],
    content: body[`mms_attachment[${index}].content`],
  }))
  return [...nested, ...flat].flatMap((one) => {
    const mime = textOf(one['content_type'])
    const content = textOf(one['content'])
    if (mime === undefined || content === undefined) return []
    const isLink = /^https?:\/\//.test(content)
    return [{ mime, url: isLink ? content : `data:${mime};base64,${content}` }]
  })
}

function receiptsIn(body: Body): readonly ConnectorEvent[] {
  const providerId = requiredText(body, 'message_id')
  const result = textOf(body['result_code']) ?? ''
  const state = requiredText(body, 'message_state')
  const meaning = meaningOfState(state, result)
  if (meaning === undefined) return []
  const code = result === '' ? state : `${state}/${result}`
  return [{ type: 'receipt', providerId, deliveryId: providerId, ...meaning, code }]
}
