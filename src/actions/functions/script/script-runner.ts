import type { ChildSource } from '../child-pool.ts'
import { startChild } from '../function-child.ts'
import { type FunctionLimits, frameBytesOf } from '../function-limits.ts'
import type { Isolation } from '../isolation.ts'
import type { RunnerFolder } from '../runner-folder.ts'

const megabyte = 1_048_576
/** What Node and the interpreter's program take by themselves, generously. */
const baseBytes = 160 * megabyte
/** V8's heap of the worker: the host's side of the interpreter only. */
const heapMegabytes = 64

/** Anonymous resident memory at which a script's child is killed. */
export function scriptResidentBytes(limits: FunctionLimits): number {
  return limits.scriptMemoryBytes + baseBytes
}

/**
 * Tells the pool how to start a child for scripts. The user's code is inside an interpreter compiled to
 * WebAssembly, which has its own memory and no system calls; the child around it has no files but its own
 * programs, no children, no threads, and opens no sockets.
 */
export function scriptSource(
  folder: RunnerFolder,
  isolation: Isolation,
  limits: FunctionLimits,
): ChildSource {
  return {
    key: 'script',
    start: () =>
      startChild({
        isolation,
        folder: `${folder.path}/empty`,
        dataBytesMax: limits.scriptMemoryBytes + baseBytes + 64 * megabyte,
        frameBytesMax: frameBytesOf(limits),
        startMs: 60_000,
        nodeArguments: [
          `--allow-fs-read=${folder.path}/runner/*`,
          `--max-old-space-size=${heapMegabytes}`,
          '--stack-size=3000', // the interpreter's own bound must be met first; the thread has 8 MB
          folder.program('script/script-worker'),
          String(limits.scriptMemoryBytes),
          String(limits.scriptStackBytes),
        ],
      }),
  }
}
