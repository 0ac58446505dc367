import { replaceParticipant } from '../domain/conversation-legs.ts'
import type { EmailMessage, EmailStatus } from '../domain/email.ts'
import type { MessageError, MessageStatus } from '../domain/message.ts'
import type { Store } from '../store/store.ts'
import { saveStep } from './step.ts'

/** Adds an e-mail to its conversation and tells the feed. */
export async function addEmail(store: Store, email: EmailMessage): Promise<void> {
  await store.emails.add(email)
  await tell(store, email, email.status)
}

async function tell(store: Store, email: EmailMessage, status: EmailStatus): Promise<void> {
  const { id: messageId, conversationId, timeMs } = email
  await store.feed.append({ type: 'message', messageId, conversationId, status }, timeMs)
}

/**
 * Moves an e-mail to what became of its delivery. A failure is shown as `errorInfo` of the participant who sent it
 * (vendor: that is where failures of agentless e-mail show, some time after the answer 200).
 */
export async function moveEmail(
  store: Store,
  to: {
    readonly messageId: string
    readonly status: MessageStatus
    readonly error?: MessageError | undefined
  },
  nowMs: number,
): Promise<void> {
  const email = await store.emails.get(to.messageId)
  if (email === undefined || email.direction !== 'outbound') return
  const status = statusOf(to.status)
  // A failed mail that is sent once more may still arrive; one that was sent does not come back.
  if (status === undefined || status === email.status || email.status === 'sent') return
  const error =
    status === 'failed' && to.error !== undefined
      ? { code: to.error.code, message: to.error.message }
      : undefined
  await store.emails.setStatus({ id: email.id, status, ...(error === undefined ? {} : { error }) })
  await tell(store, { ...email, timeMs: nowMs }, status)
  if (status === 'failed' || email.status === 'failed') {
    await showOnParticipant(store, { email, error }, nowMs)
  }
}

function statusOf(status: MessageStatus): EmailStatus | undefined {
  if (status === 'sent' || status === 'delivery-success') return 'sent'
  return status === 'delivery-failed' || status === 'failed' ? 'failed' : undefined
}

async function showOnParticipant(
  store: Store,
  {
    email,
    error,
  }: {
    readonly email: EmailMessage
    readonly error: { readonly code: string; readonly message: string } | undefined
  },
  nowMs: number,
): Promise<void> {
  const before = await store.conversations.get(email.conversationId)
  const participant = before?.participants.find(({ communications }) =>
    communications.some(({ id }) => id === email.communicationId),
  )
  if (before === undefined || participant === undefined) return
  const { error: _earlier, ...rest } = participant
  const shown = error === undefined ? rest : { ...rest, error }
  const step = { conversation: replaceParticipant(before, shown), details: [] }
  await saveStep(store, { before, step }, nowMs)
}
