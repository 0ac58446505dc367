import type { Worker } from 'node:worker_threads'
import { startThread } from '../thread.ts'

/** Rows written, about a few thousand pages, after which a pass is worth its while: a page written often moves once. */
const writesBetween = 8000

/**
 * Has the write-ahead log moved into the file by another thread while the server writes on. Where that thread
 * fails or falls behind, SQLite's own limit holds: a commit then does the rest itself, which takes it tens of
 * milliseconds.
 */
export class SqliteCheckpointer {
  readonly #file: string
  readonly #onPassed: (pages: number) => void
  #worker: Worker | undefined
  #isPassing = false
  #writesAtPass = 0

  /**
   * `onPassed` is called after each pass with the pages that are in the log: of those little is left to move but what
   * was written meanwhile.
   */
  constructor(file: string, onPassed: (pages: number) => void) {
    this.#file = file
    this.#onPassed = onPassed
  }

  /** Told of each commit with the count of writes so far; the thread is started when it is first needed. */
  committed(writes: number): void {
    if (this.#isPassing || writes - this.#writesAtPass < writesBetween) return
    this.#writesAtPass = writes
    this.#isPassing = true
    this.#worker ??= this.#start()
    this.#worker.postMessage('pass')
  }

  /** Ends the thread, after the pass that is under way. */
  async close(): Promise<void> {
    const worker = this.#worker
    if (worker === undefined) return
    this.#worker = undefined
    this.#isPassing = true
    worker.ref()
    const gone = new Promise((resolve) => worker.on('exit', resolve))
    worker.postMessage('close')
    await gone
  }

  #start(): Worker {
    const worker = startThread(import.meta.url, 'sqlite-checkpoint', { file: this.#file })
    worker.unref()
    worker.on('message', (pages: number) => {
      this.#isPassing = false
      this.#onPassed(pages)
    })
    // Nothing is lost without it: `#isPassing` stays, and commits move the log themselves.
    worker.on('error', () => {
      this.#worker = undefined
    })
    return worker
  }
}
