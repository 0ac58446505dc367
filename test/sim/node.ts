import type { EgressRequest } from '../../src/connectors/egress.ts'
import { createConnectors } from '../../src/connectors/index.ts'
import type { Outside } from '../../src/context.ts'
import { AppError, SendError } from '../../src/errors.ts'
import { createIds } from '../../src/ids.ts'
import { Dispatcher } from '../../src/messaging/dispatch.ts'
import type { Messaging } from '../../src/messaging/messaging.ts'
import { Ownership } from '../../src/messaging/ownership.ts'
import { testWayOut } from '../../src/messaging/test-way-out.ts'
import { Timers } from '../../src/messaging/timers.ts'
import type { Committed, Database, Store } from '../../src/store/store.ts'
import { Commits } from './commits.ts'
import type { Ground, NodeLife } from './ground.ts'
import { organizationId } from './house.ts'
import type { Network } from './network.ts'
import { nodeDatabase } from './node-database.ts'

/** What a node needs of the world around it. */
export interface NodeWorld {
  readonly ground: Ground
  readonly network: Network
  /** Tells the other nodes of a commit, as far as they can be told. */
  spread(from: SimNode, committed: Committed): void
  crashed(node: SimNode): void
}

/** One run of the program: the real parts of the message path, on a node's own view of time, store and network. */
export class SimNode implements NodeLife {
  readonly id: string
  readonly messaging: Messaging
  readonly commits: Commits
  readonly #world: NodeWorld
  readonly #database: Database
  readonly #dispatcher: Dispatcher
  readonly #ownership: Ownership
  readonly #timers: Timers
  #alive = true
  #pausedUntilMs = 0

  constructor(id: string, world: NodeWorld) {
    this.id = id
    this.#world = world
    const { ground } = world
    this.commits = new Commits(ground, this, (committed) => world.spread(this, committed))
    this.#database = nodeDatabase(ground, this.commits)
    const outside = this.#outside()
    this.messaging = { outside, connectors: this.#connectors() }
    const onError = (message: string, fields: Readonly<Record<string, unknown>>) =>
      this.#complain(message, fields)
    this.#dispatcher = this.#createDispatcher(outside, onError)
    const given = { messaging: this.messaging, nodeId: id, onError }
    this.#ownership = new Ownership(this.#database, this.#dispatcher, given)
    this.#timers = new Timers(this.#database, this.messaging, onError)
  }

  /** The store as this node's doors have it. */
  get store(): Store {
    return this.#database.store(organizationId)
  }

  start(): void {
    this.#world.ground.history.add(this.id, 'starts')
    this.#ownership.start().catch(() => this.crash('could not start'))
    this.#timers.start()
  }

  isAlive(): boolean {
    return this.#alive
  }

  guard(work: () => void): () => void {
    return () => {
      if (!this.#alive) return
      const { schedule } = this.#world.ground
      const restMs = this.#pausedUntilMs - schedule.nowMs
      if (restMs > 0) schedule.after(restMs, this.guard(work))
      else work()
    }
  }

  crash(why: string): void {
    if (!this.#alive) return
    this.#alive = false
    this.#world.ground.history.add(this.id, `dies: ${why}`)
    this.#world.crashed(this)
  }

  mayCrash(where: string): boolean {
    const { ground } = this.#world
    if (!ground.chance.happens(ground.faults().crash)) return false
    this.crash(where)
    return true
  }

  mayPause(): void {
    const { ground } = this.#world
    if (!ground.chance.happens(ground.faults().pause)) return
    const pauseMs = ground.chance.between(100, 15_000)
    ground.history.add(this.id, `stands still for ${pauseMs} ms`)
    this.#pausedUntilMs = ground.schedule.nowMs + pauseMs
  }

  #outside(): Outside {
    const { chance, schedule } = this.#world.ground
    return {
      clock: {
        now: () => schedule.nowMs,
        after: (delayMs, work) => schedule.after(delayMs, this.guard(work)),
      },
      ids: createIds(
        () => schedule.nowMs,
        (length) => chance.bytes(length),
      ),
      chance: () => chance.next(),
    }
  }

  #connectors(): Messaging['connectors'] {
    const { network, ground } = this.#world
    const connectors = new Map(
      createConnectors(
        { accept: (text) => network.carry(this, text) },
        { keep: () => Promise.reject(new Error('No mail is sent here.')) },
        { accept: () => Promise.reject(new Error('No fax is sent here.')) },
      ),
    )
    const kaleyra = connectors.get('kaleyra')
    if (ground.bug === 'wrongly-idempotent' && kaleyra !== undefined) {
      connectors.set('kaleyra', { ...kaleyra, idempotent: true })
    }
    return connectors
  }

  #createDispatcher(
    outside: Outside,
    onError: (message: string, fields: Readonly<Record<string, unknown>>) => void,
  ): Dispatcher {
    const { network } = this.#world
    return new Dispatcher(this.#database, this.messaging, {
      send: (errand, message) => {
        const { deliveryId } = message
        const egress = {
          fetch: (request: EgressRequest) => network.fetch(this, { request, deliveryId }),
        }
        return testWayOut(outside, egress).send(errand, message)
      },
      onAttempt: () => {},
      onError,
    })
  }

  /** A database that is away is a fault of the world's making; anything else should never be complained of. */
  #complain(message: string, { cause }: Readonly<Record<string, unknown>>): void {
    const { history, watch } = this.#world.ground
    const isExpected = cause instanceof AppError && cause.code === 'service.unavailable'
    const words = cause instanceof Error ? cause.message : String(cause)
    history.add(this.id, `complains: ${message} ${words}`)
    if (!isExpected && !(cause instanceof SendError))
      watch.complain('no-surprises', `${this.id}: ${message} ${words}`)
  }
}
