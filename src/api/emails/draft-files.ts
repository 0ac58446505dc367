import Type from 'typebox'
import { emailLimits } from '../../domain/email.ts'
import { AppError } from '../../errors.ts'
import { copyDraftFiles, readDraft, removeDraftFile } from '../../messaging/email-drafts.ts'
import { promiseUpload } from '../../messaging/email-uploads.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { presentDraft } from './present.ts'
import { ConversationPath, conversationPath, EmailMessage } from './schema.ts'

const path = `${conversationPath}/messages/draft/attachments`

export const deleteConversationsEmailMessagesDraftAttachment = operation({
  id: 'deleteConversationsEmailMessagesDraftAttachment',
  method: 'DELETE',
  path: `${path}/{attachmentId}`,
  summary: 'Takes a file out of the draft.',
  scopes: ['conversations'],
  tool: {
    name: 'genesys_conversations_digital_delete_email_messages_draft_attachment',
    effect: 'write',
  },
  input: { path: Type.Object({ conversationId: Id, attachmentId: Id }) },
  reply: { status: 200 },
  handle: ({ path }, { store, messaging }) => removeDraftFile(store, path, messaging),
})

export const postConversationsEmailMessagesDraftAttachmentsCopy = operation({
  id: 'postConversationsEmailMessagesDraftAttachmentsCopy',
  method: 'POST',
  path: `${path}/copy`,
  summary: 'Puts files of a mail of the conversation into the draft as well.',
  scopes: ['conversations'],
  tool: {
    name: 'genesys_conversations_digital_post_email_messages_draft_attachments_copy',
    effect: 'write',
  },
  input: {
    path: ConversationPath,
    body: Type.Object({
      sourceMessage: Type.Object({ id: Id }),
      attachments: Type.Array(Type.Object({ attachmentId: Id })),
    }),
  },
  reply: { status: 200, schema: EmailMessage },
  async handle({ path, body }, { store, messaging }) {
    const attachmentIds = body.attachments.map(({ attachmentId }) => attachmentId)
    const wish = { ...path, sourceId: body.sourceMessage.id, attachmentIds }
    return presentDraft(await copyDraftFiles(store, wish, messaging))
  },
})

export const postConversationsEmailMessagesDraftAttachmentsUploads = operation({
  id: 'postConversationsEmailMessagesDraftAttachmentsUploads',
  method: 'POST',
  path: `${path}/uploads`,
  summary: 'Gives the address that the bytes of a file for the draft are to be PUT to.',
  scopes: ['conversations'],
  input: {
    path: ConversationPath,
    body: Type.Object({
      name: Type.String({ minLength: 1, maxLength: 255 }),
      contentLengthBytes: Type.Integer({ minimum: 1 }),
      contentMd5: Type.Optional(Type.String()),
      inlineImage: Type.Optional(Type.Boolean()),
    }),
  },
  reply: {
    status: 200,
    schema: Type.Object({
      attachmentId: Type.String(),
      name: Type.String(),
      url: Type.String(),
      headers: Type.Record(Type.String(), Type.String()),
      conversationId: Type.String(),
    }),
  },
  async handle({ path: { conversationId }, body }, { store, messaging, publicUrl }) {
    if (body.contentLengthBytes > emailLimits.mailBytesMax) {
      throw new AppError(
        'postino.error.attachments.upload.size',
        'The file is larger than a mail may be: 40 MB.',
        { details: [{ fieldName: 'contentLengthBytes' }] },
      )
    }
    await readDraft(store, conversationId, messaging)
    const file = {
      name: body.name,
      contentLength: body.contentLengthBytes,
      inlineImage: body.inlineImage ?? false,
    }
    const { token, attachmentId } = await promiseUpload(store, { conversationId, file }, messaging)
    return {
      attachmentId,
      name: body.name,
      url: `${publicUrl}/uploads/${store.organizationId}/${token}`,
      headers: {},
      conversationId,
    }
  },
})
