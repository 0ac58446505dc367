import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { EmailAttachment, EmailMessage } from '../domain/email.ts'
import { AppError } from '../errors.ts'
import { emailOfLink } from '../messaging/email-links.ts'
import type { Messaging } from '../messaging/messaging.ts'
import type { Database, Store } from '../store/store.ts'

/** What the door for opened mails needs of the server. */
export interface MailViewDoor {
  readonly database: Database
  readonly messaging: Messaging
}

interface LinkParams {
  readonly organizationId: string
  readonly token: string
}

type LinkRequest = FastifyRequest<{ Params: LinkParams }>

/** Pictures that browsers draw and that can do nothing. */
const drawn = ['image/png', 'image/jpeg', 'image/gif', 'image/webp']

/**
 * A mail is drawn by the browser as its writer made it, and can do nothing: no scripts, forms or frames, nothing from
 * elsewhere (a picture from elsewhere tells its sender who has opened the mail), no way to the page around it.
 */
const bodyPolicy = [
  'sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox',
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ')

const frame = `<!doctype html><meta charset="utf-8"><base target="_blank">
<style>html{background:#fff;color:#16181d;font:14px/1.5 system-ui,sans-serif;color-scheme:light}
body{margin:0;padding:.75rem;overflow-wrap:anywhere}img{max-width:100%;height:auto}table{max-width:100%}</style>`

/** Serves mails and their files to browsers that come with a link, which is its own credential. */
export function addMailView(app: FastifyInstance, { database, messaging }: MailViewDoor): void {
  const opened = async ({ params }: LinkRequest) => {
    const store = database.store(params.organizationId)
    return { store, email: await emailOfLink(store, params.token, messaging) }
  }
  app.get<{ Params: LinkParams }>('/mails/:organizationId/:token/body', async (request, reply) => {
    const { email } = await opened(request)
    return reply
      .type('text/html; charset=utf-8')
      .headers({
        'Content-Security-Policy': bodyPolicy,
        'Referrer-Policy': 'no-referrer',
        'Cache-Control': 'no-store',
      })
      .send(`${frame}${withPictures(email, request)}`)
  })
  app.get<{ Params: LinkParams & { readonly id: string } }>(
    '/mails/:organizationId/:token/files/:id',
    async (request, reply) => {
      const { store, email } = await opened(request)
      const file = email.attachments.find(({ id }) => id === request.params.id)
      if (file === undefined) throw new AppError('not.found', 'The mail has no such file.')
      return sendFile(reply, store, file)
    },
  )
}

/** The HTML of a mail, in which the pictures that came with it have their addresses here. */
function withPictures({ htmlBody = '', attachments }: EmailMessage, { params }: LinkRequest) {
  const base = `/mails/${params.organizationId}/${params.token}/files`
  return htmlBody.replaceAll(/cid:([^"'\s)>]+)/gi, (whole, cid: string) => {
    const file = attachments.find(({ contentId }) => contentId === decoded(cid))
    return file === undefined ? whole : `${base}/${file.id}`
  })
}

function decoded(cid: string): string {
  try {
    return decodeURIComponent(cid)
  } catch {
    return cid
  }
}

/** Only a picture is shown by the browser; anything else that a mail brought is saved. */
async function sendFile(reply: FastifyReply, store: Store, file: EmailAttachment) {
  const content = await store.emails.content(file.contentKey)
  if (content === undefined) throw new AppError('not.found', 'There is no such file any more.')
  const isDrawn = drawn.includes(file.contentType)
  const name = encodeURIComponent(file.name).replaceAll("'", '%27')
  return reply
    .type(isDrawn ? file.contentType : 'application/octet-stream')
    .headers({
      'Content-Disposition': `${isDrawn ? 'inline' : 'attachment'}; filename*=UTF-8''${name}`,
      'Content-Security-Policy': "sandbox; default-src 'none'",
      'Cache-Control': 'private, no-store',
    })
    .send(content)
}
