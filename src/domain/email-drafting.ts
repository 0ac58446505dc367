import {
  type DraftType,
  type EmailAddress,
  type EmailContent,
  type EmailMessage,
  sameAddressForm,
} from './email.ts'
import { escapedHtml, quotedHtml } from './quoted-html.ts'

/** What a draft begins with. */
export type Drafted = Pick<
  EmailContent,
  'from' | 'to' | 'cc' | 'bcc' | 'subject' | 'textBody' | 'htmlBody' | 'attachments'
>

/**
 * Drafts what an agent writes about a mail of the conversation. A reply goes to whoever wrote it (or where they want
 * replies), a reply to all also to everybody else whom it reached; a forward goes to nobody yet, and takes the
 * attachments along. Of mails that we sent, the answer goes where they went.
 */
export function draftFor(
  draftType: DraftType,
  source: EmailMessage,
  given: { readonly ours: EmailAddress; readonly withHistory: boolean },
): Drafted {
  const { to, cc } = recipientsFor(draftType, source, given.ours)
  const forward = draftType === 'Forward'
  return {
    from: given.ours,
    to,
    cc,
    bcc: [],
    subject: forward ? prefixed('FW', source.subject) : prefixed('RE', source.subject),
    ...(given.withHistory ? historyOf(source) : { textBody: '' }),
    attachments: forward
      ? source.attachments
      : given.withHistory
        ? source.attachments.filter(({ inlineImage }) => inlineImage)
        : [],
  }
}

function recipientsFor(
  draftType: DraftType,
  source: EmailMessage,
  ours: EmailAddress,
): { readonly to: readonly EmailAddress[]; readonly cc: readonly EmailAddress[] } {
  if (draftType === 'Forward') return { to: [], cc: [] }
  const own = new Set([sameAddressForm(ours.email)])
  const main = source.direction === 'outbound' ? source.to : [source.replyTo ?? source.from]
  const to = distinct(main, new Set())
  if (draftType === 'Reply') return { to, cc: [] }
  const taken = new Set([...own, ...to.map(({ email }) => sameAddressForm(email))])
  const others = source.direction === 'outbound' ? source.cc : [...source.to, ...source.cc]
  return { to, cc: distinct(others, taken) }
}

function distinct(
  addresses: readonly EmailAddress[],
  without: ReadonlySet<string>,
): readonly EmailAddress[] {
  const seen = new Set(without)
  return addresses.filter(({ email }) => {
    const key = sameAddressForm(email)
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

/** The subject with one mark in front, however many answers there have been. */
export function prefixed(mark: 'RE' | 'FW', subject: string): string {
  const marks = mark === 'RE' ? /^(re|aw|sv|antw?)\s*:\s*/i : /^(fwd?|wg)\s*:\s*/i
  let bare = subject.trim()
  while (marks.test(bare)) bare = bare.replace(marks, '')
  return `${mark}: ${bare}`.slice(0, 400).trim()
}

/** The mail quoted below an empty line, as text and, where it has HTML, as HTML. */
function historyOf(source: EmailMessage): Pick<EmailContent, 'textBody' | 'htmlBody'> {
  const head: readonly (readonly [string, string])[] = [
    ['From', shown(source.from)],
    ['Sent', new Date(source.writtenMs ?? source.timeMs).toUTCString()],
    ['To', source.to.map(shown).join('; ')],
    ...(source.cc.length === 0 ? [] : [['Cc', source.cc.map(shown).join('; ')] as const]),
    ['Subject', source.subject],
  ]
  const lines = head.map(([name, value]) => `${name}: ${value}`).join('\n')
  const textBody = `\n\n${lines}\n\n${quoted(source.textBody)}`
  if (source.htmlBody === undefined) return { textBody }
  const rows = head.map(([name, value]) => `<b>${name}:</b> ${escapedHtml(value)}<br>`).join('')
  return {
    textBody,
    htmlBody: `<br><br><hr><p>${rows}</p><blockquote>${quotedHtml(source.htmlBody)}</blockquote>`,
  }
}

function quoted(text: string): string {
  return text
    .replace(/\r\n/g, '\n')
    .trimEnd()
    .split('\n')
    .map((line) => (line.startsWith('>') ? `>${line}` : `> ${line}`))
    .join('\n')
}

function shown({ email, name }: EmailAddress): string {
  return name === undefined || name === '' ? email : `${name} <${email}>`
}
