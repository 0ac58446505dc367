import { realpath } from 'node:fs/promises'
import type { BrokerOptions } from './broker.ts'
import { type ChildPool, type ChildSource, createChildPool } from './child-pool.ts'
import { type ContextSource, functionContext } from './function-context.ts'
import {
  type FunctionLimits,
  standardFunctionLimits,
  standardZipLimits,
  type ZipLimits,
} from './function-limits.ts'
import type { FunctionFailure, FunctionResult } from './function-result.ts'
import { findIsolation, type Isolation } from './isolation.ts'
import { packageResidentBytes, packageSource } from './package/package-runner.ts'
import { createPackageStore, type PackageStore, type ZipSource } from './package/package-store.ts'
import { ZipError } from './package/zip.ts'
import { type Call, runCall } from './run-call.ts'
import { createRunnerFolder, type RunnerFolder } from './runner-folder.ts'
import { scriptResidentBytes, scriptSource } from './script/script-runner.ts'

/** What a runtime is made of. */
export interface FunctionRuntimeOptions {
  /** The guarded way out; every request of user code takes it. */
  readonly egress: BrokerOptions['egress']
  readonly limits?: Partial<FunctionLimits>
  readonly zipLimits?: Partial<ZipLimits>
  /** Processes for scripts, and for packages, at one time. */
  readonly scriptProcesses?: number
  readonly packageProcesses?: number
  /** Runs of each kind that may wait for a process. */
  readonly waitingMax?: number
  /** After this long without a run a process is ended. */
  readonly idleMs?: number
  /** Hears of errors that are this product's own. */
  readonly onBug?: (error: unknown) => void
}

/** What one run is given beside code and inputs. */
export interface RunOptions extends ContextSource {
  /** Tighter or wider limits of this run; memory of packages applies to a process of its own. */
  readonly limits?: Partial<FunctionLimits>
  /** Leave for loopback and private networks, as the egress grants it. */
  readonly allowPrivateNetwork?: boolean
}

/** Runs code that users wrote, away from the server. */
export interface FunctionRuntime {
  /**
   * Runs a script: code with a top-level `execute(context, callback)`, or with an exported `handler`. Resolves
   * for whatever the code does; throws `AppError` when too many runs wait or the runtime is closed.
   */
  runScript(code: string, inputs: unknown, options?: RunOptions): Promise<FunctionResult>
  /**
   * Runs a handler such as `src/index.handler` of a package: a zip, a way to fetch one, or the path of an unpacked
   * one, which must be readable by everybody where the server runs as root. The process stays for further runs, stopped in between.
   */
  runPackage(
    folderOrZip: string | Buffer | ZipSource,
    handler: string,
    inputs: unknown,
    options?: RunOptions,
  ): Promise<FunctionResult>
  /** How far this platform shuts functions in; starts what is needed to know. */
  isolation(): Promise<Pick<Isolation, 'network' | 'user'>>
  /** Starts a process for scripts ahead of the first run. */
  warm(): Promise<void>
  /** Ends all processes and removes what was unpacked. */
  close(): Promise<void>
}

interface Ground {
  readonly folder: RunnerFolder
  readonly isolation: Isolation
}

/**
 * Makes the runtime for functions; nothing is started or written before the first run. Scripts run in an
 * interpreter compiled to WebAssembly inside a locked-down child process; packages run on Node in a locked-down
 * child of their own. Neither has a network: requests are brokered through `egress`.
 */
export function createFunctionRuntime(options: FunctionRuntimeOptions): FunctionRuntime {
  const limits = { ...standardFunctionLimits, ...options.limits }
  const pooled = { waitingMax: options.waitingMax ?? 100, idleMs: options.idleMs ?? 300_000 }
  const scripts = createChildPool({
    ...pooled,
    childrenMax: options.scriptProcesses ?? 2,
    runsMax: 500,
    isFrozenWhenIdle: false, // between runs it makes the next interpreter, and no user code is left
  })
  const packages = createChildPool({
    ...pooled,
    childrenMax: options.packageProcesses ?? 4,
    runsMax: 5_000,
    isFrozenWhenIdle: process.platform !== 'win32',
  })
  let ground: Promise<Ground> | undefined
  const getGround = () => {
    ground ??= prepareGround()
    return ground
  }
  const store = createPackageStore({ ...standardZipLimits, ...options.zipLimits })
  const callOf = (
    job: object,
    { limits: own, allowPrivateNetwork }: RunOptions,
  ): Omit<Call, 'residentBytesMax' | 'isCpuBounded'> => ({
    job,
    limits: { ...limits, ...own },
    egress: options.egress,
    allowPrivateNetwork: allowPrivateNetwork === true,
    onBug: options.onBug ?? (() => {}),
  })

  return {
    async runScript(code, inputs, given = {}) {
      const own = { ...limits, ...given.limits }
      const input = JSON.stringify({ event: inputs ?? {}, context: functionContext(given, own) })
      const refused =
        refuseSize(Buffer.byteLength(code), own.codeBytesMax, 'code') ?? refuseInput(input, own)
      if (refused !== undefined) return refused
      const { folder, isolation } = await getGround()
      // The process itself is started by the runtime's limits; a run's own may only be tighter in memory.
      const memory = Math.min(own.scriptMemoryBytes, limits.scriptMemoryBytes)
      const bounded = { ...given, limits: { ...own, scriptMemoryBytes: memory } }
      const call = {
        ...callOf({ code, input }, bounded),
        residentBytesMax: scriptResidentBytes(limits),
        isCpuBounded: true,
      }
      return await runIn(scripts, scriptSource(folder, isolation, limits), call)
    },
    async runPackage(folderOrZip, handler, inputs, given = {}) {
      const own = { ...limits, ...given.limits }
      const job = { event: inputs ?? {}, context: functionContext(given, own) }
      const refused = refuseInput(JSON.stringify(job), own)
      if (refused !== undefined) return refused
      const { folder: runner, isolation } = await getGround()
      const folder = await findFolder(folderOrZip, store, runner)
      if (typeof folder !== 'string') return folder
      const source = packageSource(runner, isolation, { folder, handler, limits: own })
      const call = {
        ...callOf(job, given),
        residentBytesMax: packageResidentBytes(own),
        isCpuBounded: false,
      }
      return await runIn(packages, source, call)
    },
    async isolation() {
      const { network, user } = (await getGround()).isolation
      return { network, user }
    },
    async warm() {
      const { folder, isolation } = await getGround()
      await scripts.warm(scriptSource(folder, isolation, limits))
    },
    async close() {
      await Promise.all([scripts.close(), packages.close()])
      await (await ground)?.folder.remove()
    },
  }
}

async function prepareGround(): Promise<Ground> {
  const [folder, isolation] = await Promise.all([createRunnerFolder(), findIsolation()])
  return { folder, isolation }
}

async function runIn(pool: ChildPool, source: ChildSource, call: Call): Promise<FunctionResult> {
  const { result } = await pool.use(source, (child) => runCall(child, call))
  return result
}

/** The folder of a package, or the result that says why there is none. */
async function findFolder(
  folderOrZip: string | Buffer | ZipSource,
  store: PackageStore,
  runner: RunnerFolder,
): Promise<string | FunctionResult> {
  if (typeof folderOrZip === 'string') return await realpath(folderOrZip)
  try {
    return await store.folderOf(folderOrZip, runner)
  } catch (error) {
    if (error instanceof ZipError) return failed('forbidden', error.message)
    throw error
  }
}

function refuseInput(
  json: string,
  { payloadBytesMax }: FunctionLimits,
): FunctionResult | undefined {
  // The vendor allows 3 584 bytes of client context beside the payload.
  return refuseSize(Buffer.byteLength(json), payloadBytesMax + 8_192, 'input')
}

function refuseSize(bytes: number, bytesMax: number, what: string): FunctionResult | undefined {
  if (bytes <= bytesMax) return undefined
  return failed('forbidden', `The ${what} is ${bytes} bytes long; at most ${bytesMax} are allowed.`)
}

function failed(failure: FunctionFailure, message: string): FunctionResult {
  return {
    ok: false,
    failure,
    message,
    console: [],
    isConsoleCut: false,
    requests: [],
    durationMs: 0,
  }
}
