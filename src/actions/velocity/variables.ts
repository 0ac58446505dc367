import { type ContextValue, fromHost } from './context.ts'
import type { Value } from './values.ts'

/** What a caller hands in: names and their values. */
export type Given = Readonly<Record<string, ContextValue>>

/**
 * The variables of one rendering. What the caller gave is copied in when a template first asks for it, since
 * most templates ask for little of it.
 */
export class Variables {
  /** A name that was taken away is kept without a value, so that the caller's does not come back. */
  readonly #own = new Map<string, Value | undefined>()
  readonly #given: readonly Given[]

  /** Of two givens with one name the earlier counts. */
  constructor(given: readonly Given[]) {
    this.#given = given
  }

  /** The variable of this name; undefined when it is not set. */
  get(name: string): Value | undefined {
    const known = this.#own.get(name)
    if (known !== undefined || this.#own.has(name)) return known
    for (const given of this.#given) {
      if (!Object.hasOwn(given, name)) continue
      const value = fromHost(given[name])
      this.#own.set(name, value)
      return value
    }
    return undefined
  }

  set(name: string, value: Value): void {
    this.#own.set(name, value)
  }

  delete(name: string): void {
    this.#own.set(name, undefined)
  }
}
