import Type, { type Static } from 'typebox'
import type { EmailAddress } from '../../domain/email.ts'
import { Id } from '../schema.ts'

// The shapes name what clients rely on; objects carry more members of the vendor's models than are listed.

/** The vendor's `EmailAddress`. */
export const Address = Type.Object({
  email: Type.Optional(Type.String({ maxLength: 400 })),
  name: Type.Optional(Type.String({ maxLength: 400 })),
})

/** An address of a body as the domain has it; without `email` it is empty, and refused where it matters. */
export function addressOf({ email = '', name }: Static<typeof Address>): EmailAddress {
  return { email: email.trim(), ...(name === undefined || name === '' ? {} : { name }) }
}

const Attachment = Type.Object({ attachmentId: Type.Optional(Type.String()) })

/** What a body says of an e-mail (vendor model `EmailMessage`); what is missing is told in the vendor's codes. */
export const EmailBody = Type.Object({
  to: Type.Optional(Type.Array(Address)),
  cc: Type.Optional(Type.Array(Address)),
  bcc: Type.Optional(Type.Array(Address)),
  from: Type.Optional(Address),
  replyTo: Type.Optional(Address),
  subject: Type.Optional(Type.String()),
  textBody: Type.Optional(Type.String()),
  htmlBody: Type.Optional(Type.String()),
  attachments: Type.Optional(Type.Array(Attachment)),
  historyIncluded: Type.Optional(Type.Boolean()),
  state: Type.Optional(Type.Enum(['Created', 'Ready', 'Edited'])),
  draftType: Type.Optional(Type.Enum(['Reply', 'ReplyAll', 'Forward'])),
})

/** The content of such a body, with attachments by their ids. */
export function contentOf(body: Static<typeof EmailBody>) {
  const { replyTo, htmlBody } = body
  return {
    from: addressOf(body.from ?? {}),
    to: (body.to ?? []).map(addressOf),
    cc: (body.cc ?? []).map(addressOf),
    bcc: (body.bcc ?? []).map(addressOf),
    ...(replyTo?.email === undefined ? {} : { replyTo: addressOf(replyTo) }),
    subject: body.subject ?? '',
    textBody: body.textBody ?? '',
    ...(htmlBody === undefined ? {} : { htmlBody }),
    attachmentIds: (body.attachments ?? []).flatMap(({ attachmentId }) => attachmentId ?? []),
    historyIncluded: body.historyIncluded ?? false,
  }
}

/** The vendor's `EmailConversation`. */
export const EmailConversation = Type.Object({
  id: Type.String(),
  participants: Type.Array(
    Type.Object({
      id: Type.String(),
      purpose: Type.String(),
      state: Type.String(),
      attributes: Type.Record(Type.String(), Type.String()),
      subject: Type.String(),
      provider: Type.String(),
      messagesSent: Type.Integer(),
      errorInfo: Type.Optional(Type.Object({ code: Type.String(), message: Type.String() })),
    }),
  ),
  selfUri: Type.String(),
})

const shown = {
  id: Type.String(),
  to: Type.Array(Address),
  from: Address,
  subject: Type.String(),
  attachments: Type.Array(Attachment),
  time: Type.String(),
}

/** The vendor's `EmailMessage`, as it is answered. */
export const EmailMessage = Type.Object({
  ...shown,
  textBody: Type.String(),
  htmlBody: Type.Optional(Type.String()),
  emailSizeBytes: Type.Integer(),
  maxEmailSizeBytes: Type.Integer(),
})

/** The vendor's `EmailMessagePreview`. */
export const EmailPreview = Type.Object({ ...shown, textBodyPreview: Type.String() })

/** Where the operations on one e-mail conversation are. */
export const conversationPath = '/api/v2/conversations/emails/{conversationId}'

/** The path parameter of those. */
export const ConversationPath = Type.Object({ conversationId: Id })
