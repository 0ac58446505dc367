import Type, { type Static } from 'typebox'
import { normalizeNumber } from '../../domain/address.ts'
import { type Conversation, currentLeg } from '../../domain/conversation.ts'
import type { Message } from '../../domain/message.ts'
import { AppError } from '../../errors.ts'
import { conversationOn } from '../../messaging/channel-open.ts'
import { faxLineAccountId } from '../../messaging/fax.ts'
import type { Organization } from '../../store/records.ts'
import { linkTo } from '../conversations/present-media.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { optional } from './present.ts'
import { accountThatCarries, recordOf } from './records.ts'

const path = '/api/signalbox/fax'

const FaxSettings = Type.Object({
  accountId: Type.String(),
  sender: Type.Optional(Type.String()),
})

const FaxRecipient = Type.Object({
  address: Type.String(),
  status: Type.String(),
  messageId: Type.Optional(Type.String()),
  error: Type.Optional(Type.Object({ code: Type.String(), message: Type.String() })),
})

export const signalboxGetFaxSettings = operation({
  id: 'signalboxGetFaxSettings',
  method: 'GET',
  path,
  summary: 'Reads which account faxes leave through, and the number that they show.',
  permission: 'signalbox:fax:view',
  reply: { status: 200, schema: FaxSettings },
  examples: [{ title: 'Where faxes go', input: {} }],
  async handle(_input, { store }) {
    return presentSettings(await recordOf(store, 'organization', store.organizationId))
  },
})

export const signalboxSetFaxSettings = operation({
  id: 'signalboxSetFaxSettings',
  method: 'PUT',
  path,
  summary:
    'Sets which account faxes leave through, and the number that they show; what is left out goes back to the loopback line and to none.',
  permission: 'signalbox:fax:edit',
  input: {
    body: Type.Object({
      accountId: Type.Optional(Id),
      sender: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
    }),
  },
  reply: { status: 200, schema: FaxSettings },
  examples: [{ title: 'Our number', input: { body: { sender: '+12025550100' } } }],
  handle: ({ body }, { store, messaging, outside }) =>
    store.transaction(async (store) => {
      const before = await recordOf(store, 'organization', store.organizationId)
      const { faxAccountId: _account, faxSender: _sender, ...rest } = before
      if (body.accountId !== undefined && body.accountId !== faxLineAccountId) {
        const asked = { id: body.accountId, carries: 'fax', fieldName: 'accountId' } as const
        await accountThatCarries(store, asked, messaging)
      }
      const saved: Organization = {
        ...rest,
        ...(body.accountId === undefined ? {} : { faxAccountId: body.accountId }),
        ...(body.sender === undefined
          ? {}
          : { faxSender: numberOf(body.sender, before.defaultCountry) }),
        version: before.version + 1,
        modifiedMs: outside.clock.now(),
      }
      await store.records.save('organization', saved)
      return presentSettings(saved)
    }),
})

function numberOf(sender: string, defaultCountry: string): string {
  const number = normalizeNumber(sender, defaultCountry)
  if (number?.startsWith('+') === true) return number
  throw new AppError('bad.request', 'sender must be a phone number, such as +12025550100.', {
    details: [{ errorCode: 'bad.request', fieldName: 'sender' }],
  })
}

function presentSettings({ faxAccountId = faxLineAccountId, faxSender }: Organization) {
  return { accountId: faxAccountId, ...optional('sender', faxSender) }
}

export const signalboxGetFax = operation({
  id: 'signalboxGetFax',
  method: 'GET',
  path: `${path}/{conversationId}`,
  summary: 'Tells what became of a fax at each of its numbers, with a link to its document.',
  permission: 'signalbox:fax:view',
  input: { path: Type.Object({ conversationId: Id }) },
  reply: {
    status: 200,
    schema: Type.Object({
      id: Type.String(),
      document: Type.Object({
        id: Type.String(),
        contentType: Type.String(),
        status: Type.String(),
        url: Type.Optional(Type.String()),
      }),
      recipients: Type.Array(FaxRecipient),
      selfUri: Type.String(),
    }),
  },
  async handle({ path: { conversationId } }, context) {
    const { store } = context
    const conversation = await conversationOn(store, 'fax', conversationId)
    const { id, fax, participants } = conversation
    const item = await store.media.get(fax?.documentId ?? '')
    const messages = await store.messages.ofConversation(id, participants.length)
    return {
      id,
      document: {
        id: fax?.documentId ?? '',
        contentType: fax?.contentType ?? '',
        status: item?.status ?? 'removed',
        ...(item?.status === 'valid' ? { url: linkTo(item, 'download', context) } : {}),
      },
      recipients: presentFaxRecipients(conversation, messages),
      selfUri: `${path}/${id}`,
    }
  },
})

/**
 * What became of a fax at each number. Status and error are both its message's: the conversation, which is another read,
 * may not show the failure yet.
 */
export function presentFaxRecipients(
  { participants }: Conversation,
  messages: readonly Message[],
): Static<typeof FaxRecipient>[] {
  return participants
    .filter(({ purpose }) => purpose === 'customer' || purpose === 'external')
    .map((one) => {
      const message = messages.find((own) => own.communicationId === currentLeg(one)?.id)
      const { code, message: sentence } = message?.error ?? {}
      return {
        address: one.address,
        status: message?.status ?? 'waiting',
        ...optional('messageId', message?.id),
        ...(code === undefined || sentence === undefined
          ? {}
          : { error: { code, message: sentence } }),
      }
    })
}
