import type { Exchange } from '../exchange.ts'
import type { Ids } from '../ids.ts'
import type { Io } from './connector.ts'
import type { Egress } from './egress.ts'
import { recordingFetch } from './recorder.ts'

/** What all calls on behalf of one account have in common, as long as its record stays as it is. */
export interface Means {
  /** As the connector's schema has them, secrets opened. */
  readonly settings: Readonly<Record<string, unknown>>
  /** Exact texts to mask wherever a call is recorded. */
  readonly secrets: readonly string[]
  readonly allowPrivateNetwork: boolean
  readonly publicUrl: string
  readonly ownUrl: string
  readonly callbackUrl: string
}

/** What calls use of the world. */
export interface CallWorld {
  readonly egress: Pick<Egress, 'fetch' | 'connect'>
  readonly ids: Pick<Ids, 'uuid'>
  /** Epoch milliseconds. */
  now(): number
  readonly token: Io['token']
}

/** How a call of a connector ended: with a value, or with what was thrown. */
type CallEnd<T> =
  | { readonly value: T; readonly cause?: undefined }
  | { readonly value?: undefined; readonly cause: unknown }

/** A call that is over. */
export type Called<T> = CallEnd<T> & {
  /** What went over the wire last, secrets masked; undefined when nothing did. */
  readonly exchange: Exchange | undefined
}

/** Lets a connector work for an account, and records what goes over the wire. What it throws is in the end. */
export async function called<T>(
  means: Means,
  world: CallWorld,
  work: (io: Io) => Promise<T>,
): Promise<Called<T>> {
  const { egress, ids, now, token } = world
  const { secrets, allowPrivateNetwork, publicUrl, ownUrl, callbackUrl } = means
  const recorder = recordingFetch(
    { fetch: (request) => egress.fetch({ ...request, allowPrivateNetwork }) },
    { ids, clock: { now }, secrets },
  )
  const { fetch, record } = recorder
  const connect: Io['connect'] = (to) => egress.connect({ ...to, allowPrivateNetwork })
  const io = { fetch, record, connect, now, token, publicUrl, ownUrl, callbackUrl }
  const end: CallEnd<T> = await work(io).then(
    (value) => ({ value }),
    (cause: unknown) => ({ cause }),
  )
  return { ...end, exchange: recorder.exchanges().at(-1) }
}
