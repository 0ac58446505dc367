import type { ChildSource } from '../child-pool.ts'
import { startChild } from '../function-child.ts'
import { type FunctionLimits, frameBytesOf } from '../function-limits.ts'
import type { Isolation } from '../isolation.ts'
import type { RunnerFolder } from '../runner-folder.ts'

const megabyte = 1_048_576
/** What Node takes by itself, generously. */
const baseBytes = 96 * megabyte

/** Anonymous resident memory at which a package's child is killed. */
export function packageResidentBytes(limits: FunctionLimits): number {
  return limits.packageMemoryBytes + baseBytes
}

/** What a package's child is started for. */
export interface PackagePlan {
  /** The unpacked package, as a real path. */
  readonly folder: string
  readonly handler: string
  readonly limits: FunctionLimits
}

/**
 * Tells the pool how to start a child for one package and handler.
 *
 * Hard boundaries: the process itself with an empty environment; Node's permissions, which let it read its
 * package and its own program and nothing else, and start neither processes nor threads nor addons; the kernel's
 * limits; killing by the clock and by memory; and, where found, a network namespace and a user that owns nothing.
 * The replaced modules inside (`lockdown.ts`) are defence in depth. Where no namespace can be had, take packages
 * only from those who may reach what this machine reaches.
 */
export function packageSource(
  runner: RunnerFolder,
  isolation: Isolation,
  { folder, handler, limits }: PackagePlan,
): ChildSource {
  const megabytes = Math.ceil(limits.packageMemoryBytes / megabyte)
  return {
    key: `${folder}\n${handler}\n${megabytes}`,
    start: () =>
      startChild({
        isolation,
        folder,
        dataBytesMax: limits.packageMemoryBytes + baseBytes + 64 * megabyte,
        frameBytesMax: frameBytesOf(limits),
        startMs: 60_000,
        nodeArguments: [
          `--allow-fs-read=${runner.path}/runner/*`,
          `--allow-fs-read=${folder}/*`,
          `--max-old-space-size=${megabytes}`,
          '--preserve-symlinks',
          runner.program('package/package-worker'),
          folder,
          handler,
        ],
      }),
  }
}
