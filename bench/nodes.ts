import { setTimeout as wait } from 'node:timers/promises'
import { type Bed, makeBed } from './bed.ts'
import { printTable, show } from './figures.ts'
import { type Measurement, measure, servers } from './measure.ts'
import type { Options } from './options.ts'
import { figure } from './path.ts'

/** Long enough for the second node to have taken over its share of the buckets. */
const settleMs = 12_000

/** Measures one server on a PostgreSQL, and then two on one. */
export async function benchNodes(options: Options): Promise<object> {
  if (options.store !== 'postgres') throw new Error('Several nodes need --store postgres.')
  const one = await measureNodes(options, 1)
  const two = await measureNodes(options, 2)
  const row = (name: string, of: readonly Measurement[]) => [
    name,
    show(figure(of, 'perSecond')),
    show(figure(of, 'cpuMicroseconds'), 1),
  ]
  printTable([
    ['min / median / max', 'messages/s', 'CPU µs a message, all nodes'],
    row('one node', one),
    row('two nodes', two),
  ])
  const ratio = figure(two, 'perSecond').median / figure(one, 'perSecond').median
  console.log(`ratio ${ratio.toFixed(2)} of the medians`)
  return { one: figure(one, 'perSecond'), two: figure(two, 'perSecond'), ratio }
}

async function measureNodes(options: Options, nodeCount: number): Promise<Measurement[]> {
  const bed: Bed = await makeBed(options, nodeCount)
  try {
    if (nodeCount > 1) await wait(settleMs)
    const found: Measurement[] = []
    for (let round = 0; round < options.rounds; round += 1) {
      found.push(await measure(bed, servers(bed), options))
    }
    return found
  } finally {
    await bed.close()
  }
}
