import { AppError } from './errors.ts'
import type { Principal } from './principal.ts'

/** How much of a token's minute is used up: what the vendor's `inin-ratelimit-…` headers tell. */
export interface RateWindow {
  readonly count: number
  readonly allowed: number
  /** Seconds until counting begins anew, 1 to 60. */
  readonly resetSeconds: number
}

/** One of the vendor's limits of the namespace `platform.api`: requests in a minute. */
interface Limit {
  readonly key: string
  readonly allowed: number
  /** `platform.api` where it says nothing. */
  readonly namespace?: string
}

/** Requests a minute, under the keys of the vendor's page "API limits". */
export const platformLimits = {
  userToken: { key: 'token.rate.per.minute', allowed: 300 },
  clientToken: { key: 'client.credentials.token.rate.per.minute', allowed: 300 },
  appUser: { key: 'org.app.user.rate.per.minute', allowed: 3000 },
} as const satisfies Readonly<Record<string, Limit>>

/**
 * Calls of single operations in a minute, by all callers of an organization together: agentless mails (vendor help on
 * e-mail rate limits: 300 a minute; the key is ours).
 */
export const operationLimits: Readonly<Record<string, Limit>> = {
  postConversationsEmailsAgentless: {
    key: 'signalbox.agentless.mails.per.minute',
    allowed: 300,
    namespace: 'email',
  },
}

const windowMs = 60_000
/** Callers that one node counts in a minute; beyond it counting begins anew, so that memory stays bounded. */
const callersMax = 100_000

/**
 * Counts the requests of each token, and of each user of an app, as the vendor does. A count is one look-up in this
 * node's memory: windows are whole minutes of the clock, so that a new one forgets the old counts at once. (That the
 * vendor's windows begin with the minute is a guess.) Several nodes count apart.
 */
export class RateLimits {
  readonly #now: () => number
  #window = 0
  #counts = new Map<string, number>()

  constructor(now: () => number) {
    this.#now = now
  }

  /** Counts one request of the caller; `onWindow` is told how it stands before a 429 is thrown. */
  take(principal: Principal, onWindow: (window: RateWindow) => void): void {
    const resetSeconds = this.#enter()
    const { organizationId, clientId, userId } = principal
    const ofToken = userId === undefined ? platformLimits.clientToken : platformLimits.userToken
    const count = this.#count(principal.tokenHash)
    onWindow({ count, allowed: ofToken.allowed, resetSeconds })
    if (count > ofToken.allowed) throw tooMany(ofToken, resetSeconds)
    const { appUser } = platformLimits
    if (this.#count(`${organizationId}|${clientId}|${userId ?? ''}`) > appUser.allowed) {
      throw tooMany(appUser, resetSeconds)
    }
  }

  /** Counts one call of an operation that has a limit of its own, or throws the 429 of that limit. */
  takeOperation({ organizationId }: Principal, operationId: string): void {
    const limit = operationLimits[operationId]
    if (limit === undefined) return
    const resetSeconds = this.#enter()
    if (this.#count(`${organizationId}|${limit.key}`) > limit.allowed)
      throw tooMany(limit, resetSeconds)
  }

  /** Begins counting anew with each minute; the seconds until the next one. */
  #enter(): number {
    const nowMs = this.#now()
    const window = Math.floor(nowMs / windowMs)
    if (window !== this.#window || this.#counts.size > callersMax) {
      this.#window = window
      this.#counts = new Map()
    }
    return Math.max(1, Math.ceil(((window + 1) * windowMs - nowMs) / 1000))
  }

  #count(key: string): number {
    const count = (this.#counts.get(key) ?? 0) + 1
    this.#counts.set(key, count)
    return count
  }
}

/** The vendor's 429: the seconds stand in square brackets, and the limit is named. */
function tooMany(
  { key, allowed, namespace = 'platform.api' }: Limit,
  retryAfterSeconds: number,
): AppError {
  return new AppError(
    'too.many.requests.retry.after',
    'More than {allowed} requests came within a minute. Retry the request in [{seconds}] seconds.',
    {
      params: { allowed: String(allowed), seconds: String(retryAfterSeconds) },
      retryAfterSeconds,
      limit: { key, namespace, value: allowed },
    },
  )
}
