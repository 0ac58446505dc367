import { Type } from 'typebox'
import { AppError } from '../../errors.ts'
import { connector } from '../connector.ts'

/** A fax as the machine in the box takes it over. */
export interface LineFax {
  /** The same for every attempt. */
  readonly deliveryId: string
  /** `<organization>/<account>`. */
  readonly accountKey: string
  readonly to: string
  readonly bytes: number
}

/** Where loopback faxes go: the machine in the box. */
export interface FaxLine {
  accept(fax: LineFax): Promise<{ readonly providerId: string }>
}

/**
 * The fax machine in the box, for trying things out without a line: takes every fax and sends none. Numbers that end in
 * `0000` do not answer.
 */
export const createFaxLoopback = (line: FaxLine) =>
  connector({
    name: 'fax-loopback',
    title: 'Loopback fax line',
    carries: 'fax',
    settings: Type.Object({}),
    charactersMax: 0,
    idempotent: true,
    retry: {
      retriesMax: 8,
      delayMs: 1_000,
      factor: 2,
      delayMsMax: 60_000,
      jitter: 0.2,
      horizonMs: 3_600_000,
    },
    receive() {
      throw new AppError('not.found', 'Nothing is received here.')
    },
    async send(message, _settings, io) {
      const { providerId } = await line.accept({
        deliveryId: message.deliveryId,
        accountKey: new URL(io.callbackUrl).pathname.split('/').slice(-2).join('/'),
        to: message.to,
        bytes: message.document.content.length,
      })
      return { providerIds: [providerId] }
    },
  })
