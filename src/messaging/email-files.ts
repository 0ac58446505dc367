import type { OutboundEmail, OutboundFile } from '../connectors/connector.ts'
import type { EmailAttachment } from '../domain/email.ts'
import { SendError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import type { Messaging } from './messaging.ts'

/** A file that came with a mail or was uploaded. */
export interface NewFile {
  readonly name: string
  readonly contentType: string
  readonly inlineImage: boolean
  readonly contentId?: string
  readonly content: Buffer
}

/** Keeps the bytes of a file; what comes back belongs into the mail or draft. */
export async function keepFile(
  store: Store,
  { conversationId, file }: { readonly conversationId: string; readonly file: NewFile },
  messaging: Messaging,
): Promise<EmailAttachment> {
  const contentKey = messaging.outside.ids.uuid()
  await store.emails.addContent(contentKey, conversationId, file.content)
  return {
    id: messaging.outside.ids.uuid(),
    name: file.name,
    contentType: file.contentType,
    contentLength: file.content.length,
    inlineImage: file.inlineImage,
    ...(file.contentId === undefined ? {} : { contentId: file.contentId }),
    contentKey,
  }
}

/** The same file in another mail: a new attachment for the same bytes. */
export function copyOf(attachment: EmailAttachment, messaging: Messaging): EmailAttachment {
  return { ...attachment, id: messaging.outside.ids.uuid() }
}

/** An e-mail of ours with the bytes of its files, as a connector sends it. `misconfigured` when it is gone. */
export async function outboundEmail(store: Store, emailId: string): Promise<OutboundEmail> {
  const email = await store.emails.get(emailId)
  if (email === undefined) {
    throw new SendError('misconfigured', 'The e-mail that was to be sent does not exist any more.')
  }
  const files: OutboundFile[] = []
  for (const { name, contentType, inlineImage, contentId, contentKey } of email.attachments) {
    const content = await store.emails.content(contentKey)
    if (content === undefined) {
      throw new SendError('misconfigured', 'A file of the e-mail does not exist any more.')
    }
    const cid = contentId === undefined ? {} : { contentId }
    files.push({ name, mime: contentType, inline: inlineImage, content, ...cid })
  }
  const { messageId, references, from, to, cc, bcc, subject, timeMs } = email
  return {
    kind: 'email',
    messageId,
    references,
    ...(email.inReplyTo === undefined ? {} : { inReplyTo: email.inReplyTo }),
    from,
    to,
    cc,
    bcc,
    ...(email.replyTo === undefined ? {} : { replyTo: email.replyTo }),
    subject,
    text: email.textBody,
    ...(email.htmlBody === undefined ? {} : { html: email.htmlBody }),
    timeMs,
    files,
  }
}
