/** Who tries to log in, and from where. */
export interface LoginAttempt {
  readonly email: string
  readonly address: string
}

const windowMs = 15 * 60_000
const keysMax = 20_000

/**
 * Failures let through in a window of 15 minutes. The pair has the tightest bound, so that somebody elsewhere who
 * guesses at a user's password does not shut the user out at once.
 */
const failuresMax = { pair: 5, address: 30, email: 50 }

interface Count {
  failures: number
  untilMs: number
}

/** Slows down guessing of passwords: counts failures for each user, each address and each pair, in this process. */
export class LoginThrottle {
  readonly #now: () => number
  readonly #counts = new Map<string, Count>()

  constructor(now: () => number) {
    this.#now = now
  }

  /**
   * Counts an attempt as failed before its outcome is known, so that many at once cannot slip through together.
   * Returns the seconds to wait when there have been too many already, which counts nothing.
   */
  begin(attempt: LoginAttempt): number | undefined {
    const nowMs = this.#now()
    const keys = keysOf(attempt)
    const waitMs = Math.max(
      ...keys.map(({ key, max }) => {
        const count = this.#counts.get(key)
        return count !== undefined && count.untilMs > nowMs && count.failures >= max
          ? count.untilMs - nowMs
          : 0
      }),
    )
    if (waitMs > 0) return Math.ceil(waitMs / 1000)
    this.#forgetOld(nowMs)
    for (const { key } of keys) {
      const count = this.#counts.get(key)
      if (count === undefined || count.untilMs <= nowMs) {
        this.#counts.set(key, { failures: 1, untilMs: nowMs + windowMs })
      } else {
        count.failures += 1
      }
    }
    return undefined
  }

  /** Takes an attempt back that succeeded, and forgives the pair its earlier failures. */
  succeeded(attempt: LoginAttempt): void {
    for (const [index, { key }] of keysOf(attempt).entries()) {
      const count = this.#counts.get(key)
      if (count === undefined) continue
      if (index === 0 || count.failures <= 1) this.#counts.delete(key)
      else count.failures -= 1
    }
  }

  #forgetOld(nowMs: number): void {
    if (this.#counts.size < keysMax) return
    for (const [key, { untilMs }] of this.#counts) {
      if (untilMs <= nowMs) this.#counts.delete(key)
    }
    for (const key of this.#counts.keys()) {
      if (this.#counts.size < keysMax) return
      this.#counts.delete(key)
    }
  }
}

function keysOf({ email, address }: LoginAttempt) {
  const user = email.toLowerCase()
  return [
    { key: `pair ${address} ${user}`, max: failuresMax.pair },
    { key: `address ${address}`, max: failuresMax.address },
    { key: `email ${user}`, max: failuresMax.email },
  ]
}
