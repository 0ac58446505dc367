import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlite } from '../../src/store/sqlite.ts'
import type { Committed, Database } from '../../src/store/store.ts'
import { openVault } from '../../src/vault.ts'
import type { PlantedBug } from './bugs.ts'
import { Callbacks } from './callbacks.ts'
import { Chance } from './chance.ts'
import { Clients } from './clients.ts'
import { Doors } from './doors.ts'
import { drawFaults, noFaults } from './faults.ts'
import type { Ground } from './ground.ts'
import { History } from './history.ts'
import { furnish, organizationId } from './house.ts'
import { judge } from './invariants.ts'
import { Network } from './network.ts'
import { type NodeWorld, SimNode } from './node.ts'
import { Providers } from './providers.ts'
import { Schedule } from './schedule.ts'
import { type Violation, Watch } from './watch.ts'

/** What one history is made of; the seed decides what is not given. */
export interface HistoryOptions {
  readonly seed: number
  readonly nodes?: number | undefined
  readonly steps?: number | undefined
  readonly bug?: PlantedBug | undefined
}

/** How a history went. */
export interface Verdict {
  readonly seed: number
  readonly nodes: number
  readonly violations: readonly Violation[]
  readonly lines: readonly string[]
  readonly hash: string
  /** Calls that providers took. */
  readonly takes: number
  readonly crashes: number
}

const startMs = Date.UTC(2026, 0, 5, 10)
/** The steps come within this time. */
const busyMs = 25_000
/** A history that is not at rest this long after its last fault never will be. */
const restMsMax = 900_000
const key = Buffer.alloc(32, 7)

/** A folder with a furnished database, from which each history starts. In memory where the system has such a place. */
export class Workshop {
  readonly #folder: string
  readonly #template: string

  private constructor(folder: string) {
    this.#folder = folder
    this.#template = join(folder, 'template.db')
  }

  static async open(): Promise<Workshop> {
    const place = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
    const workshop = new Workshop(mkdtempSync(join(place, 'signalbox-sim-')))
    const database = await workshop.#openDatabase(workshop.#template)
    await database.addOrganization(organizationId)
    await furnish(database.store(organizationId))
    await database.close()
    return workshop
  }

  /** Plays one history through and judges it. */
  async play(options: HistoryOptions): Promise<Verdict> {
    const file = join(this.#folder, 'history.db')
    for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true })
    copyFileSync(this.#template, file)
    // Every tenth history has all that can be written by the other thread written there; starting it takes time.
    const database = await this.#openDatabase(file, options.seed % 10 === 7 ? 1 : undefined)
    try {
      return await new World(database, options).play()
    } finally {
      await database.close()
    }
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #openDatabase(file: string, gatherFrom?: number): Promise<Database> {
    const gathering = gatherFrom === undefined ? {} : { gatherFrom }
    return openSqlite({ file, vault: openVault(key), durability: 'process', ...gathering })
  }
}

/** One history: nodes, providers and clients on one virtual time. */
class World implements NodeWorld {
  readonly ground: Ground
  readonly network: Network
  readonly #nodeCount: number
  readonly #steps: number
  readonly #doors: Doors
  readonly #clients: Clients
  #nodes: SimNode[] = []
  #held: Promise<void> | undefined
  #faults: Ground['faults']
  #crashes = 0
  #restarts = 0

  constructor(database: Database, { seed, nodes, steps, bug }: HistoryOptions) {
    const chance = new Chance(seed)
    const schedule = new Schedule(chance, startMs)
    this.#nodeCount = nodes ?? chance.pick([1, 1, 2, 2, 3])
    this.#steps = steps ?? chance.between(8, 30)
    const faults = drawFaults(chance)
    this.#faults = () => (this.#crashes < faults.crashesMax ? faults : { ...faults, crash: 0 })
    const told: Committed[] = []
    database.onCommit((committed) => told.push(committed))
    this.ground = {
      seed,
      chance,
      schedule,
      history: new History(() => schedule.nowMs),
      watch: new Watch(),
      database,
      manyNodes: this.#nodeCount > 1,
      bug,
      faults: () => this.#faults(),
      hold: (work) => {
        this.#held = work()
      },
      told: () => told.splice(0),
      emptyLeases: new Map(),
    }
    this.#doors = new Doors(this.ground, () => this.#nodes)
    const callbacks = new Callbacks(this.ground, this.#doors)
    const providers = new Providers(this.ground, (taken) => callbacks.report(taken))
    this.network = new Network(this.ground, providers)
    this.#clients = new Clients(this.ground, this.#doors)
  }

  async play(): Promise<Verdict> {
    const { ground } = this
    const { chance, schedule, history, watch } = ground
    for (let count = 0; count < this.#nodeCount; count += 1) this.#startNode()
    for (let step = 0; step < this.#steps; step += 1) {
      schedule.after(chance.between(500, busyMs), () => this.#clients.step())
    }
    const endMs = startMs + busyMs + chance.between(0, 20_000)
    await this.#advanceTo(endMs)
    this.#faults = () => noFaults
    history.add('world', 'nothing goes wrong from here on')
    await this.#settle(endMs)
    await judge(ground.database.store(organizationId), watch)
    for (const { invariant, what } of watch.violations)
      history.add('VIOLATED', `${invariant}: ${what}`)
    return {
      seed: ground.seed,
      nodes: this.#nodeCount,
      violations: watch.violations,
      lines: history.lines,
      hash: history.hash(),
      takes: watch.takes.length,
      crashes: this.#crashes,
    }
  }

  spread(from: SimNode, committed: Committed): void {
    const { chance, schedule } = this.ground
    for (const node of this.#nodes) {
      if (node === from || chance.happens(this.#faults().hintLoss)) continue
      const buckets = [...new Set(committed.deliveries.map(({ bucket }) => bucket))]
      const hint = { ...committed, deliveries: [] }
      const heard = buckets.length === 0 ? hint : { ...hint, deliveryBuckets: buckets }
      const delayMs = chance.happens(0.8) ? chance.between(1, 20) : chance.between(20, 3000)
      schedule.after(
        delayMs,
        node.guard(() => node.commits.hear(heard)),
      )
    }
  }

  crashed(node: SimNode): void {
    this.#crashes += 1
    this.#nodes = this.#nodes.filter((one) => one !== node)
    this.ground.schedule.after(this.ground.chance.between(50, 15_000), () => this.#startNode())
  }

  #startNode(): void {
    const { chance, schedule } = this.ground
    this.#restarts += 1
    const node = new SimNode(`node-${this.#restarts}`, this)
    this.#nodes.push(node)
    node.start()
    if (this.#restarts <= this.#nodeCount || schedule.nowMs > startMs + busyMs) return
    // Those who could not get in while it was away all come at once.
    for (let left = chance.between(0, 2); left > 0; left -= 1) {
      schedule.errand(chance.between(0, 60), () => this.#clients.send())
    }
  }

  /** Runs until that time, letting all work that an event sets off end before the next one. */
  async #advanceTo(timeMs: number): Promise<void> {
    const { schedule } = this.ground
    let isThere = false
    schedule.after(timeMs - schedule.nowMs, () => {
      isThere = true
    })
    while (!isThere && schedule.step()) await this.#quiet()
  }

  /** Runs until nothing is under way, asking once a second. */
  async #settle(sinceMs: number): Promise<void> {
    const { schedule, database } = this.ground
    const { deliveries, timers } = database.store(organizationId)
    while (schedule.nowMs - sinceMs < restMsMax) {
      await this.#advanceTo(schedule.nowMs + 1000)
      if (this.#doors.open > 0 || schedule.errands > 0) continue
      const { byState } = await deliveries.depth()
      const isBusy = (byState['queued'] ?? 0) + (byState['sending'] ?? 0) > 0
      if (!isBusy && (await timers.next()) === undefined) return
    }
  }

  async #quiet(): Promise<void> {
    await turn()
    while (this.#held !== undefined) {
      const held = this.#held
      this.#held = undefined
      await held
      await turn()
    }
  }
}

/** One turn of the event loop: every promise that can settle has settled after it. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
