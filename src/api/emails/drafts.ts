import Type from 'typebox'
import { readDraft, resetDraft, saveDraft } from '../../messaging/email-drafts.ts'
import { operation } from '../operation.ts'
import { presentDraft } from './present.ts'
import { ConversationPath, contentOf, conversationPath, EmailBody, EmailMessage } from './schema.ts'

const path = `${conversationPath}/messages/draft`

export const getConversationsEmailMessagesDraft = operation({
  id: 'getConversationsEmailMessagesDraft',
  method: 'GET',
  path,
  summary: 'Reads what is being written in a conversation; a reply to its last mail until then.',
  scopes: ['conversations', 'conversations:readonly'],
  tool: { name: 'genesys_conversations_digital_get_email_messages_draft', effect: 'read' },
  input: { path: ConversationPath },
  reply: { status: 200, schema: EmailMessage },
  async handle({ path }, { store, messaging }) {
    return presentDraft(await readDraft(store, path.conversationId, messaging))
  },
})

export const putConversationsEmailMessagesDraft = operation({
  id: 'putConversationsEmailMessagesDraft',
  method: 'PUT',
  path,
  summary: 'Replaces the draft by what has been written.',
  scopes: ['conversations'],
  tool: { name: 'genesys_conversations_digital_put_email_messages_draft', effect: 'write' },
  input: { path: ConversationPath, body: EmailBody },
  reply: { status: 200, schema: EmailMessage },
  async handle({ path, body }, { store, messaging }) {
    const { state, draftType } = body
    const edit = { ...contentOf(body), state, draftType }
    return presentDraft(await saveDraft(store, { ...path, edit }, messaging))
  },
})

export const patchConversationsEmailMessagesDraft = operation({
  id: 'patchConversationsEmailMessagesDraft',
  method: 'PATCH',
  path,
  summary:
    'Begins the draft anew as a reply, a reply to all or a forward, filled in (autoFill) or empty, or discards it.',
  scopes: ['conversations'],
  tool: { name: 'genesys_conversations_digital_patch_email_messages_draft', effect: 'write' },
  input: {
    path: ConversationPath,
    query: Type.Object({
      autoFill: Type.Optional(Type.Boolean()),
      discard: Type.Optional(Type.Boolean()),
    }),
    body: Type.Optional(
      Type.Object({ draftType: Type.Optional(Type.Enum(['Reply', 'ReplyAll', 'Forward'])) }),
    ),
  },
  reply: { status: 200, schema: EmailMessage },
  async handle({ path, query, body }, { store, messaging }) {
    const { autoFill = false, discard = false } = query
    const reset = { ...path, draftType: body?.draftType, autoFill, discard }
    return presentDraft(await resetDraft(store, reset, messaging))
  },
})
