import type { ActionRunner } from './actions/runner.ts'
import type { Clock } from './clock.ts'
import type { Ids } from './ids.ts'
import type { Log } from './log.ts'
import type { Messaging } from './messaging/messaging.ts'
import type { Principal } from './principal.ts'
import type { RequestLog } from './request-log.ts'
import type { Database, Store } from './store/store.ts'

/** Time, ids and chance, as the program sees them. Replaced as one by tests and the simulation. */
export interface Outside {
  readonly clock: Clock
  readonly ids: Ids
  /** 0 (included) to 1 (excluded). */
  readonly chance: () => number
}

/** What a handler is given. */
export interface Context {
  readonly principal: Principal
  /** The store of the caller's organization. */
  readonly store: Store
  readonly database: Database
  readonly messaging: Messaging
  readonly actions: ActionRunner
  /** The last requests of this node. */
  readonly requests: RequestLog
  readonly outside: Outside
  readonly log: Log
  /** Names this call in replies, logs and records. */
  readonly contextId: string
  /** Where this server can be reached, without a trailing slash. */
  readonly publicUrl: string
  /** Lets one more send by the operation of that id in, at once if it can; else `too.many.requests.retry.after`. */
  readonly admit: (operationId: string) => Promise<void> | undefined
  /** Ends a token at once on this node; others believe it a few seconds longer. */
  readonly forgetToken: (hash: string) => void
}
