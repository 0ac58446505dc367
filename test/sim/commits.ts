import { AppError } from '../../src/errors.ts'
import type { Committed } from '../../src/store/store.ts'
import { type Ground, type NodeLife, never } from './ground.ts'
import { forget, type Notes } from './node-store.ts'

interface Job {
  /** Jobs in a row with the same group go together; undefined goes alone. */
  readonly group: string | undefined
  readonly requested: number
  readonly notes: Notes
  /** Does the work on the real database. */
  perform(): Promise<void>
  /** Hands the node what `perform` had. */
  answer(): void
  refuse(error: unknown): void
}

/**
 * Between a node and the real database: each commit takes virtual time to get there and back, and the node may die or
 * stand still before and after it. Commits of one node are done and answered in the order asked for.
 */
export class Commits {
  readonly #ground: Ground
  readonly #node: NodeLife
  readonly #jobs: Job[] = []
  readonly #answers: (() => void)[] = []
  readonly #listeners = new Set<(committed: Committed) => void>()
  /** Tells the other nodes. */
  readonly #spread: (committed: Committed) => void

  constructor(ground: Ground, node: NodeLife, spread: (committed: Committed) => void) {
    this.#ground = ground
    this.#node = node
    this.#spread = spread
  }

  /** Does work on the real database when its turn has come. */
  run<T>(work: (notes: Notes) => Promise<T>, group?: string): Promise<T> {
    const { chance, schedule, watch } = this.#ground
    if (!this.#node.isAlive() || this.#node.mayCrash('before a commit')) return never()
    return new Promise<T>((resolve, reject) => {
      const notes: Notes = { added: [], started: [], lettingGo: [] }
      let settle: () => void = () => {}
      const joins = group !== undefined && this.#jobs.at(-1)?.group === group
      this.#jobs.push({
        group,
        requested: watch.moment(),
        notes,
        async perform() {
          try {
            const value = await work(notes)
            settle = () => resolve(value)
          } catch (error) {
            forget(notes)
            settle = () => reject(error)
          }
        },
        answer: () => settle(),
        refuse(error) {
          for (const letGo of notes.lettingGo) letGo()
          reject(error)
        },
      })
      if (joins) return
      const isSlow = chance.happens(this.#ground.faults().slowCommit)
      const delayMs = isSlow ? chance.between(200, 5000) : chance.between(1, 12)
      schedule.after(
        delayMs,
        this.#node.guard(() => this.#flush()),
      )
    })
  }

  listen(listener: (committed: Committed) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Another node's commit was heard of. */
  hear(committed: Committed): void {
    for (const listener of this.#listeners) listener(committed)
  }

  #flush(): void {
    const jobs = this.#nextJobs()
    if (jobs.length === 0) return
    const { chance, history } = this.#ground
    const faults = this.#ground.faults()
    if (chance.happens(faults.storeRefusal)) {
      history.add(this.#node.id, 'the database refuses a commit')
      this.#later(() => {
        for (const job of jobs) job.refuse(unavailable())
      })
      return
    }
    this.#ground.hold(async () => {
      this.#ground.told()
      await Promise.all(jobs.map((job) => job.perform()))
      this.#committed(jobs, this.#ground.told())
    })
  }

  /** A database of one node commits everything that waits together; one of many nodes each by itself. */
  #nextJobs(): readonly Job[] {
    if (!this.#ground.manyNodes) return this.#jobs.splice(0)
    const [first] = this.#jobs
    if (first === undefined) return []
    const end = this.#jobs.findIndex(({ group }) => group === undefined || group !== first.group)
    return this.#jobs.splice(0, end < 0 ? this.#jobs.length : Math.max(1, end))
  }

  #committed(jobs: readonly Job[], told: readonly Committed[]): void {
    const { chance, history } = this.#ground
    const faults = this.#ground.faults()
    for (const job of jobs) this.#observe(job)
    if (this.#node.mayCrash('after a commit')) return
    if (this.#ground.manyNodes && chance.happens(faults.storeSilence)) {
      history.add(this.#node.id, 'the answer to a commit is lost')
      this.#later(() => {
        for (const job of jobs) job.refuse(unavailable())
      })
      return
    }
    this.#later(() => {
      for (const job of jobs) job.answer()
      for (const committed of told) {
        for (const listener of this.#listeners) listener(committed)
        this.#spread(committed)
      }
    })
    this.#node.mayPause()
  }

  #observe({ notes, requested }: Job): void {
    const { watch, history, schedule, manyNodes } = this.#ground
    const committed = watch.moment()
    for (const delivery of notes.added) {
      watch.accepted.set(delivery.id, { delivery, requested, committed })
      history.add(this.#node.id, `queues ${short(delivery.id)} in ${delivery.lane}`)
    }
    for (const { id, bucket, attempts } of notes.started) {
      history.add(this.#node.id, `begins attempt ${attempts} of ${short(id)}`)
      if (!manyNodes || watch.holds(bucket, this.#node.id, schedule.nowMs)) continue
      watch.complain(
        'lease-exclusive',
        `${this.#node.id} began an attempt of ${short(id)} without the lease of bucket ${bucket}`,
      )
    }
  }

  /** Answers come back in the order of the commits. */
  #later(answer: () => void): void {
    this.#answers.push(answer)
    this.#ground.schedule.after(
      this.#ground.chance.between(1, 5),
      this.#node.guard(() => this.#answers.shift()?.()),
    )
  }
}

function unavailable(): AppError {
  return new AppError('service.unavailable', 'The database cannot be written. Try again later.')
}

/** The end of an id, which is what tells those of one history apart. */
export function short(id: string): string {
  return id.slice(-6)
}
