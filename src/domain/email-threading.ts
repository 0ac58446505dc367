/** Days after a conversation's end in which a mail of its thread opens it again (vendor help on e-mail threading). */
export const emailThreadingDays = 30

const dayMs = 86_400_000

/** Ids that one header is read for at the most; more than that is nobody's thread. */
const idsMax = 100

/** The message ids in a header such as `References`, in their order, each once, with their angle brackets. */
export function messageIdsIn(header: string | undefined): readonly string[] {
  const found = (header ?? '').match(/<[^<>\s]{1,998}>/g) ?? []
  return [...new Set(found)].slice(-idsMax)
}

/**
 * The mails that a mail may answer, likeliest first: what `In-Reply-To` names, then `References` from the last to the
 * first (RFC 5322, 3.6.4).
 */
export function threadCandidates(mail: {
  readonly inReplyTo?: string | undefined
  readonly references: readonly string[]
}): readonly string[] {
  const answered = messageIdsIn(mail.inReplyTo)
  return [...new Set([...answered, ...mail.references.toReversed()])]
}

/**
 * Whether a mail of its thread still belongs to the conversation: while it is open, and for 30 days from the moment
 * its last leg was disconnected.
 */
export function isInThreadingWindow(
  conversation: { readonly endMs?: number },
  nowMs: number,
  windowMs: number = emailThreadingDays * dayMs,
): boolean {
  return conversation.endMs === undefined || nowMs - conversation.endMs < windowMs
}

/** The Message-ID of a mail that we send: made from its own id, so that every attempt carries the same one. */
export function messageIdOf(emailId: string, domain: string): string {
  return `<${emailId}@${domain}>`
}

/** `References` of an answer: those of the answered mail, then the mail itself (RFC 5322, 3.6.4). */
export function referencesOfReply(answered: {
  readonly messageId: string
  readonly inReplyTo?: string
  readonly references: readonly string[]
}): readonly string[] {
  const before =
    answered.references.length > 0 ? answered.references : messageIdsIn(answered.inReplyTo)
  return [...new Set([...before, answered.messageId])].slice(-idsMax)
}
