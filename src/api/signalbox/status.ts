import Type from 'typebox'
import { isoTime } from '../../clock.ts'
import type { Lease } from '../../store/store.ts'
import { programVersion } from '../../version.ts'
import { operation } from '../operation.ts'

export const signalboxGetStatus = operation({
  id: 'signalboxGetStatus',
  method: 'GET',
  path: '/api/signalbox/status',
  summary:
    'Says how the server is doing: queue depth, the oldest undelivered, version, uptime, nodes.',
  permission: 'signalbox:status:view',
  reply: {
    status: 200,
    schema: Type.Object({
      version: Type.String(),
      uptimeSeconds: Type.Integer(),
      nodeIds: Type.Array(Type.String()),
      deliveries: Type.Object({
        byState: Type.Record(Type.String(), Type.Integer()),
        oldestUndelivered: Type.Optional(
          Type.Object({ dateAccepted: Type.String(), ageMs: Type.Integer() }),
        ),
      }),
      feedHead: Type.Integer(),
    }),
  },
  async handle(_input, { store, database, outside }) {
    const nowMs = outside.clock.now()
    const { byState, oldestMs } = await store.deliveries.depth()
    const leases = await database.leases('bucket:')
    // The only node that a database can have takes its leases once, and they do not run out.
    const isAlive = ({ owner, expiresMs }: Lease) =>
      database.capabilities.manyNodes ? expiresMs > nowMs : owner !== ''
    const alive = leases.filter(isAlive)
    return {
      version: programVersion(),
      uptimeSeconds: Math.floor(process.uptime()),
      organizationId: store.organizationId,
      // Nodes that send are known by their leases; their ids are those of the settings.
      nodeIds: [...new Set(alive.map(({ owner }) => owner))],
      deliveries: {
        byState,
        ...(oldestMs === undefined
          ? {}
          : {
              oldestUndelivered: { dateAccepted: isoTime(oldestMs), ageMs: nowMs - oldestMs },
            }),
      },
      feedHead: await store.feed.head(),
    }
  },
})
