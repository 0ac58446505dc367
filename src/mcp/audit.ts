import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { Database } from '../store/store.ts'
import type { ToolCall } from '../store/tool-call-store.ts'

/** How long what was read may wait to be written down; what was changed never waits. */
const flushMs = 1000
/** Calls that may wait; beyond it they are written at once. */
const waitingMax = 2000

/** Writes down who called which tool. Calls that read are written in groups, shortly after; others before the reply. */
export class Audit {
  readonly #database: Database
  readonly #clock: Clock
  readonly #log: Log
  readonly #waiting = new Map<string, ToolCall[]>()
  #cancel: (() => void) | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(database: Database, clock: Clock, log: Log) {
    this.#database = database
    this.#clock = clock
    this.#log = log
  }

  /** Takes one call down; resolves when it is on disk, where it changed something. */
  async add(organizationId: string, call: ToolCall): Promise<void> {
    const calls = this.#waiting.get(organizationId) ?? []
    calls.push(call)
    this.#waiting.set(organizationId, calls)
    if (call.effect !== 'read' || call.decision === 'deny' || calls.length >= waitingMax) {
      await this.flush()
      return
    }
    this.#cancel ??= this.#clock.after(flushMs, () => {
      this.#cancel = undefined
      this.flush().catch((error) => {
        this.#log.error('The audit of tool calls could not be written.', { err: error })
      })
    })
  }

  /** Writes everything that waits. */
  flush(): Promise<void> {
    this.#cancel?.()
    this.#cancel = undefined
    const groups = [...this.#waiting]
    this.#waiting.clear()
    const writing = Promise.all(
      groups.map(([organizationId, calls]) =>
        this.#database.store(organizationId).toolCalls.add(calls),
      ),
    ).then(() => {})
    this.#writing = Promise.allSettled([this.#writing, writing]).then(() => {})
    return writing
  }

  /** Writes what waits, and waits for what is being written. */
  async close(): Promise<void> {
    await this.flush()
    await this.#writing
  }
}
