import Type from 'typebox'
import { isoTime } from '../../clock.ts'
import { linkToEmail } from '../../messaging/email-links.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { findEmail } from './messages.ts'

export const signalboxLinkEmail = operation({
  id: 'signalboxLinkEmail',
  method: 'POST',
  path: '/api/signalbox/emails/{conversationId}/messages/{messageId}/link',
  summary:
    'Gives the address under which a browser opens a mail for 15 minutes: its HTML at {url}/body, kept apart from everything, and its files at {url}/files/{attachmentId}.',
  scopes: ['conversations', 'conversations:readonly'],
  input: { path: Type.Object({ conversationId: Id, messageId: Id }) },
  reply: { status: 200, schema: Type.Object({ url: Type.String(), expires: Type.String() }) },
  async handle({ path }, { store, messaging }) {
    const email = await findEmail(store, path)
    const { token, expiresMs } = await linkToEmail(store, email, messaging)
    return { url: `/mails/${store.organizationId}/${token}`, expires: isoTime(expiresMs) }
  },
})
