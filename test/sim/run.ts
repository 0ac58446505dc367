import { Worker } from 'node:worker_threads'
import type { PlantedBug } from './bugs.ts'
import type { Verdict } from './world.ts'

/** Which histories are played, and how. */
export interface RunOptions {
  readonly firstSeed: number
  readonly seeds: number
  readonly nodes?: number | undefined
  readonly steps?: number | undefined
  readonly bug?: PlantedBug | undefined
  /** Stop at the first history that breaks an invariant. */
  readonly stopsAtFirst: boolean
  /** Told of each history. */
  onVerdict?(verdict: Verdict): void
}

/** What one worker is given. */
export interface Share {
  readonly seeds: readonly number[]
  readonly nodes: number | undefined
  readonly steps: number | undefined
  readonly bug: PlantedBug | undefined
}

/** How many histories were played, and those that broke an invariant. */
export interface RunResult {
  readonly played: number
  readonly crashes: number
  readonly takes: number
  readonly broken: readonly Verdict[]
}

const workerCount = 2

/** Plays many histories, on two threads. */
export async function playMany(options: RunOptions): Promise<RunResult> {
  const { firstSeed, seeds, nodes, steps, bug } = options
  const broken: Verdict[] = []
  const totals = { played: 0, crashes: 0, takes: 0 }
  const all = Array.from({ length: seeds }, (_, index) => firstSeed + index)
  const workers = Array.from({ length: Math.min(workerCount, seeds) }, (_, part) => {
    const own = all.filter((_, index) => index % workerCount === part)
    const share: Share = { seeds: own, nodes, steps, bug }
    return new Worker(new URL('./worker.ts', import.meta.url), { workerData: share })
  })
  const stop = () => {
    for (const worker of workers) worker.postMessage('stop')
  }
  const take = (verdict: Verdict) => {
    totals.played += 1
    totals.crashes += verdict.crashes
    totals.takes += verdict.takes
    options.onVerdict?.(verdict)
    if (verdict.violations.length === 0) return
    broken.push(verdict)
    if (options.stopsAtFirst) stop()
  }
  await Promise.all(workers.map((worker) => finished(worker, take)))
  return { ...totals, broken: broken.sort((a, b) => a.seed - b.seed) }
}

function finished(worker: Worker, take: (verdict: Verdict) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.on('message', take)
    worker.on('error', reject)
    worker.on('exit', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`A worker ended with ${code}.`))
    })
  })
}

/** A broken history in words: its seed, what it broke, and how it ended. */
export function report(verdict: Verdict, linesMax: number): string {
  const { seed, nodes, violations, lines } = verdict
  const names = [...new Set(violations.map(({ invariant }) => invariant))].join(', ')
  const shown = lines.slice(-linesMax)
  const left = lines.length - shown.length
  return [
    `seed ${seed}, ${nodes} node(s): ${names}`,
    ...violations.map(({ invariant, what }) => `  ${invariant}: ${what}`),
    ...(left > 0 ? [`… ${left} lines before; --seed ${seed} shows them`] : []),
    ...shown,
  ].join('\n')
}
