import Type from 'typebox'
import { beginUndeclaredUpload } from '../../messaging/media.ts'
import { requireActive } from '../../messaging/send.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { MessageMediaData, presentMedia } from './present-media.ts'

export const postConversationsMessageCommunicationMessagesMedia = operation({
  id: 'postConversationsMessageCommunicationMessagesMedia',
  method: 'POST',
  path: '/api/v2/conversations/messages/{conversationId}/communications/{communicationId}/messages/media',
  summary:
    'Makes an address that a file is posted to, without saying before what it will be (deprecated: use …/media/uploads).',
  scopes: ['conversations'],
  caller: 'user',
  permission: { any: ['conversation:message:create', 'conversation:webmessaging:create'] },
  input: { path: Type.Object({ conversationId: Id, communicationId: Id }) },
  reply: { status: 202, schema: MessageMediaData },
  async handle({ path }, context) {
    const { store, messaging, principal } = context
    await requireActive(store, { ...path, userId: principal.userId ?? '' })
    return presentMedia(await beginUndeclaredUpload(store, path, messaging), context)
  },
})
