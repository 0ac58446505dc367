import { operations } from '../api/index.ts'
import { createTokenCache } from '../connectors/token-cache.ts'
import type { Outside } from '../context.ts'
import type { Log } from '../log.ts'
import type { Database } from '../store/store.ts'
import { Audit } from './audit.ts'
import type { ToolHouse } from './house.ts'
import { Rates } from './rates.ts'

/** What the tools are made of. */
export type ToolGround = Pick<ToolHouse, 'egress' | 'feed' | 'seal' | 'writes' | 'ownUrl'> & {
  readonly database: Database
  readonly outside: Outside
  readonly log: Log
}

/** Makes what the tools of agents share on this node. */
export function createToolHouse({ database, outside, log, ...given }: ToolGround): ToolHouse {
  const now = () => outside.clock.now()
  return {
    ...given,
    operations: new Map(operations.map((operation) => [operation.id, operation])),
    token: createTokenCache(now),
    audit: new Audit(database, outside.clock, log),
    rates: new Rates(now),
  }
}
