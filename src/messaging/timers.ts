import type { Committed, Database, Store, Timer } from '../store/store.ts'
import { alertRanOut } from './assign.ts'
import { faxUploadRanOut } from './fax.ts'
import { faxReportDue } from './fax-report.ts'
import { flowIsDue } from './flow.ts'
import type { Messaging } from './messaging.ts'
import { parkingRanOut } from './parking.ts'
import { inactivityRanOut } from './seat.ts'
import { UnderWay } from './under-way.ts'
import { meetingRanOut } from './video-meetings.ts'
import { acwRanOut } from './wrap-up.ts'

/** How long a timer that another node set may go unnoticed. */
const lookMs = 1000
const dueMax = 100

/** What a handler may give: work that follows the timer's transaction, and may take its time. */
type Afterwards = (store: Store) => Promise<void>

/** What each kind of timer does when it is due. */
const handlers: Readonly<
  Record<Timer['kind'], (store: Store, timer: Timer, messaging: Messaging) => Promise<unknown>>
> = {
  alerting: alertRanOut,
  acw: acwRanOut,
  parking: parkingRanOut,
  inactivity: inactivityRanOut,
  flow: flowIsDue,
  meeting: meetingRanOut,
  'fax-upload': faxUploadRanOut,
  'fax-report': faxReportDue,
}

/** Runs the timers that are kept on disk when they are due; among several nodes each runs once. */
export class Timers {
  readonly #database: Database
  readonly #messaging: Messaging
  readonly #onError: (message: string, fields: Readonly<Record<string, unknown>>) => void
  #cancel: () => void = () => {}
  #stopListening: () => void = () => {}
  #wakeMs = Number.POSITIVE_INFINITY
  /** What a stop waits for; a look that begins while another one runs is one more. */
  readonly #running = new UnderWay()
  #open = true

  constructor(
    database: Database,
    messaging: Messaging,
    onError: (message: string, fields: Readonly<Record<string, unknown>>) => void,
  ) {
    this.#database = database
    this.#messaging = messaging
    this.#onError = onError
  }

  start(): void {
    this.#stopListening = this.#database.onCommit(({ timerDueMs }: Committed) => {
      if (timerDueMs !== undefined) this.#wakeAt(timerDueMs)
    })
    this.#wakeAt(this.#messaging.outside.clock.now())
  }

  async stop(): Promise<void> {
    this.#open = false
    this.#stopListening()
    this.#cancel()
    await this.#running.done()
  }

  #wakeAt(dueMs: number): void {
    if (!this.#open || dueMs >= this.#wakeMs) return
    this.#cancel()
    this.#wakeMs = dueMs
    const { clock } = this.#messaging.outside
    this.#cancel = clock.after(Math.max(0, dueMs - clock.now()), () => {
      this.#wakeMs = Number.POSITIVE_INFINITY
      this.#running.add(
        this.#run().catch((cause: unknown) => {
          this.#onError('Timers could not be run.', { cause })
          this.#wakeAt(clock.now() + lookMs)
        }),
      )
    })
  }

  async #run(): Promise<void> {
    const { clock } = this.#messaging.outside
    let nextMs = clock.now() + lookMs
    for (const organizationId of await this.#database.organizationIds()) {
      const store = this.#database.store(organizationId)
      for (const timer of await store.timers.due(clock.now(), dueMax))
        await this.#fire(store, timer)
      nextMs = Math.min(nextMs, (await store.timers.next()) ?? nextMs)
    }
    this.#wakeAt(nextMs)
  }

  async #fire(store: Store, timer: Timer): Promise<void> {
    const afterwards = await store.transaction(async (store) => {
      if (!(await store.timers.take(timer.id))) return undefined
      return handlers[timer.kind](store, timer, this.#messaging)
    })
    if (!isWork(afterwards)) return
    this.#running.add(
      afterwards(store).catch((cause: unknown) =>
        this.#onError('What a timer began was not finished.', { cause }),
      ),
    )
  }
}

function isWork(value: unknown): value is Afterwards {
  return typeof value === 'function'
}
