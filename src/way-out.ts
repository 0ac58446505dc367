import type { Egress } from './connectors/egress.ts'
import { EgressSender } from './connectors/egress-sender.ts'
import { recordingFetch } from './connectors/recorder.ts'
import { createTokenCache } from './connectors/token-cache.ts'
import type { Outside } from './context.ts'
import type { WayOut } from './messaging/way-out.ts'

interface WayOutOptions extends Pick<WayOut, 'addresses'> {
  readonly config: { readonly allowPrivateNetworks: readonly string[] }
  readonly outside: Outside
  /** Opens the connections that are not HTTP. */
  readonly egress: Pick<Egress, 'connect'>
}

/**
 * Half of the sends that a node has under way. All to one provider that takes 100 ms, that is 2560 texts a second; in the
 * thread of their own, so many connections cost no more than the usual 64.
 */
const connectionsPerOrigin = 256

/** How this server's messages reach providers: HTTP from a thread of its own, everything recorded. */
export function createWayOut(options: WayOutOptions): WayOut & { close(): Promise<void> } {
  const { config, outside, egress, addresses } = options
  const sender = new EgressSender({
    allowPrivateNetworks: config.allowPrivateNetworks,
    limits: { connectionsPerOrigin },
  })
  return {
    recorder: ({ secrets, allowPrivateNetwork }) => ({
      ...recordingFetch(
        { fetch: (request) => sender.fetch({ ...request, allowPrivateNetwork }) },
        { ids: outside.ids, clock: outside.clock, secrets },
      ),
      connect: (to) => egress.connect({ ...to, allowPrivateNetwork }),
    }),
    token: createTokenCache(() => outside.clock.now()),
    addresses,
    close: () => sender.close(),
  }
}
