import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { noRunner } from '../actions/test-runner.ts'
import { call } from '../api/call.ts'
import type { AnyOperation, RawInput } from '../api/operation.ts'
import { systemClock } from '../clock.ts'
import { createConnectors } from '../connectors/index.ts'
import type { Context, Outside } from '../context.ts'
import { createIds } from '../ids.ts'
import type { Log } from '../log.ts'
import { Dispatcher } from '../messaging/dispatch.ts'
import type { Messaging } from '../messaging/messaging.ts'
import { Ownership } from '../messaging/ownership.ts'
import { testWayOut } from '../messaging/test-way-out.ts'
import { RequestLog } from '../request-log.ts'
import { openSqlite } from '../store/sqlite.ts'
import type { Database, Store } from '../store/store.ts'
import { openVault } from '../vault.ts'
import { CapturePostbox } from './capture-postbox.ts'
import { LoopbackFaxLine } from './fax-line.ts'
import { LoopbackCarrier } from './loopback-carrier.ts'

/** A small house for tests: SQLite on disk, the loopback carrier, and the dispatcher once `send` is called. */
export interface TestHouse {
  readonly database: Database
  readonly store: Store
  readonly outside: Outside
  readonly messaging: Messaging
  readonly carrier: LoopbackCarrier
  readonly context: Context
  /** What should not have happened. */
  readonly errors: readonly unknown[]
  /** Calls an operation through the one door, as a caller who may do everything. */
  call(operation: AnyOperation, input?: RawInput): Promise<unknown>
  /** Starts the dispatcher and the carrier's reports. */
  send(): Promise<void>
}

const organizationId = 'acme'

/** Builds the house and takes it down when the test is over. */
export async function testHouse(t: TestContext): Promise<TestHouse> {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-'))
  const database = await openSqlite({
    file: join(folder, 'signalbox.db'),
    vault: openVault(Buffer.alloc(32, 7)),
    durability: 'process',
  })
  await database.addOrganization(organizationId)
  const errors: unknown[] = []
  const onError = (message: string, fields: object) => errors.push({ message, ...fields })
  const outside: Outside = {
    clock: systemClock,
    ids: createIds(() => systemClock.now()),
    chance: () => 0.5,
  }
  const carrier = new LoopbackCarrier(database, outside, onError)
  const messaging: Messaging = {
    outside,
    connectors: createConnectors(
      carrier,
      new CapturePostbox(database, outside),
      new LoopbackFaxLine(database, outside),
    ),
  }
  const dispatcher = new Dispatcher(database, messaging, {
    ...testWayOut(outside),
    onAttempt: () => {},
    onError,
  })
  const ownership = new Ownership(database, dispatcher, { messaging, nodeId: 'node-1', onError })
  let sending = false
  t.after(async () => {
    if (sending) await ownership.stop()
    await dispatcher.close()
    await carrier.stop()
    await database.close()
    rmSync(folder, { recursive: true })
  })
  const store = database.store(organizationId)
  const context: Context = {
    requests: new RequestLog(),
    principal: {
      organizationId,
      clientId: 'client-1',
      userId: 'user-1',
      permissions: ['*'],
      scopes: [],
      tokenHash: '',
      tokenExpiresMs: Number.MAX_SAFE_INTEGER,
    },
    store,
    database,
    messaging,
    actions: noRunner,
    outside,
    log: silent,
    contextId: 'context-1',
    publicUrl: 'http://127.0.0.1:1',
    admit: async () => {},
    forgetToken: () => {},
  }
  return {
    database,
    store,
    outside,
    messaging,
    carrier,
    context,
    errors,
    call: (operation, input = {}) => call(operation, input, context),
    async send() {
      sending = true
      await ownership.start()
      await carrier.start(messaging)
    },
  }
}

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} }

/** Adds a loopback account with a sender and a queue, as an administrator would have. */
export async function addLoopback(
  { store }: Pick<TestHouse, 'store'>,
  carrier?: { readonly report: string; readonly delayMs: number; readonly code?: string },
): Promise<void> {
  const base = { version: 1, createdMs: 0, modifiedMs: 0 }
  await store.records.add('account', {
    ...base,
    id: 'box',
    name: 'Box',
    connector: 'loopback',
    settings: carrier === undefined ? {} : { carrier: { ...carrier } },
    secrets: { token: 'loopback-token' },
    uncertain: 'hold',
    allowPrivateNetwork: false,
  })
  await store.records.add('sender', {
    ...base,
    id: 'sender-1',
    name: 'Main',
    address: '+12025550155',
    accountId: 'box',
    recipientId: 'sender-1',
  })
}

/** Waits until `find` gives something, at most five seconds. */
export async function eventually<T>(find: () => Promise<T | undefined>): Promise<T> {
  const endMs = Date.now() + 5000
  while (Date.now() < endMs) {
    const found = await find()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('What was waited for did not happen within five seconds.')
}
