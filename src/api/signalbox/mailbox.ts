import Type from 'typebox'
import { isoTime } from '../../clock.ts'
import { AppError } from '../../errors.ts'
import type { CapturedMail } from '../../store/email-store.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'

const path = '/api/signalbox/mailbox'

const Mail = Type.Object({
  id: Type.String(),
  deliveryId: Type.String(),
  from: Type.String(),
  recipients: Type.Array(Type.String()),
  subject: Type.String(),
  messageId: Type.String(),
  bytes: Type.Integer(),
  time: Type.String(),
  selfUri: Type.String(),
})

export const signalboxListMailbox = operation({
  id: 'signalboxListMailbox',
  method: 'GET',
  path,
  summary: 'Lists the mails that the embedded mailbox took, newest first.',
  permission: 'signalbox:mailbox:view',
  input: {
    query: Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })) }),
  },
  reply: { status: 200, schema: Type.Object({ entities: Type.Array(Mail) }) },
  examples: [{ title: 'The last mails', input: { query: { limit: '10' } } }],
  async handle({ query }, { store }) {
    return { entities: (await store.mailbox.list(query.limit ?? 50)).map(presentCaptured) }
  },
})

export const signalboxGetMailboxMail = operation({
  id: 'signalboxGetMailboxMail',
  method: 'GET',
  path: `${path}/{id}`,
  summary: 'Reads one mail of the embedded mailbox with its source (RFC 5322).',
  permission: 'signalbox:mailbox:view',
  input: { path: Type.Object({ id: Id }) },
  reply: {
    status: 200,
    schema: Type.Intersect([Mail, Type.Object({ raw: Type.String() })]),
  },
  async handle({ path: { id } }, { store }) {
    const mail = await store.mailbox.get(id)
    const raw = await store.mailbox.raw(id)
    if (mail !== undefined && raw !== undefined) return { ...presentCaptured(mail), raw }
    throw new AppError('not.found', 'There is no mail {id} in the mailbox.', {
      params: { id },
      details: [{ errorCode: 'not.found', entityId: id, entityName: 'mail' }],
    })
  },
})

function presentCaptured({ timeMs, ...mail }: CapturedMail) {
  return { ...mail, time: isoTime(timeMs), selfUri: `${path}/${mail.id}` }
}
