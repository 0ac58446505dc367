import type { Connector } from '../connectors/connector.ts'
import type { Outside } from '../context.ts'
import type { Moment } from '../domain/conversation-legs.ts'

import type { RunFlowCall } from './flow.ts'

/** What the message path works with besides the store. */
export interface Messaging {
  readonly outside: Outside
  /** Every connector by name. */
  readonly connectors: ReadonlyMap<string, Connector>
  /** Runs the data actions that routing applications call; where it is absent they fail. */
  readonly flowCall?: RunFlowCall
}

/** This instant, with ids to go with it. */
export function momentOf({ outside }: Messaging): Moment {
  return { nowMs: outside.clock.now(), newId: outside.ids.uuid }
}

/** The connector of that name; a record that names another one was written by a newer program. */
export function connectorNamed({ connectors }: Messaging, name: string): Connector {
  const connector = connectors.get(name)
  if (connector === undefined) throw new Error(`There is no connector named ${name}.`)
  return connector
}
