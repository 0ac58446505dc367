import type { Committed, Database, Lease } from '../../src/store/store.ts'
import type { PlantedBug } from './bugs.ts'
import type { Chance } from './chance.ts'
import type { Faults } from './faults.ts'
import type { History } from './history.ts'
import type { Schedule } from './schedule.ts'
import type { Watch } from './watch.ts'

/** What a history stands on: everything that outlives the nodes. */
export interface Ground {
  readonly seed: number
  readonly chance: Chance
  readonly schedule: Schedule
  readonly history: History
  readonly watch: Watch
  /** The real one, that all nodes work on. */
  readonly database: Database
  readonly manyNodes: boolean
  readonly bug: PlantedBug | undefined
  /** What goes wrong at present. */
  faults(): Faults
  /** Holds virtual time until work on the real database is over. */
  hold(work: () => Promise<void>): void
  /** What the real database has told of since it was asked last. */
  told(): readonly Committed[]
  /** Leases of buckets that nothing falls into; they need no rows. */
  readonly emptyLeases: Map<string, Lease>
}

/** What the world needs to know of a node, and may do to it. */
export interface NodeLife {
  readonly id: string
  isAlive(): boolean
  /** Wraps what happens in the node: nothing once it is dead, later while it stands still. */
  guard(work: () => void): () => void
  crash(why: string): void
  /** Kills the node when chance has it so; true when it died. */
  mayCrash(where: string): boolean
  mayPause(): void
}

/** A promise that never settles: what a dead node's code waits for. */
export function never<T>(): Promise<T> {
  return new Promise(() => {})
}
