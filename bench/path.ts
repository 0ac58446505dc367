import { type Bed, makeBed } from './bed.ts'
import { printTable, type Spread, show, spread } from './figures.ts'
import { baseline, type Measurement, measure, servers } from './measure.ts'
import type { Options } from './options.ts'

/** The path against the baseline, rounds of both in turn. */
export interface PathFigures {
  readonly server: readonly Measurement[]
  readonly forwarder: readonly Measurement[]
  /** Messages a second of the server for one of the forwarder, of the medians. */
  readonly ratio: number
  /** CPU time of the forwarder for one of the server's, of the medians. */
  readonly cpuRatio: number
}

/** Measures messages a second through one server, and how soon it accepts at half of that. */
export async function benchPath(options: Options): Promise<object> {
  const bed = await makeBed(options)
  try {
    const figures = await comparePath(bed, options)
    printPath(figures)
    const half = await atHalfLoad(bed, options, figures)
    return { ...summary(figures), halfLoad: half }
  } finally {
    await bed.close()
  }
}

/** Measures baseline and server in turn. */
export async function comparePath(bed: Bed, options: Options): Promise<PathFigures> {
  const server: Measurement[] = []
  const forwarder: Measurement[] = []
  await warmUp(bed, options)
  for (let round = 1; round <= options.rounds; round += 1) {
    forwarder.push(await measure(bed, baseline(bed), options))
    server.push(await measure(bed, servers(bed), options))
    const [bare, ours] = [forwarder.at(-1)?.perSecond ?? 0, server.at(-1)?.perSecond ?? 0]
    console.log(`round ${round}: forwarder ${bare.toFixed(0)}/s, server ${ours.toFixed(0)}/s`)
  }
  return {
    server,
    forwarder,
    ratio: median(server, 'perSecond') / median(forwarder, 'perSecond'),
    cpuRatio: median(forwarder, 'cpuMicroseconds') / median(server, 'cpuMicroseconds'),
  }
}

const warmSeconds = 10

/** Runs both until their code is compiled: fresh, the server needs half as much time again for a message. */
async function warmUp(bed: Bed, options: Options): Promise<void> {
  for (const target of [baseline(bed), servers(bed)]) {
    const { perSecond } = await measure(bed, target, { ...options, seconds: warmSeconds })
    console.log(`warming up: ${perSecond.toFixed(0)}/s`)
  }
}

/** Prints the comparison as min / median / max. */
export function printPath({ server, forwarder, ratio, cpuRatio }: PathFigures): void {
  const row = (name: string, of: readonly Measurement[]) => [
    name,
    show(figure(of, 'perSecond')),
    show(figure(of, 'cpuMicroseconds'), 1),
    show(figure(of, 'mainMicroseconds'), 1),
    show(figure(of, 'p50Ms'), 1),
    show(figure(of, 'p99Ms'), 1),
  ]
  printTable([
    [
      'min / median / max',
      'messages/s',
      'CPU µs a message',
      'of it main thread',
      'accept p50 ms',
      'accept p99 ms',
    ],
    row('bare forwarder', forwarder),
    row('signalbox', server),
  ])
  console.log(`ratio ${ratio.toFixed(2)} by messages/s, ${cpuRatio.toFixed(2)} by CPU time`)
}

/** The comparison as plain values, for the line of JSON. */
export function summary({ server, forwarder, ratio, cpuRatio }: PathFigures): object {
  const all = (of: readonly Measurement[]) => ({
    perSecond: figure(of, 'perSecond'),
    cpuMicroseconds: figure(of, 'cpuMicroseconds'),
    mainMicroseconds: figure(of, 'mainMicroseconds'),
    rssBytes: figure(of, 'rssBytes'),
  })
  return { server: all(server), forwarder: all(forwarder), ratio, cpuRatio }
}

/** One of the figures over all rounds. */
export function figure(of: readonly Measurement[], name: keyof Measurement): Spread {
  return spread(of.map((one) => one[name]))
}

function median(of: readonly Measurement[], name: keyof Measurement): number {
  return figure(of, name).median
}

/** How soon messages are accepted when half as many come as go; timed from when each was due. */
async function atHalfLoad(bed: Bed, options: Options, { server }: PathFigures): Promise<object> {
  const perSecond = Math.floor(median(server, 'perSecond') / 2)
  const found: Measurement[] = []
  for (let round = 0; round < options.rounds; round += 1) {
    found.push(await measure(bed, servers(bed), { ...options, perSecond }))
  }
  const [p50Ms, p99Ms] = [figure(found, 'p50Ms'), figure(found, 'p99Ms')]
  console.log(`accepting ${perSecond}/s: p50 ${show(p50Ms, 1)} ms, p99 ${show(p99Ms, 1)} ms`)
  return { perSecond, p50Ms, p99Ms }
}
