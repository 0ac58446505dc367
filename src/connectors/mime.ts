import MailComposer from 'nodemailer/lib/mail-composer'
import { domainOf, recipientsOf } from '../domain/email.ts'
import type { OutboundEmail } from './connector.ts'

/** A mail as it goes over the wire, and whom the server is told to bring it to. */
export interface WrittenMail {
  readonly from: string
  /** Those in Bcc too, whom the mail itself does not name. */
  readonly recipients: readonly string[]
  /** RFC 5322, with CRLF. */
  readonly raw: Buffer
}

/** Writes an e-mail as MIME. The same e-mail has the same headers at every attempt, but for the part boundaries. */
export async function writeMail(email: OutboundEmail): Promise<WrittenMail> {
  const composer = new MailComposer({
    from: addressOf(email.from),
    to: email.to.map(addressOf),
    cc: email.cc.map(addressOf),
    ...(email.replyTo === undefined ? {} : { replyTo: addressOf(email.replyTo) }),
    subject: email.subject,
    date: new Date(email.timeMs),
    messageId: email.messageId,
    ...(email.inReplyTo === undefined ? {} : { inReplyTo: email.inReplyTo }),
    references: [...email.references],
    text: email.text,
    ...(email.html === undefined ? {} : { html: email.html }),
    attachments: email.files.map((file) => ({
      filename: file.name,
      contentType: file.mime,
      content: file.content,
      contentDisposition: file.inline ? 'inline' : 'attachment',
      ...(file.contentId === undefined ? {} : { cid: file.contentId }),
    })),
    // Content is given, never named: nothing a user writes may make this program read files or call addresses.
    disableFileAccess: true,
    disableUrlAccess: true,
    newline: '\r\n',
  })
  return {
    from: email.from.email,
    recipients: recipientsOf(email).map((one) => one.email),
    raw: await composer.compile().build(),
  }
}

function addressOf({ email, name }: OutboundEmail['from']): { name: string; address: string } {
  return { name: name ?? '', address: email }
}

/** The name that this side gives itself when it greets a mail server. */
export function greetingName(email: OutboundEmail): string {
  return domainOf(email.from.email)
}
