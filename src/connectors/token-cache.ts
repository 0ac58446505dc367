import type { Io } from './connector.ts'

/** A token is renewed this long before it ends, or after nine tenths of its life if that is later. */
const marginMs = 60_000

interface Kept {
  readonly token: string
  readonly untilMs: number
}

/**
 * Makes `io.token`: bearer tokens kept in memory until shortly before they end.
 * However many sends need one at once, it is fetched once a key; a fetch that failed is not remembered.
 * `now` gives epoch milliseconds. The key must name the account as well as what the token is for.
 */
export function createTokenCache(now: () => number): Io['token'] {
  const kept = new Map<string, Kept>()
  const underWay = new Map<string, Promise<string>>()

  const fetchToken = async (key: string, make: Parameters<Io['token']>[1]): Promise<string> => {
    const { token, expiresInMs } = await make()
    const lifeMs = Math.max(expiresInMs - marginMs, expiresInMs * 0.9)
    kept.set(key, { token, untilMs: now() + lifeMs })
    return token
  }

  return async (key, make, renew = false) => {
    const running = underWay.get(key)
    if (running !== undefined) return running // newer than anything that `renew` could mean
    const found = kept.get(key)
    if (found !== undefined && !renew && now() < found.untilMs) return found.token
    kept.delete(key)
    const fetching = fetchToken(key, make).finally(() => underWay.delete(key))
    underWay.set(key, fetching)
    return fetching
  }
}
