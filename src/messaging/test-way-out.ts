import type { CallWorld } from '../connectors/call.ts'
import type { Outside } from '../context.ts'
import { calledHere } from '../way-out.ts'
import type { WayOut } from './way-out.ts'

const url = 'http://house.test'

/** A way out for tests that calls connectors in this thread, by what it is given: no network unless it has one. */
export function testWayOut(
  { clock, ids }: Outside,
  egress: Partial<CallWorld['egress']> = {},
): Pick<WayOut, 'send'> {
  const refuse = () => Promise.reject(new Error('There is no network in this test.'))
  const world: CallWorld = {
    egress: { fetch: refuse, connect: refuse, ...egress },
    ids,
    now: () => clock.now(),
    token: async (_key, make) => (await make()).token,
  }
  return {
    send({ connector, organizationId, accountId, ...of }, message) {
      const callbackUrl = `${url}/webhooks/${organizationId}/${accountId}`
      const means = { ...of, publicUrl: url, ownUrl: url, callbackUrl }
      return calledHere(means, world, (io) => connector.send(message, of.settings, io))
    },
  }
}
