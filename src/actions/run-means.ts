import type { Clock } from '../clock.ts'
import type { Egress, EgressTls } from '../connectors/egress.ts'
import type { Ids } from '../ids.ts'
import type { RunFunction } from './outcome.ts'
import type { RenderSettings } from './rendering.ts'
import type { RunLimits } from './run-limits.ts'

/** A bearer token kept until shortly before it ends, fetched once however many want it; `createTokenCache` makes it. */
export type TokenCache = (
  key: string,
  make: () => Promise<{ token: string; expiresInMs: number }>,
  renew?: boolean,
) => Promise<string>

/** The platform that actions of the type `purecloud-data-actions` call: this server or a connection. */
export interface ActionPlatform {
  /** Without a path, such as `https://api.example`. */
  readonly baseUrl: string
  /** Opens private addresses for the platform's own actions: where it is this very server. */
  readonly allowPrivateNetwork?: boolean
  /** A bearer token of the executing organization; `renew` asks for one that is new. */
  token(renew: boolean): Promise<string>
}

/** What the engine uses of the world. */
export interface ActionDeps {
  readonly egress: Pick<Egress, 'fetch'>
  readonly clock: Clock
  readonly ids: Pick<Ids, 'uuid'>
  /** 0 (included) to 1 (excluded). */
  readonly chance: () => number
  readonly tokens: TokenCache
  readonly limits: RunLimits
  readonly platform: ActionPlatform
  readonly organizationId: string
  /** Absent where this server runs no functions. */
  readonly runFunction?: RunFunction
  readonly nullFormalReference?: RenderSettings['nullFormalReference']
}

/** What one run has beside `ActionDeps`: its own recording way out and its end. */
export interface RunMeans extends ActionDeps {
  readonly fetch: Egress['fetch']
  /** Epoch milliseconds by the run's clock. */
  readonly deadlineMs: number
  readonly timeoutMs: number
  readonly settings: RenderSettings
  readonly tls: EgressTls | undefined
  readonly allowPrivateNetwork: boolean
  /** Takes note of a value that must not be shown. */
  readonly conceal: (secret: string) => void
}
