import Type from 'typebox'
import { isoTime } from '../../clock.ts'
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
      nodes: Type.Array(Type.Object({ id: Type.String(), bucketCount: Type.Integer() })),
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
    const buckets = new Map<string, number>()
    for (const { owner, expiresMs } of await database.leases('bucket:')) {
      if (expiresMs > nowMs) buckets.set(owner, (buckets.get(owner) ?? 0) + 1)
    }
    return {
      version: programVersion(),
      uptimeSeconds: Math.floor(process.uptime()),
      organizationId: store.organizationId,
      // Nodes are known by the buckets that they hold a lease for: the ids in the server's own settings.
      nodes: [...buckets].map(([id, bucketCount]) => ({ id, bucketCount })),
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
