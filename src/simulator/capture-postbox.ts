import type { Postbox, PostedMail } from '../connectors/capture/index.ts'
import type { Outside } from '../context.ts'
import type { Database } from '../store/store.ts'

/** The embedded mailbox behind capture accounts: keeps each mail once for each delivery. */
export class CapturePostbox implements Postbox {
  readonly #database: Database
  readonly #outside: Outside

  constructor(database: Database, outside: Outside) {
    this.#database = database
    this.#outside = outside
  }

  /** Takes a mail over; a repeat of its delivery is taken for granted and not kept again. */
  async keep(mail: PostedMail): Promise<{ readonly providerId: string }> {
    const [organizationId = ''] = mail.accountKey.split('/')
    const { deliveryId, from, recipients, subject, messageId, raw } = mail
    await this.#database.store(organizationId).mailbox.add(
      {
        id: this.#outside.ids.uuid(),
        deliveryId,
        from,
        recipients,
        subject,
        messageId,
        bytes: Buffer.byteLength(raw),
        timeMs: this.#outside.clock.now(),
      },
      raw,
    )
    return { providerId: `mailbox-${deliveryId}` }
  }
}
