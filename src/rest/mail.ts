import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Needs, requireCaller } from '../api/call.ts'
import type { Context } from '../context.ts'
import { emailLimits } from '../domain/email.ts'
import { AppError } from '../errors.ts'
import { takeMail } from '../messaging/email-receive.ts'
import { takeUpload } from '../messaging/email-uploads.ts'
import type { Messaging } from '../messaging/messaging.ts'
import { parseMail } from '../messaging/parse-mail.ts'
import type { Database } from '../store/store.ts'
import type { ContextOf } from './routes.ts'

/** What the doors for mail's bytes need of the server. */
export interface MailDoor {
  readonly database: Database
  readonly messaging: Messaging
  readonly contextOf: ContextOf
}

const bringingMail: Needs = { method: 'POST', permission: 'signalbox:mailbox:edit' }
const readingFiles: Needs = { method: 'GET', scopes: ['conversations', 'conversations:readonly'] }

/**
 * Serves what is bytes rather than JSON: raw mails in (`POST /api/signalbox/mailbox/inbound`, RFC 5322, with the
 * recipients in `?to=` or else from its headers), uploads of files for drafts, and files of mails out.
 */
export function addMail(app: FastifyInstance, door: MailDoor): void {
  const bodyLimit = emailLimits.mailBytesMax

  app.post('/api/signalbox/mailbox/inbound', { bodyLimit }, async (request, reply) => {
    const { store, messaging } = await allowed(door, request, bringingMail)
    const mail = await parseMail(request.rawBody)
    const asked = new URLSearchParams(request.url.split('?')[1] ?? '').getAll('to')
    const recipients = asked.length > 0 ? asked : [...mail.to, ...mail.cc].map(({ email }) => email)
    const taken = await takeMail(store, { mail, recipients }, messaging)
    return reply.send({
      entities: taken.map(({ email, conversation, repeated }) => ({
        id: email.id,
        conversationId: conversation.id,
        repeated,
      })),
    })
  })

  app.get<{ Params: { key: string } }>(
    '/api/signalbox/attachments/:key',
    async (request, reply) => {
      const { store } = await allowed(door, request, readingFiles)
      const content = await store.emails.content(request.params.key)
      if (content === undefined) throw new AppError('not.found', 'There is no such file.')
      // Whatever a mail brought is never shown by a browser as a page of this server.
      reply.header('Content-Disposition', 'attachment')
      return reply.type('application/octet-stream').send(content)
    },
  )

  app.put<{ Params: { organizationId: string; token: string } }>(
    '/uploads/:organizationId/:token',
    { bodyLimit },
    async (request, reply) => {
      const { organizationId, token } = request.params
      const contentType = request.headers['content-type'] ?? 'application/octet-stream'
      const upload = { token, contentType, content: request.rawBody }
      await takeUpload(door.database.store(organizationId), upload, door.messaging)
      return reply.status(200).send()
    },
  )
}

async function allowed(door: MailDoor, request: FastifyRequest, needs: Needs): Promise<Context> {
  const context = await door.contextOf(request)
  requireCaller(needs, context)
  return context
}
