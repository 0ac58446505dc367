import { type ChildProcess, spawn } from 'node:child_process'
import type { Isolation } from './isolation.ts'

/** How a child is started. */
export interface LaunchPlan {
  readonly isolation: Isolation
  /** Node's own flags, the program and its arguments. */
  readonly nodeArguments: readonly string[]
  /** Folder that the child starts in. */
  readonly folder: string
  /** Private memory that the process may use beyond what Node reserves for itself. */
  readonly dataBytesMax: number
}

/** What the kernel counts as private memory of a Node that does nothing: mostly room reserved for machine code. */
const reservedBytes = 640 * 1_048_576

/** Descriptor of a child's line to the server. */
export const portDescriptor = 3

/**
 * Bounds that the kernel keeps and that no code in the child can lift: no core files, no file may grow, few
 * descriptors, private memory. `exec` keeps the process id through all stages, so that a kill meets Node itself.
 */
const boundThenRun = 'ulimit -c 0; ulimit -f 0; ulimit -n 256; ulimit -d "$1"; shift; exec "$@"'

/**
 * Starts a child with an empty environment and no open descriptor but the line to the server.
 * What holds it is the process boundary, Node's `--permission` (files, children, threads, addons), the kernel's
 * limits and, where found, a network namespace and a user that owns nothing.
 */
export function launch({
  isolation,
  nodeArguments,
  folder,
  dataBytesMax,
}: LaunchPlan): ChildProcess {
  const command = [...isolation.prefix, process.execPath, ...hardening, ...nodeArguments]
  const kilobytes = String(Math.ceil((dataBytesMax + reservedBytes) / 1_024))
  const isPosix = process.platform !== 'win32'
  const bounded = ['/bin/sh', '-c', boundThenRun, 'sh', kilobytes, ...command]
  const [program = '', ...rest] = isPosix ? bounded : command
  return spawn(program, rest, {
    cwd: folder,
    env: {},
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    windowsHide: true,
    detached: isPosix, // its own process group: a Ctrl-C at the terminal is the server's to handle
  })
}

const hardening = [
  '--permission',
  '--no-addons',
  '--disable-sigusr1', // or the signal would open the inspector, which listens on a port
  '--no-experimental-websocket',
  '--no-experimental-sqlite',
  '--disable-warning=ExperimentalWarning',
  '--v8-pool-size=1',
]
