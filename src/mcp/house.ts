import type { AnyOperation } from '../api/operation.ts'
import type { Io } from '../connectors/connector.ts'
import type { Egress } from '../connectors/egress.ts'
import type { Context } from '../context.ts'
import type { FeedWatch } from '../messaging/notify.ts'
import type { Principal } from '../principal.ts'
import type { Audit } from './audit.ts'
import type { Narrowing } from './narrowing.ts'
import type { WriteDefault } from './policy.ts'
import type { Seal } from './protocol/sessions.ts'
import type { Rates } from './rates.ts'

/** What the tools share on one node. */
export interface ToolHouse {
  readonly operations: ReadonlyMap<string, AnyOperation>
  readonly egress: Pick<Egress, 'fetch'>
  readonly feed: Pick<FeedWatch, 'subscribe'>
  readonly seal: Seal
  /** Bearer tokens of connections, kept until shortly before they end. */
  readonly token: Io['token']
  readonly audit: Audit
  readonly rates: Rates
  readonly writes: WriteDefault
  /** Where this server reaches itself, without a trailing slash. */
  readonly ownUrl: () => string
}

/** Who calls, from where, and what the request left out. */
export interface Caller {
  readonly context: Context
  /** The lean face, or the catalogue's own path. */
  readonly door: 'mcp' | 'catalog'
  readonly narrowing: Narrowing
}

/** Names a caller in sessions, tokens and limits: a user through a client, or a client by itself. */
export function callerKey({ principal }: Context): string {
  const known = keys.get(principal)
  if (known !== undefined) return known
  const { organizationId, clientId, userId = '' } = principal
  const key = [organizationId, clientId, userId].join(' ')
  keys.set(principal, key)
  return key
}

const keys = new WeakMap<Principal, string>()
