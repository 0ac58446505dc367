import type { Host } from './host.ts'

interface Waiting {
  readonly call: () => void
  readonly everyMs: number | undefined
}

/** What `setTimeout` gives, with the methods that Node's timers have. */
class Timer {
  readonly #id: number
  constructor(id: number) {
    this.#id = id
  }
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }
  hasRef(): boolean {
    return true
  }
  [Symbol.toPrimitive](): number {
    return this.#id
  }
}

/** Makes the timers of a script. The host waits and calls `fire`; nothing is left to fire after the run. */
export function createTimers(host: Host) {
  const waiting = new Map<number, Waiting>()
  let lastId = 0
  const start = (
    call: unknown,
    delayMs: unknown,
    values: readonly unknown[],
    isRepeated: boolean,
  ) => {
    if (typeof call !== 'function') throw new TypeError('The callback must be a function.')
    lastId += 1
    const ms = Math.max(1, Number(delayMs) || 0)
    waiting.set(lastId, {
      call: () => Reflect.apply(call, undefined, values),
      everyMs: isRepeated ? ms : undefined,
    })
    host('timer', lastId, ms)
    return new Timer(lastId)
  }
  const clear = (timer: unknown) => {
    const id = Number(timer ?? 0)
    if (waiting.delete(id)) host('clearTimer', id)
  }
  return {
    setTimeout: (call: unknown, ms?: unknown, ...values: unknown[]) =>
      start(call, ms, values, false),
    setInterval: (call: unknown, ms?: unknown, ...values: unknown[]) =>
      start(call, ms, values, true),
    setImmediate: (call: unknown, ...values: unknown[]) => start(call, 0, values, false),
    clearTimeout: clear,
    clearInterval: clear,
    clearImmediate: clear,
    /** Called by the host when the time has come. */
    fire(id: number) {
      const timer = waiting.get(id)
      if (timer === undefined) return
      if (timer.everyMs === undefined) waiting.delete(id)
      else host('timer', id, timer.everyMs)
      timer.call()
    },
  }
}

/** The timers of one run. */
export type Timers = ReturnType<typeof createTimers>
