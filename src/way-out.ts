import { type CallWorld, called, type Means } from './connectors/call.ts'
import type { Connector, Io } from './connectors/connector.ts'
import type { Egress } from './connectors/egress.ts'
import { plainConnectors } from './connectors/index.ts'
import { createTokenCache } from './connectors/token-cache.ts'
import type { Outside } from './context.ts'
import type { Errand, Outcome, WayOut } from './messaging/way-out.ts'
import { type Caller, SendingThread } from './sending-thread.ts'
import { recordedExchange } from './store/exchange-form.ts'

interface WayOutOptions {
  readonly config: { readonly allowPrivateNetworks: readonly string[] }
  readonly outside: Outside
  /** For what the main thread sends itself. */
  readonly egress: Pick<Egress, 'fetch' | 'connect'>
  /** Where the server can be reached: by others, and by itself. Asked when there is something to send. */
  addresses(): { readonly publicUrl: string; readonly ownUrl: string }
}

/**
 * Half of the sends that a node has under way. All to one provider that takes 100 ms, that is 2560 texts a second; in the
 * thread of their own, so many connections cost no more than the usual 64.
 */
const connectionsPerOrigin = 256

/**
 * How this server's messages reach providers, everything recorded. What is plain leaves by a thread of its own; what
 * holds files, and what stays in the house, by this one.
 */
export function createWayOut(
  options: WayOutOptions,
): WayOut & Pick<SendingThread, 'warm' | 'close'> {
  const { config, outside, egress, addresses } = options
  const now = () => outside.clock.now()
  const { allowPrivateNetworks } = config
  const thread = new SendingThread({ allowPrivateNetworks, limits: { connectionsPerOrigin } }, now)
  const callerOf = rememberedCallers(addresses)
  const world = { egress, ids: outside.ids, now, token: createTokenCache(now) }
  return {
    send: (errand, message) =>
      isPlain(errand.connector)
        ? thread.call(callerOf(errand), 'send', message)
        : calledHere(callerOf(errand), world, (io) =>
            errand.connector.send(message, errand.settings, io),
          ),
    ask: (errand, question) =>
      isPlain(errand.connector)
        ? thread.call(callerOf(errand), 'ask', question)
        : calledHere(
            callerOf(errand),
            world,
            async (io) => (await errand.connector.status?.(question, errand.settings, io)) ?? [],
          ),
    warm: () => thread.warm(),
    close: () => thread.close(),
  }
}

/** Whether it is one of the connectors that the thread knows, and not one that took its name. */
function isPlain(connector: Connector): boolean {
  return plainConnectors.includes(connector)
}

/** Who calls for an errand: the same object as long as the account's record stays as it is. */
function rememberedCallers(addresses: WayOutOptions['addresses']): (errand: Errand) => Caller {
  const remembered = new WeakMap<Errand['secrets'], Caller>()
  return ({ connector, settings, secrets, allowPrivateNetwork, organizationId, accountId }) => {
    const known = remembered.get(secrets)
    if (known !== undefined) return known
    const { publicUrl, ownUrl } = addresses()
    const caller: Caller = {
      connector: connector.name,
      settings,
      secrets,
      allowPrivateNetwork,
      publicUrl,
      ownUrl,
      callbackUrl: `${publicUrl}/webhooks/${organizationId}/${accountId}`,
    }
    remembered.set(secrets, caller)
    return caller
  }
}

/** Calls a connector in this thread. */
export async function calledHere<T>(
  means: Means,
  world: CallWorld,
  work: (io: Io) => Promise<T>,
): Promise<Outcome<T>> {
  const { exchange, ...ended } = await called(means, world, work)
  return { ...ended, recorded: exchange && recordedExchange(exchange) }
}
