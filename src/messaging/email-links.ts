import { createHash } from 'node:crypto'
import type { EmailMessage } from '../domain/email.ts'
import { AppError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import type { Messaging } from './messaging.ts'

const scope = 'email-link'
/** How long a browser may come with a link: it is asked for when somebody opens a mail or a file. */
const linkMs = 15 * 60_000

/** What a browser needs to open a mail and its files: it sends no token where it follows a link or shows a picture. */
export interface EmailLink {
  /** The only credential; its hash is kept. */
  readonly token: string
  readonly expiresMs: number
}

/** Makes a link to one mail and its files. */
export async function linkToEmail(
  store: Store,
  { id }: EmailMessage,
  { outside }: Messaging,
): Promise<EmailLink> {
  const nowMs = outside.clock.now()
  const link = { token: outside.ids.secret(24), expiresMs: nowMs + linkMs }
  const kept = { emailId: id, expiresMs: link.expiresMs }
  await store.answers.add(scope, hashOf(link.token), kept, nowMs)
  return link
}

/** The mail of a link. `not.authorized` when the link is not ours or is over. */
export async function emailOfLink(
  store: Store,
  token: string,
  { outside }: Messaging,
): Promise<EmailMessage> {
  const { emailId, expiresMs } = Object((await store.answers.get(scope, hashOf(token))) ?? {})
  const isOver = !(Number(expiresMs) > outside.clock.now())
  const email = isOver ? undefined : await store.emails.get(String(emailId))
  if (email !== undefined) return email
  throw new AppError('not.authorized', 'This link is over or was not made here: ask for another.')
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
