import type { Worker } from 'node:worker_threads'
import { startThread } from '../thread.ts'
import type { IdRunsDue } from './id-runs.ts'
import { type BatchAnswer, BatchLayout, type FinishedWork } from './sqlite-batch.ts'

/** The thread that writes, and its connection. */
export interface WriterOptions {
  readonly file: string
  /** Pragmas of the connection. */
  readonly setup: readonly string[]
}

interface Thread {
  readonly worker: Worker
  readonly layout: BatchLayout
}

interface Asked {
  readonly resolve: (answer: BatchAnswer) => void
  readonly reject: (error: unknown) => void
}

/** Has batches of finished transactions written by another thread, one batch at a time. */
export class SqliteWriter {
  readonly #options: WriterOptions
  readonly #idRunsDue: IdRunsDue
  #thread: Thread | undefined
  #asked: Asked | undefined
  #endsLog = false
  /** Rows written so far. */
  writes = 0

  constructor(options: WriterOptions, idRunsDue: IdRunsDue) {
    this.#options = options
    this.#idRunsDue = idRunsDue
  }

  /**
   * Settles when the batch is on disk. Rejects when nothing of it is there because the disk does not take it, or when
   * the thread ended and nobody knows.
   */
  async write(finished: readonly FinishedWork[]): Promise<Exclude<BatchAnswer, { error: string }>> {
    this.#thread ??= this.#start()
    const { worker, layout } = this.#thread
    worker.ref()
    const answer = await new Promise<BatchAnswer>((resolve, reject) => {
      this.#asked = { resolve, reject }
      const batch = layout.of(finished)
      const movesIds = this.#idRunsDue.take()
      worker.postMessage({ ...batch, endsLog: this.#endsLog, movesIds })
      this.#endsLog = false
    })
    worker.unref()
    for (const { writes } of finished) this.writes += writes.length
    if ('error' in answer) throw new Error(answer.error)
    return answer
  }

  /**
   * Has the next batch followed by moving the rest of the log into the file: nobody else can write then, so the log
   * begins anew. Cheap right after another thread has moved most of it.
   */
  endLog(): void {
    this.#endsLog = true
  }

  /** Ends the thread; nothing may be under way. */
  async close(): Promise<void> {
    const thread = this.#thread
    if (thread === undefined) return
    this.#thread = undefined
    const { worker } = thread
    worker.ref()
    const gone = new Promise((resolve) => worker.on('exit', resolve))
    worker.postMessage('close')
    await gone
  }

  #start(): Thread {
    const worker = startThread(import.meta.url, 'sqlite-write', this.#options)
    worker.unref()
    worker.on('message', (answer: BatchAnswer) => this.#asked?.resolve(answer))
    const ended = (error: unknown) => {
      if (this.#thread?.worker === worker) this.#thread = undefined
      this.#asked?.reject(error)
    }
    worker.on('error', ended)
    worker.on('exit', () => ended(new Error('The writing thread ended.')))
    return { worker, layout: new BatchLayout() }
  }
}
