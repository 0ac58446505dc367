import type { Clock } from '../clock.ts'
import type { Io } from '../connectors/connector.ts'
import type { Exchange } from '../exchange.ts'
import type { Carriage } from './carriage.ts'

/** The guarded way out of one attempt, and the exchanges that went over it. */
export interface Recorder extends Pick<Io, 'fetch' | 'connect' | 'record'> {
  exchanges(): readonly Exchange[]
}

/** How the message path reaches providers. */
export interface WayOut {
  /** A way out that masks these secrets in what it records. */
  recorder(means: Pick<Carriage, 'secrets' | 'allowPrivateNetwork'>): Recorder
  token: Io['token']
  /** Where the server can be reached: by others, and by itself. */
  addresses(): { readonly publicUrl: string; readonly ownUrl: string }
}

/** What a connector may use of the world on behalf of one account. */
export function ioOf(
  wayOut: Pick<WayOut, 'token' | 'addresses'>,
  given: {
    readonly organizationId: string
    readonly accountId: string
    readonly recorder: Recorder
    readonly clock: Clock
  },
): Io {
  const { publicUrl, ownUrl } = wayOut.addresses()
  const { recorder, clock } = given
  return {
    fetch: recorder.fetch,
    connect: recorder.connect,
    record: recorder.record,
    now: () => clock.now(),
    token: wayOut.token,
    publicUrl,
    ownUrl,
    callbackUrl: `${publicUrl}/webhooks/${given.organizationId}/${given.accountId}`,
  }
}
