import type { Conversation } from '../domain/conversation.ts'
import {
  type DraftType,
  type EmailAddress,
  type EmailContent,
  type EmailDraft,
  emailLimits,
  emailSizeBytes,
} from '../domain/email.ts'
import { draftFor } from '../domain/email-drafting.ts'
import { AppError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import { copyOf, keepFile, type NewFile } from './email-files.ts'
import { ourAddress } from './email-routes.ts'
import { answeredMail, attachmentsNamed, emailConversation, requireOwn } from './email-write.ts'
import type { Messaging } from './messaging.ts'

/** Begins the draft of a conversation that an agent opens. */
export async function startDraft(
  store: Store,
  start: Pick<EmailContent, 'from' | 'to' | 'subject' | 'textBody' | 'htmlBody'> & {
    readonly conversationId: string
  },
  messaging: Messaging,
): Promise<void> {
  const blank = blankDraft(start.conversationId, start.from, messaging)
  await store.emails.saveDraft({ ...blank, ...start, version: 1 })
}

/** What is being written in a conversation: as it was saved, or else a reply to its last mail. */
export async function readDraft(
  store: Store,
  conversationId: string,
  messaging: Messaging,
): Promise<EmailDraft> {
  const conversation = await emailConversation(store, conversationId)
  requireOwn(conversation)
  const saved = await store.emails.draft(conversationId)
  return saved ?? drafted(store, { conversation, draftType: 'Reply', autoFill: true }, messaging)
}

/** What an agent changed about a draft; attachments are named by their ids. */
export interface DraftEdit extends Omit<EmailContent, 'attachments'> {
  readonly attachmentIds: readonly string[]
  readonly historyIncluded: boolean
  readonly state?: EmailDraft['state'] | undefined
  readonly draftType?: DraftType | undefined
}

/** Replaces the draft by what the agent has written. It may go beyond the limits; sending it may not. */
export async function saveDraft(
  store: Store,
  { conversationId, edit }: { readonly conversationId: string; readonly edit: DraftEdit },
  messaging: Messaging,
): Promise<EmailDraft> {
  return change(store, conversationId, messaging, async (store, draft) => {
    const { attachmentIds, state, draftType, ...content } = edit
    const attachments = await attachmentsNamed(store, conversationId, attachmentIds)
    const { htmlBody: _html, replyTo: _replyTo, ...rest } = draft
    return {
      ...rest,
      ...content,
      attachments,
      state: state === 'Ready' ? 'Ready' : 'Edited',
      ...(draftType === undefined ? {} : { draftType }),
    }
  })
}

/**
 * Begins the draft anew (vendor: PATCH). `autoFill` fills in recipients, subject and history for the draft type;
 * `discard` throws away what was written.
 */
export async function resetDraft(
  store: Store,
  reset: {
    readonly conversationId: string
    readonly draftType: DraftType | undefined
    readonly autoFill: boolean
    readonly discard: boolean
  },
  messaging: Messaging,
): Promise<EmailDraft> {
  return store.transaction(async (store) => {
    const conversation = await emailConversation(store, reset.conversationId)
    requireOwn(conversation)
    const before = await store.emails.draft(conversation.id)
    const draftType = reset.draftType ?? before?.draftType ?? 'Reply'
    if (reset.discard) {
      await store.emails.removeDraft(conversation.id)
      return drafted(store, { conversation, draftType, autoFill: false }, messaging)
    }
    const fresh = await drafted(
      store,
      { conversation, draftType, autoFill: reset.autoFill },
      messaging,
    )
    const version = (before?.version ?? 0) + 1
    const next = { ...fresh, id: before?.id ?? fresh.id, version }
    await store.emails.saveDraft(next)
    return next
  })
}

/** Takes a file out of the draft; a 404 when it is not there. */
export async function removeDraftFile(
  store: Store,
  given: { readonly conversationId: string; readonly attachmentId: string },
  messaging: Messaging,
): Promise<void> {
  await change(store, given.conversationId, messaging, async (_store, draft) => {
    const attachments = draft.attachments.filter(({ id }) => id !== given.attachmentId)
    if (attachments.length < draft.attachments.length) return { ...draft, attachments }
    throw new AppError('not.found', 'The draft has no attachment {id}.', {
      params: { id: given.attachmentId },
      details: [{ errorCode: 'not.found', entityId: given.attachmentId, entityName: 'attachment' }],
    })
  })
}

/** Puts files of a mail of the conversation into the draft as well. */
export async function copyDraftFiles(
  store: Store,
  given: {
    readonly conversationId: string
    readonly sourceId: string
    readonly attachmentIds: readonly string[]
  },
  messaging: Messaging,
): Promise<EmailDraft> {
  return change(store, given.conversationId, messaging, async (store, draft) => {
    const source = await store.emails.get(given.sourceId)
    if (source === undefined || source.conversationId !== given.conversationId) {
      throw new AppError('not.found', 'There is no e-mail {id} in this conversation.', {
        params: { id: given.sourceId },
        details: [{ errorCode: 'not.found', entityId: given.sourceId, entityName: 'message' }],
      })
    }
    const copied = given.attachmentIds.map((id) => {
      const found = source.attachments.find((attachment) => attachment.id === id)
      if (found !== undefined) return copyOf(found, messaging)
      throw new AppError('bad.request', 'The e-mail has no attachment {id}.', {
        params: { id },
        details: [{ errorCode: 'bad.request', fieldName: 'attachments', entityId: id }],
      })
    })
    return { ...draft, attachments: [...draft.attachments, ...copied] }
  })
}

/** Puts a file into the draft, under the id that it was promised; a repeat of it changes nothing. */
export async function addDraftFile(
  store: Store,
  given: { readonly conversationId: string; readonly attachmentId: string; readonly file: NewFile },
  messaging: Messaging,
): Promise<EmailDraft> {
  return change(store, given.conversationId, messaging, async (store, draft) => {
    if (draft.attachments.some(({ id }) => id === given.attachmentId)) return draft
    const kept = await keepFile(store, given, messaging)
    const attachments = [...draft.attachments, { ...kept, id: given.attachmentId }]
    const next = { ...draft, attachments }
    if (emailSizeBytes(next) <= emailLimits.mailBytesMax) return next
    throw new AppError(
      'postino.error.attachments.upload.size',
      'With this file the mail would be larger than 40 MB.',
      { details: [{ errorCode: 'postino.error.attachments.upload.size' }] },
    )
  })
}

async function change(
  store: Store,
  conversationId: string,
  messaging: Messaging,
  edit: (store: Store, draft: EmailDraft) => Promise<EmailDraft>,
): Promise<EmailDraft> {
  return store.transaction(async (store) => {
    const before = await readDraft(store, conversationId, messaging)
    const edited = await edit(store, before)
    const next = {
      ...edited,
      version: before.version + 1,
      timeMs: messaging.outside.clock.now(),
    }
    await store.emails.saveDraft(next)
    return next
  })
}

/** A draft that is not saved yet: version 0. */
async function drafted(
  store: Store,
  given: {
    readonly conversation: Conversation
    readonly draftType: DraftType
    readonly autoFill: boolean
  },
  messaging: Messaging,
): Promise<EmailDraft> {
  const { conversation, draftType } = given
  const ours = await ourAddress(store, conversation.platformAddress)
  const blank = { ...blankDraft(conversation.id, ours, messaging), draftType }
  const source = await answeredMail(store, conversation.id, undefined)
  if (source === undefined) {
    const { subject } = conversation.email ?? { subject: '' }
    const { id: email, nickname: name } = conversation.customer
    const to = email === '' ? [] : [{ email, ...(name === undefined ? {} : { name }) }]
    return given.autoFill ? { ...blank, subject, to } : blank
  }
  const sourced = { ...blank, sourceId: source.id }
  if (!given.autoFill) return sourced
  const filled = draftFor(draftType, source, { ours, withHistory: true })
  // The files keep the ids they have in the source: this draft may be read again before it is saved.
  return { ...sourced, ...filled, historyIncluded: true }
}

function blankDraft(conversationId: string, from: EmailAddress, messaging: Messaging): EmailDraft {
  return {
    conversationId,
    id: messaging.outside.ids.messageId(),
    version: 0,
    state: 'Created',
    from,
    to: [],
    cc: [],
    bcc: [],
    subject: '',
    textBody: '',
    attachments: [],
    historyIncluded: false,
    timeMs: messaging.outside.clock.now(),
  }
}
