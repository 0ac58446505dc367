import { isIP, type LookupFunction } from 'node:net'
import type { buildConnector } from 'undici'
import { SendError } from '../errors.ts'

/** Resolves a host's name to its addresses; the machine's resolver unless a test gives another. */
export type Resolve = (hostname: string) => Promise<readonly { readonly address: string }[]>

/**
 * Opens connections only to addresses that passed the test, and to exactly those: names are resolved once,
 * here, and addresses written in a URL are tested as well.
 */
export function guardedConnect(
  library: typeof import('undici'),
  guard: {
    readonly isAllowed: (address: string) => boolean
    readonly resolve: Resolve
    readonly connectMs: number
    readonly tls?:
      | { readonly ca?: string; readonly cert?: string; readonly key?: string }
      | undefined
  },
): buildConnector.connector {
  const guardedLookup: LookupFunction = (hostname, options, callback) => {
    const settle = async () => {
      const found = await guard.resolve(hostname)
      const allowed = found
        .map(({ address }) => ({ address, family: isIP(address) }))
        .filter(({ address }) => guard.isAllowed(address))
      if (allowed.length === 0 && found.length > 0) throw refusal(hostname)
      return allowed
    }
    settle().then(
      (allowed) => {
        const [first] = allowed
        if (first === undefined) callback(new Error(`${hostname} has no address.`), '', 0)
        else if (options.all) callback(null, allowed)
        else callback(null, first.address, first.family)
      },
      (error: Error) => callback(error, '', 0),
    )
  }
  const open = library.buildConnector({
    lookup: guardedLookup,
    timeout: guard.connectMs,
    allowH2: false,
    ...guard.tls,
  })
  return (target, callback) => {
    if (isIP(target.hostname) !== 0 && !guard.isAllowed(target.hostname)) {
      process.nextTick(callback, refusal(target.hostname), null)
    } else open(target, callback)
  }
}

function refusal(host: string): SendError {
  return new SendError(
    'misconfigured',
    `${host} is not on the public internet. The operator can allow its network with the setting allowPrivateNetworks.`,
  )
}
