import type { Database, Lease, Store, Taker } from '../../src/store/store.ts'
import { partWith } from '../part-with.ts'
import type { Commits } from './commits.ts'
import type { Ground } from './ground.ts'
import { usedBuckets } from './house.ts'
import { forget, laneOfItsOwn, NodeStore, observed, openLanes } from './node-store.ts'

/** The database as one node has it: reads go straight to the real one, commits by way of `Commits`. */
export function nodeDatabase(ground: Ground, commits: Commits): Database {
  const { database, bug } = ground
  let taker: Taker | undefined
  const store = (organizationId: string): Store => {
    const real = database.store(organizationId)
    return new NodeStore(real, {
      transaction: (work) =>
        commits.run((notes) =>
          real.transaction((store) => {
            forget(notes)
            return work(observed(store, notes, { bug, taker }))
          }),
        ),
      ...(bug === 'no-recovery'
        ? { deliveries: partWith(real.deliveries, { unfinished: async () => [] }) }
        : {}),
      ...(bug === 'open-lanes' ? { deliveries: openLanes(real.deliveries) } : {}),
    })
  }
  return {
    ...database,
    capabilities: { manyNodes: ground.manyNodes },
    store,
    lease: (name, owner, ttlMs, nowMs) =>
      commits.run(() => lease(ground, { name, owner, ttlMs, nowMs }), 'leases'),
    async leases(prefix) {
      const rows = await database.leases(prefix)
      const empty = [...ground.emptyLeases.values()].filter(({ name }) => name.startsWith(prefix))
      return [...rows, ...empty].sort((a, b) => (a.name < b.name ? -1 : 1))
    },
    renewLeases: (names, owner, ttlMs, nowMs) =>
      commits.run(() => renewLeases(ground, { names, owner, ttlMs, nowMs }), 'leases'),
    takeBy(given) {
      taker = given
    },
    releaseLeases: (owner) => commits.run(() => database.releaseLeases(owner)),
    onCommit: (listener) =>
      commits.listen((committed) =>
        listener(
          bug === 'open-lanes'
            ? { ...committed, deliveries: committed.deliveries.map(laneOfItsOwn) }
            : committed,
        ),
      ),
  }
}

interface LeaseRequest {
  readonly name: string
  readonly owner: string
  readonly ttlMs: number
  readonly nowMs: number
}

async function lease(ground: Ground, request: LeaseRequest): Promise<Lease> {
  const { name, owner, ttlMs, nowMs } = request
  if (isInMemory(ground, name)) return leaseInMemory(ground.emptyLeases, request)
  const row = await ground.database.lease(name, owner, ttlMs, nowMs)
  watchLease(ground, row)
  return ground.bug === 'blind-leases' && row.owner !== owner
    ? { ...row, owner, expiresMs: nowMs + ttlMs }
    : row
}

async function renewLeases(
  ground: Ground,
  request: Omit<LeaseRequest, 'name'> & { readonly names: readonly string[] },
): Promise<readonly Lease[]> {
  const { names, owner, ttlMs, nowMs } = request
  const kept = names.filter((name) => !isInMemory(ground, name))
  const rows = await ground.database.renewLeases(kept, owner, ttlMs, nowMs)
  for (const row of rows) watchLease(ground, row)
  const empty = names
    .filter((name) => ground.emptyLeases.get(name)?.owner === owner)
    .map((name) => leaseInMemory(ground.emptyLeases, { name, owner, ttlMs, nowMs }))
  return [...rows, ...empty]
}

function bucketIn(leaseName: string): number | undefined {
  return leaseName.startsWith('bucket:') ? Number(leaseName.slice('bucket:'.length)) : undefined
}

/** Leases of buckets that no delivery of the simulation falls into need no rows. */
function isInMemory({ manyNodes }: Ground, leaseName: string): boolean {
  const bucket = bucketIn(leaseName)
  return bucket !== undefined && !usedBuckets.has(bucket) && manyNodes
}

function watchLease({ watch }: Ground, { name, owner, expiresMs }: Lease): void {
  const bucket = bucketIn(name)
  if (bucket !== undefined) watch.leased(bucket, owner, expiresMs)
}

/** The rule of the leases' rows: free, over or the owner's already is taken, with a new epoch for a new owner. */
function leaseInMemory(leases: Map<string, Lease>, request: LeaseRequest): Lease {
  const { name, owner, ttlMs, nowMs } = request
  const known = leases.get(name)
  if (known !== undefined && known.owner !== owner && known.expiresMs > nowMs) return known
  const epoch = known === undefined ? 1 : known.epoch + (known.owner === owner ? 0 : 1)
  const taken = { name, owner, epoch, expiresMs: nowMs + ttlMs }
  leases.set(name, taken)
  return taken
}
