import type { House } from './house.ts'

/** What became of a customer's message. */
export interface Posted {
  readonly id: string
  readonly conversationId: string
}

/** A customer writes by open messaging, to the demo's integration unless another is named. */
export async function customerWrites(
  house: House,
  message: {
    readonly customer: string
    readonly text?: string
    readonly id?: string
    readonly integrationId?: string
  },
): Promise<Posted> {
  const { customer, id = crypto.randomUUID(), text = 'Hello' } = message
  const integrationId = message.integrationId ?? house.credentials.integration.id
  const path = `/api/v2/conversations/messages/${integrationId}/inbound/open/message`
  const { status, body } = await house.call('POST', `${path}?prefetchConversationId=true`, {
    body: {
      channel: {
        messageId: id,
        from: { id: customer, idType: 'Opaque' },
        time: new Date().toISOString(),
      },
      text,
    },
  })
  if (status !== 200) throw new Error(`The message was answered ${status}: ${body.message}`)
  return { id: body.id, conversationId: body.conversationId }
}
