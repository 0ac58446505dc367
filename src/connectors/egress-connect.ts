import { connect, isIP, type LookupFunction, type Socket } from 'node:net'
import type { buildConnector } from 'undici'
import { SendError } from '../errors.ts'
import type { SocketRequest } from './connector.ts'

/** Resolves a host's name to its addresses; the machine's resolver unless a test gives another. */
export type Resolve = (hostname: string) => Promise<readonly { readonly address: string }[]>

/** Which addresses may be reached, and how names become addresses. */
export interface Guard {
  readonly isAllowed: (address: string) => boolean
  readonly resolve: Resolve
  readonly connectMs: number
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string } | undefined
}

/**
 * Opens connections only to addresses that passed the test, and to exactly those: names are resolved once,
 * here, and addresses written in a URL are tested as well.
 */
export function guardedConnect(
  library: typeof import('undici'),
  guard: Guard,
): buildConnector.connector {
  const open = library.buildConnector({
    lookup: guardedLookup(guard),
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

/** Opens a TCP connection under the same guard. `unreachable` when it cannot be made in time. */
export function guardedSocket(to: SocketRequest, guard: Guard): Promise<Socket> {
  const { host, port, timeoutMs = guard.connectMs } = to
  return new Promise((resolve, reject) => {
    if (isIP(host) !== 0 && !guard.isAllowed(host)) {
      reject(refusal(host))
      return
    }
    const socket = connect({ host, port, lookup: guardedLookup(guard) })
    const fail = (cause: Error) => {
      socket.destroy()
      reject(
        cause instanceof SendError
          ? cause
          : new SendError('unreachable', `No connection to ${host}:${port} could be made.`, {
              cause,
            }),
      )
    }
    const deadline = setTimeout(() => fail(new Error('It took too long.')), timeoutMs)
    socket.once('error', fail)
    socket.once('connect', () => {
      clearTimeout(deadline)
      socket.off('error', fail)
      resolve(socket)
    })
    socket.once('close', () => clearTimeout(deadline))
  })
}

function guardedLookup(guard: Guard): LookupFunction {
  return (hostname, options, callback) => {
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
}

function refusal(host: string): SendError {
  return new SendError(
    'misconfigured',
    `${host} is not on the public internet. The operator can allow its network with the setting allowPrivateNetworks.`,
  )
}
