import type { Host } from './host.ts'
import { format, inspect } from './inspect.ts'

const characterMax = 16_384

/** What of the console is passed on. */
export interface ConsoleBounds {
  readonly consoleLinesMax: number
  readonly consoleBytesMax: number
}

/** Makes the console of a script: each call is passed on as one text, until the bounds are reached. */
export function createConsole(host: Host, bounds: ConsoleBounds) {
  let lines = 0
  let characters = 0
  const timers = new Map<string, number>()
  const write = (level: string, values: readonly unknown[]) => {
    // One line beyond the bounds is let through: it tells the server that something was cut.
    if (lines > bounds.consoleLinesMax || characters > bounds.consoleBytesMax) return
    const whole = format(...values)
    const text = whole.length > characterMax ? `${whole.slice(0, characterMax)}…` : whole
    lines += 1
    characters += text.length
    host('console', level, text)
  }
  const writer =
    (level: string) =>
    (...values: unknown[]) =>
      write(level, values)
  const log = writer('log')
  return {
    log,
    debug: writer('debug'),
    info: writer('info'),
    warn: writer('warn'),
    error: writer('error'),
    trace: writer('debug'),
    dir: (value: unknown) => log(inspect(value, 1)),
    table: log,
    group: log,
    groupEnd: () => {},
    count: log,
    assert: (isTrue: unknown, ...values: unknown[]) => {
      if (!isTrue) write('error', ['Assertion failed:', ...values])
    },
    time: (label = 'default') => {
      timers.set(label, Date.now())
    },
    timeEnd: (label = 'default') => log(`${label}: ${Date.now() - (timers.get(label) ?? 0)}ms`),
  }
}
