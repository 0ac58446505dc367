import type { EmailDraft, EmailMessage } from '../domain/email.ts'

/** An e-mail without its bodies: what listings and events show. */
export type EmailSummary = Omit<EmailMessage, 'textBody' | 'htmlBody'> & {
  /** How its text begins. */
  readonly textPreview: string
}

/** Where an e-mail with a certain Message-ID is. */
export interface EmailPlace {
  readonly messageId: string
  readonly emailId: string
  readonly conversationId: string
}

/** E-mails, the drafts of e-mails, and the bytes of their files. */
export interface Emails {
  add(email: EmailMessage): Promise<void>
  get(id: string): Promise<EmailMessage | undefined>
  /** The conversation's last e-mails, oldest of them first. */
  ofConversation(conversationId: string, limit: number): Promise<readonly EmailSummary[]>
  /** E-mails that have one of these Message-IDs, newest first. */
  byMessageIds(messageIds: readonly string[]): Promise<readonly EmailPlace[]>
  /** Moves status and error; what the e-mail says stays. */
  setStatus(email: Pick<EmailMessage, 'id' | 'status' | 'error'>): Promise<void>
  draft(conversationId: string): Promise<EmailDraft | undefined>
  /** Adds version 1 or replaces version n−1 by n; `ConflictError` when another came first. */
  saveDraft(draft: EmailDraft): Promise<void>
  removeDraft(conversationId: string): Promise<boolean>
  /** Keeps the bytes of a file of a conversation; those of a key that is there stay. */
  addContent(key: string, conversationId: string, content: Buffer): Promise<void>
  content(key: string): Promise<Buffer | undefined>
}

/** An e-mail in the embedded mailbox: it went no further. */
export interface CapturedMail {
  readonly id: string
  readonly deliveryId: string
  readonly from: string
  /** Everybody that it went to. */
  readonly recipients: readonly string[]
  readonly subject: string
  readonly messageId: string
  readonly bytes: number
  readonly timeMs: number
}

/** The embedded mailbox, which takes the e-mails of accounts that reach no mail server. */
export interface Mailbox {
  /** False when an e-mail of this delivery is there already: the mailbox drops doubles. */
  add(mail: CapturedMail, raw: string): Promise<boolean>
  get(id: string): Promise<CapturedMail | undefined>
  /** The e-mail as it would have gone over the wire (RFC 5322). */
  raw(id: string): Promise<string | undefined>
  /** Newest first. */
  list(limit: number): Promise<readonly CapturedMail[]>
}
