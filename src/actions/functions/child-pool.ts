import { AppError } from '../../errors.ts'
import type { FunctionChild } from './function-child.ts'

/** What a pool holds itself to. */
export interface PoolOptions {
  /** Processes at one time, idle ones included. */
  readonly childrenMax: number
  /** Runs that may wait for a process. */
  readonly waitingMax: number
  /** After this long without a run a process is ended. */
  readonly idleMs: number
  /** Runs after which a process is replaced. */
  readonly runsMax: number
  /** Stops processes between runs, so that what user code left behind does not go on. */
  readonly isFrozenWhenIdle: boolean
}

/** How a child for a key is made; children of one key stand in for each other. */
export interface ChildSource {
  readonly key: string
  start(): Promise<FunctionChild>
}

/** Processes for user code, kept warm between runs. */
export interface ChildPool {
  /**
   * Lends a child to a run. Throws `AppError` (`too.many.requests.retry.after`) when too many wait already and
   * (`service.unavailable`) when the pool is closed. The run says whether the child is spent.
   */
  use<Outcome extends { readonly isChildSpent: boolean }>(
    source: ChildSource,
    run: (child: FunctionChild) => Promise<Outcome>,
  ): Promise<Outcome>
  /** Starts a child ahead of the first run, where there is room. */
  warm(source: ChildSource): Promise<void>
  /** Ends all processes and waits until they are gone. */
  close(): Promise<void>
}

interface Kept {
  readonly key: string
  readonly child: FunctionChild
  runs: number
  idleSinceMs: number
}

/** Makes a pool; nothing is started before it is used or warmed. */
export function createChildPool(options: PoolOptions): ChildPool {
  const idle: Kept[] = []
  const all = new Set<FunctionChild>()
  const waiting: (() => void)[] = []
  let taken = 0
  let isClosed = false
  const sweeper = setInterval(() => {
    for (const kept of [...idle]) {
      if (performance.now() - kept.idleSinceMs > options.idleMs) end(kept)
    }
  }, options.idleMs).unref()

  const end = (kept: Kept) => {
    const at = idle.indexOf(kept)
    if (at >= 0) idle.splice(at, 1)
    kept.child.kill()
  }
  const takeIdle = (key: string): Kept | undefined => {
    for (const kept of [...idle].reverse()) {
      if (kept.key !== key) continue
      idle.splice(idle.indexOf(kept), 1)
      if (kept.child.isUsable()) return kept
    }
    return undefined
  }
  const start = async ({ key, start: startChild }: ChildSource): Promise<Kept> => {
    const child = await startChild()
    all.add(child)
    child.ended.then(() => all.delete(child)).catch(() => {})
    if (isClosed) child.kill()
    return { key, child, runs: 0, idleSinceMs: 0 }
  }
  const keep = (kept: Kept) => {
    if (options.isFrozenWhenIdle) kept.child.freeze()
    kept.idleSinceMs = performance.now()
    idle.push(kept)
  }
  const take = async (source: ChildSource): Promise<Kept> => {
    const known = takeIdle(source.key)
    if (known !== undefined) {
      if (options.isFrozenWhenIdle) known.child.thaw()
      return known
    }
    const oldest = idle[0]
    if (oldest !== undefined && idle.length + taken > options.childrenMax) end(oldest)
    return await start(source)
  }
  const enter = async () => {
    if (isClosed) throw new AppError('service.unavailable', 'Functions are not run any more.')
    if (taken >= options.childrenMax) {
      if (waiting.length >= options.waitingMax) {
        const message = 'Too many functions wait to be run. Try again later.'
        throw new AppError('too.many.requests.retry.after', message, { retryAfterSeconds: 1 })
      }
      await new Promise<void>((resolve) => waiting.push(resolve)) // its place is handed over
      if (isClosed) throw new AppError('service.unavailable', 'Functions are not run any more.')
      return
    }
    taken += 1
  }
  const leave = () => {
    const next = waiting.shift()
    if (next === undefined) taken -= 1
    else next()
  }
  const warm = async (source: ChildSource) => {
    if (!isClosed && idle.length + taken < options.childrenMax) keep(await start(source))
  }

  return {
    warm,
    async use(source, run) {
      await enter()
      try {
        const kept = await take(source)
        kept.runs += 1
        const outcome = await run(kept.child)
        if (outcome.isChildSpent || isClosed || kept.runs >= options.runsMax) end(kept)
        else keep(kept)
        return outcome
      } finally {
        leave()
      }
    },
    async close() {
      isClosed = true
      clearInterval(sweeper)
      for (const wake of waiting.splice(0)) wake()
      const children = [...all]
      for (const child of children) child.kill()
      await Promise.all(children.map(({ ended }) => ended))
    },
  }
}
