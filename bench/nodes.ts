import { setTimeout as wait } from 'node:timers/promises'
import { type Bed, makeBed } from './bed.ts'
import { printTable, show } from './figures.ts'
import { type Measurement, measure, servers } from './measure.ts'
import type { Options } from './options.ts'
import type { Usage } from './part.ts'
import { figure } from './path.ts'

/** Long enough for the second node to have taken over its share of the buckets. */
const settleMs = 12_000
/** Fresh, a server needs half as much time again for a message. */
const warmSeconds = 10
const idleMs = 5000

interface Found {
  readonly rounds: readonly Measurement[]
  /** CPU milliseconds a second of each node while there is nothing to do. */
  readonly idleMs: readonly number[]
}

/** Measures one server on a PostgreSQL, and then two on one. */
export async function benchNodes(options: Options): Promise<object> {
  if (options.store !== 'postgres') throw new Error('Several nodes need --store postgres.')
  const one = await measureNodes(options, 1)
  const two = await measureNodes(options, 2)
  const row = (name: string, { rounds, idleMs: idle }: Found) => [
    name,
    show(figure(rounds, 'perSecond')),
    show(figure(rounds, 'cpuMicroseconds'), 1),
    show(figure(rounds, 'mainMicroseconds'), 1),
    (1e6 / figure(rounds, 'cpuMicroseconds').median).toFixed(0),
    idle.map((ms) => ms.toFixed(0)).join(' and '),
  ]
  printTable([
    [
      'min / median / max',
      'messages/s',
      'CPU µs a message, all nodes',
      'of it main threads',
      'messages a CPU second',
      'idle, CPU ms a second',
    ],
    row('one node', one),
    row('two nodes', two),
  ])
  const median = ({ rounds }: Found, name: 'perSecond' | 'cpuMicroseconds') =>
    figure(rounds, name).median
  const ratio = median(two, 'perSecond') / median(one, 'perSecond')
  const cpuRatio = median(one, 'cpuMicroseconds') / median(two, 'cpuMicroseconds')
  console.log(
    `ratio ${ratio.toFixed(2)} by messages/s, ${cpuRatio.toFixed(2)} by CPU time, of the medians`,
  )
  return { one: summary(one), two: summary(two), ratio, cpuRatio }
}

function summary({ rounds, idleMs: idle }: Found): object {
  return {
    perSecond: figure(rounds, 'perSecond'),
    cpuMicroseconds: figure(rounds, 'cpuMicroseconds'),
    mainMicroseconds: figure(rounds, 'mainMicroseconds'),
    idleMs: idle,
  }
}

async function measureNodes(options: Options, nodeCount: number): Promise<Found> {
  const bed: Bed = await makeBed(options, nodeCount)
  try {
    if (nodeCount > 1) await wait(settleMs)
    await measure(bed, servers(bed), { ...options, seconds: warmSeconds })
    const rounds: Measurement[] = []
    for (let round = 0; round < options.rounds; round += 1) {
      rounds.push(await measure(bed, servers(bed), options))
    }
    return { rounds, idleMs: await idleOf(bed) }
  } finally {
    await bed.close()
  }
}

async function idleOf({ nodes }: Bed): Promise<readonly number[]> {
  const used = () => Promise.all(nodes.map(({ part }) => part.ask<Usage>('usage')))
  await wait(1000)
  const before = await used()
  await wait(idleMs)
  const after = await used()
  return after.map(
    ({ cpuSeconds }, at) => ((cpuSeconds - (before[at]?.cpuSeconds ?? 0)) * 1e6) / idleMs,
  )
}
