import { isoTime } from '../../clock.ts'
import type { Conversation } from '../../domain/conversation.ts'
import {
  type EmailAddress,
  type EmailContent,
  type EmailDraft,
  type EmailMessage,
  emailLimits,
  emailSizeBytes,
} from '../../domain/email.ts'
import type { EmailSummary } from '../../store/email-store.ts'
import { emailFacts, presentAttachment } from '../conversations/email-legs.ts'
import {
  type Around,
  presentMediaParticipant,
  presentSurroundings,
} from '../conversations/present.ts'

/** The media view (vendor model `EmailConversation`): one flattened participant each. */
export function presentEmailConversation(conversation: Conversation, around: Around) {
  const { nickname } = conversation.customer
  return {
    id: conversation.id,
    ...(nickname === undefined ? {} : { name: nickname }),
    participants: conversation.participants.map((participant) => {
      const {
        messages: _,
        type: _type,
        toAddress: _to,
        fromAddress: _from,
        ...view
      } = presentMediaParticipant(participant, conversation, around)
      return {
        ...view,
        ...emailFacts(participant, { conversation, ...around }),
        ...(participant.error === undefined ? {} : { errorInfo: participant.error }),
      }
    }),
    ...presentSurroundings(conversation, around),
    selfUri: `/api/v2/conversations/emails/${conversation.id}`,
  }
}

/** An e-mail in full (vendor model `EmailMessage`). */
export function presentEmail(email: EmailMessage) {
  return {
    id: email.id,
    ...headOf(email),
    ...bodiesOf(email),
    time: isoTime(email.writtenMs ?? email.timeMs),
    historyIncluded: email.historyIncluded,
    ...sizesOf(email),
    selfUri: uriOf(email),
  }
}

/** An e-mail in a listing (vendor model `EmailMessagePreview`): how its text begins, instead of its bodies. */
export function presentPreview(email: EmailSummary) {
  return {
    id: email.id,
    ...headOf(email),
    textBodyPreview: email.textPreview,
    time: isoTime(email.writtenMs ?? email.timeMs),
    historyIncluded: email.historyIncluded,
    selfUri: uriOf(email),
  }
}

/** What was just sent (vendor model `EmailMessageReply`). The id is ours: the vendor's reply has none. */
export function presentReply(email: EmailMessage) {
  const { selfUri: _, ...reply } = presentEmail(email)
  return reply
}

/** What is being written (vendor model `EmailMessage`, with the members that only drafts have). */
export function presentDraft(draft: EmailDraft) {
  return {
    id: draft.id,
    ...headOf(draft),
    ...bodiesOf(draft),
    time: isoTime(draft.timeMs),
    historyIncluded: draft.historyIncluded,
    state: draft.state,
    ...(draft.draftType === undefined ? {} : { draftType: draft.draftType }),
    ...sizesOf(draft),
    selfUri: `/api/v2/conversations/emails/${draft.conversationId}/messages/draft`,
  }
}

function uriOf({ conversationId, id }: Pick<EmailMessage, 'conversationId' | 'id'>): string {
  return `/api/v2/conversations/emails/${conversationId}/messages/${id}`
}

function headOf(mail: Omit<EmailContent, 'textBody' | 'htmlBody'>) {
  return {
    to: mail.to.map(presentAddress),
    cc: mail.cc.map(presentAddress),
    bcc: mail.bcc.map(presentAddress),
    from: presentAddress(mail.from),
    ...(mail.replyTo === undefined ? {} : { replyTo: presentAddress(mail.replyTo) }),
    subject: mail.subject,
    attachments: mail.attachments.map(presentAttachment),
  }
}

function bodiesOf({ textBody, htmlBody }: EmailContent) {
  return { textBody, ...(htmlBody === undefined ? {} : { htmlBody }) }
}

function sizesOf(mail: EmailContent) {
  return { emailSizeBytes: emailSizeBytes(mail), maxEmailSizeBytes: emailLimits.mailBytesMax }
}

/** An address on the wire (vendor model `EmailAddress`). */
export function presentAddress({ email, name }: EmailAddress) {
  return { email, ...(name === undefined ? {} : { name }) }
}
