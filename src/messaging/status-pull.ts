import type { Delivery } from '../domain/delivery.ts'
import { SendError } from '../errors.ts'
import type { Database, Store } from '../store/store.ts'
import { secretsOf, settingsOf } from './carriage.ts'
import { connectorNamed, type Messaging } from './messaging.ts'
import { applyReceipt } from './receipt.ts'
import type { WayOut } from './way-out.ts'

/** Pause between looks at what is uncertain. */
const lookMs = 15_000
const leaseMs = 60_000
const askedAtOnce = 50
/** The wait doubles from the first to the last; nobody is asked about what is older than a day. */
const firstWaitMs = 15_000
const lastWaitMs = 3_600_000
const askedForMs = 86_400_000

/** Who asks, and whom it tells of what should not happen. */
export interface Pulling {
  readonly nodeId: string
  onError(message: string, fields: Readonly<Record<string, unknown>>): void
}

/**
 * Asks providers what became of uncertain sends, where their connectors can, and settles them by the answer. Among
 * several nodes one asks. What it asked when is kept in memory: after a restart it asks sooner, which does no harm.
 */
export class StatusPull {
  readonly #database: Database
  readonly #messaging: Messaging
  readonly #given: Pulling & { readonly wayOut: Pick<WayOut, 'ask'> }
  readonly #asked = new Map<string, { readonly times: number; readonly nextMs: number }>()
  #cancel: () => void = () => {}
  #running: Promise<void> = Promise.resolve()
  #open = true

  constructor(
    database: Database,
    messaging: Messaging,
    given: Pulling & { readonly wayOut: Pick<WayOut, 'ask'> },
  ) {
    this.#database = database
    this.#messaging = messaging
    this.#given = given
  }

  start(): void {
    this.#next()
  }

  async stop(): Promise<void> {
    this.#open = false
    this.#cancel()
    await this.#running
  }

  /** Asks about everything that is due, in every organization. */
  async step(): Promise<void> {
    const nowMs = this.#messaging.outside.clock.now()
    const lease = await this.#database.lease('status-pull', this.#given.nodeId, leaseMs, nowMs)
    if (lease.owner !== this.#given.nodeId) return
    const uncertain = new Set<string>()
    for (const organizationId of await this.#database.organizationIds()) {
      const store = this.#database.store(organizationId)
      const page = { size: 500, number: 1 }
      const { entities } = await store.deliveries.list(page, { state: 'uncertain' })
      for (const { id } of entities) uncertain.add(id)
      for (const delivery of entities
        .filter((one) => this.#isDue(one, nowMs))
        .slice(0, askedAtOnce)) {
        await this.#ask(store, delivery, nowMs)
      }
    }
    for (const id of this.#asked.keys()) if (!uncertain.has(id)) this.#asked.delete(id)
  }

  #isDue({ id, acceptedMs }: Delivery, nowMs: number): boolean {
    return nowMs - acceptedMs < askedForMs && nowMs >= (this.#asked.get(id)?.nextMs ?? 0)
  }

  async #ask(store: Store, delivery: Delivery, nowMs: number): Promise<void> {
    const account = await store.records.known('account', delivery.accountId)
    if (account === undefined) return
    const connector = connectorNamed(this.#messaging, account.connector)
    if (connector.status === undefined) return
    const times = (this.#asked.get(delivery.id)?.times ?? 0) + 1
    const waitMs = Math.min(firstWaitMs * 2 ** times, lastWaitMs)
    this.#asked.set(delivery.id, { times, nextMs: nowMs + waitMs })
    const { id: accountId, allowPrivateNetwork } = account
    const settings = settingsOf(account)
    const secrets = secretsOf(account)
    const { organizationId } = store
    const errand = { connector, settings, secrets, allowPrivateNetwork, organizationId, accountId }
    const providerIds = (await store.deliveries.providerIds(delivery.id)).map(({ id }) => id)
    const question = { deliveryId: delivery.id, providerIds }
    const { value: receipts, cause, recorded } = await this.#given.wayOut.ask(errand, question)
    if (receipts === undefined) {
      if (!(cause instanceof SendError)) throw cause
      return // asked again when it is due
    }
    await store.transaction(async (store) => {
      if (receipts.length === 0) return
      if (recorded !== undefined) await store.exchanges.add(recorded.open(), { accountId })
      const about = recorded === undefined ? {} : { exchangeId: recorded.id }
      for (const one of receipts) {
        const receipt = { ...one, deliveryId: delivery.id }
        await applyReceipt(store, { accountId, receipt, ...about }, this.#messaging)
      }
    })
  }

  #next(): void {
    if (!this.#open) return
    this.#cancel = this.#messaging.outside.clock.after(lookMs, () => {
      this.#running = this.step()
        .catch((cause: unknown) => this.#given.onError('Providers could not be asked.', { cause }))
        .finally(() => this.#next())
    })
  }
}
