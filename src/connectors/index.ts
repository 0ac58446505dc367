import type { Connector } from './connector.ts'
import { genesysCloud } from './genesys-cloud/index.ts'
import { kaleyra } from './kaleyra/index.ts'
import { type Carrier, createLoopback } from './loopback/index.ts'
import { openWebhook } from './open-webhook/index.ts'

/** The connectors there are, by name: one that is not listed does not exist. `carrier` takes loopback texts. */
export function createConnectors(carrier: Carrier): ReadonlyMap<string, Connector> {
  const connectors: readonly Connector[] = [
    createLoopback(carrier),
    kaleyra,
    openWebhook,
    genesysCloud,
  ]
  return new Map(connectors.map((one) => [one.name, one]))
}
