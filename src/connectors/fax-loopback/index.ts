import { Type } from 'typebox'
import { AppError } from '../../errors.ts'
import { accountKeyOf, boxRetry } from '../box.ts'
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
    retry: boxRetry,
    receive() {
      throw new AppError('not.found', 'Nothing is received here.')
    },
    async send(message, _settings, io) {
      const { providerId } = await line.accept({
        deliveryId: message.deliveryId,
        accountKey: accountKeyOf(io),
        to: message.to,
        bytes: message.document.content.length,
      })
      return { providerIds: [providerId] }
    },
  })
