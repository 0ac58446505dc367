import type { FaxLine, LineFax } from '../connectors/fax-loopback/index.ts'
import type { Outside } from '../context.ts'
import { setFaxReport } from '../messaging/fax-report.ts'
import type { Database } from '../store/store.ts'

/** How long a page takes on the line, in milliseconds. */
const pageMs = 50

/** The fax machine behind loopback accounts: takes every fax, and reports a little later what became of it. */
export class LoopbackFaxLine implements FaxLine {
  readonly #database: Database
  readonly #outside: Outside

  constructor(database: Database, outside: Outside) {
    this.#database = database
    this.#outside = outside
  }

  /** Takes a fax over; a repeat of its delivery is reported once. */
  async accept(fax: LineFax): Promise<{ readonly providerId: string }> {
    const [organizationId = '', accountId = ''] = fax.accountKey.split('/')
    const providerId = `fax-${fax.deliveryId}`
    await setFaxReport(
      this.#database.store(organizationId),
      { accountId, deliveryId: fax.deliveryId, providerId, isDelivered: !fax.to.endsWith('0000') },
      this.#outside.clock.now() + pageMs,
    )
    return { providerId }
  }
}
