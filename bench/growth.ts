import { type Bed, makeBed } from './bed.ts'
import { printTable, show, spread } from './figures.ts'
import { fill } from './fill.ts'
import { type Measurement, measure, servers } from './measure.ts'
import type { Options } from './options.ts'
import { figure } from './path.ts'

const fewMessages = 10_000
const manyUsual = 1_000_000
const targetRatio = 0.85
/** Fresh, the server needs half as much time again for a message. */
const warmSeconds = 10

/** Measures the path with few messages in the store and with many, in turn, and then memory over a long run. */
export async function benchGrowth(options: Options): Promise<object> {
  if (options.retention) return duringRetention(options)
  if (options.memory !== undefined) return memoryAlone(options)
  const many = options.messages ?? manyUsual
  const beds: Bed[] = []
  try {
    for (const messages of [fewMessages, many]) beds.push(await filledBed(options, messages))
    for (const bed of beds) await measurePath(bed, { ...options, seconds: warmSeconds })
    const found: Measurement[][] = [[], []]
    for (let round = 1; round <= options.rounds; round += 1) {
      for (const [at, bed] of beds.entries()) found[at]?.push(await measurePath(bed, options))
      const [few, full] = found.map((of) => told(of.at(-1)))
      console.log(`round ${round}: ${fewMessages} messages ${few}, ${many} messages ${full}`)
    }
    const compared = compare(found)
    const memory = await memoryOver(beds[0], options)
    return { messages: many, ...compared, targetRatio, memory }
  } finally {
    for (const bed of beds) await bed.close()
  }
}

/** Prints both as min / median / max, and how much of its speed the server keeps when its store is full. */
function compare([few = [], full = []]: readonly (readonly Measurement[])[]): object {
  const row = (name: string, of: readonly Measurement[]) => [
    name,
    show(figure(of, 'perSecond')),
    show(figure(of, 'cpuMicroseconds'), 1),
    show(figure(of, 'mainMicroseconds'), 1),
  ]
  printTable([
    ['min / median / max', 'messages/s', 'CPU µs a message', 'of it main thread'],
    row('few in the store', few),
    row('many in the store', full),
  ])
  const [perSecond, cpu] = (['perSecond', 'cpuMicroseconds'] as const).map((name) => ({
    few: figure(few, name),
    full: figure(full, name),
  }))
  const ratio = (perSecond?.full.median ?? 0) / (perSecond?.few.median ?? 1)
  const cpuRatio = (cpu?.few.median ?? 0) / (cpu?.full.median ?? 1)
  console.log(
    `ratio ${ratio.toFixed(2)} by messages/s, ${cpuRatio.toFixed(2)} by CPU time, target ${targetRatio}`,
  )
  return { perSecond, cpuMicroseconds: cpu, ratio, cpuRatio }
}

function told(one: Measurement | undefined): string {
  return `${one?.perSecond.toFixed(0)}/s (${one?.cpuMicroseconds.toFixed(0)} µs)`
}

/** The path with handsets in no order, as the copies' are. */
function measurePath(bed: Bed, options: Options): Promise<Measurement> {
  return measure(bed, servers(bed), { ...options, isScattered: true })
}

async function filledBed(options: Options, messages: number): Promise<Bed> {
  const bed = await makeBed(options)
  try {
    await measure(bed, servers(bed), { connections: 1, seconds: 1, perSecond: 20 })
    const startMs = performance.now()
    await bed.alone((database) => fill(database, messages))
    const seconds = (performance.now() - startMs) / 1000
    console.log(`filled ${messages} messages in ${seconds.toFixed(0)} s`)
    return bed
  } catch (error) {
    await bed.close()
    throw error
  }
}

/** The copies' ids are of the year 2022, so that they are older than what is kept; the path's own messages are not. */
const removedUsual = 200_000
const disturbanceMax = 0.15

/** Measures the path with a full store, in turn while old messages are removed from it and while they are not. */
async function duringRetention(options: Options): Promise<object> {
  const messages = options.messages ?? removedUsual
  const bed = await filledBed(options, messages)
  try {
    const without: Measurement[] = []
    const during: Measurement[] = []
    let removedSteps = 0
    for (let round = 1; round <= options.rounds; round += 1) {
      without.push(await measurePath(bed, options))
      await bed.nodes[0]?.part.ask('startPruning')
      during.push(await measurePath(bed, options))
      const steps = await bed.nodes[0]?.part.ask<number>('stopPruning')
      removedSteps += steps ?? 0
      const [plain, pruned] = [without, during].map((of) => of.at(-1)?.perSecond.toFixed(0))
      console.log(`round ${round}: ${plain}/s, while removing ${pruned}/s (${steps} steps)`)
    }
    const [plain, pruned] = [without, during].map((of) => figure(of, 'perSecond'))
    const ratio = (pruned?.median ?? 0) / (plain?.median ?? 1)
    const p99 = { without: figure(without, 'p99Ms'), during: figure(during, 'p99Ms') }
    console.log(`p99 without ${show(p99.without, 1)} ms, while removing ${show(p99.during, 1)} ms`)
    console.log(`ratio ${ratio.toFixed(2)} of the medians, target ${1 - disturbanceMax}`)
    return { messages, without: plain, during: pruned, ratio, p99, removedSteps }
  } finally {
    await bed.close()
  }
}

const memoryLaps = 10

async function memoryAlone(options: Options): Promise<object> {
  const bed = await filledBed(options, options.messages ?? fewMessages)
  try {
    return { memory: await memoryOver(bed, options) }
  } finally {
    await bed.close()
  }
}

/**
 * Resident memory over ten laps of one measurement or of a tenth of `--memory`, after a first one as running in: caches
 * fill up to their bounds in it.
 */
async function memoryOver(bed: Bed | undefined, options: Options): Promise<object> {
  if (bed === undefined) return {}
  const rss: number[] = []
  const lapMessages = (options.memory ?? 0) / memoryLaps
  let messages = 0
  for (let lap = 0; lap <= memoryLaps; lap += 1) {
    const lapEnd = messages + lapMessages
    let last: Measurement
    do {
      last = await measure(bed, servers(bed), options)
      messages += last.answered
    } while (messages < lapEnd)
    if (lap > 0) rss.push(last.rssBytes / 1e6)
  }
  const figures = spread(rss)
  const drift = ((rss.at(-1) ?? 0) - (rss[0] ?? 0)) / (rss[0] ?? 1)
  console.log(
    `memory after each lap: ${rss.map((megabytes) => megabytes.toFixed(0)).join(', ')} MB`,
  )
  console.log(
    `memory over ${messages} messages: min / median / max ${show(figures)} MB, ` +
      `${(drift * 100).toFixed(1)} % from first to last`,
  )
  return { messages, rssMegabytes: figures, drift }
}
