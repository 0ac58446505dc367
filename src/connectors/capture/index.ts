import { Type } from 'typebox'
import { AppError, SendError } from '../../errors.ts'
import { accountKeyOf, boxRetry } from '../box.ts'
import { connector } from '../connector.ts'
import { writeMail } from '../mime.ts'

/** A mail as the mailbox in the box takes it over. */
export interface PostedMail {
  /** The same for every attempt: a mail with an id seen before is not kept twice. */
  readonly deliveryId: string
  /** `<organization>/<account>`. */
  readonly accountKey: string
  readonly from: string
  readonly recipients: readonly string[]
  readonly subject: string
  readonly messageId: string
  /** As it would have gone over the wire. */
  readonly raw: string
}

/** Where captured mails go: the embedded mailbox. */
export interface Postbox {
  keep(mail: PostedMail): Promise<{ readonly providerId: string }>
}

/**
 * The mailbox in the box: takes every mail and sends none, for trying things out without a mail server. As a real one
 * would, it refuses addresses under `.invalid`, which cannot exist (RFC 2606).
 */
export const createCapture = (postbox: Postbox) =>
  connector({
    name: 'capture',
    title: 'Embedded mailbox',
    carries: 'email',
    settings: Type.Object({}),
    charactersMax: 0,
    idempotent: true,
    retry: boxRetry,
    receive() {
      throw new AppError('not.found', 'Nothing is received here.')
    },
    async send(message, _settings, io) {
      const { from, recipients, raw } = await writeMail(message)
      if (recipients.every((address) => address.toLowerCase().endsWith('.invalid'))) {
        throw new SendError('rejected', `There is no domain of ${recipients.join(', ')}.`, {
          providerCode: '550 5.1.2',
          reason: 'InvalidDestination',
        })
      }
      const { providerId } = await postbox.keep({
        deliveryId: message.deliveryId,
        accountKey: accountKeyOf(io),
        from,
        recipients,
        subject: message.subject,
        messageId: message.messageId,
        raw: raw.toString('utf8'),
      })
      return { providerIds: [providerId] }
    },
  })
