import { type Bed, makeBed } from './bed.ts'
import { printTable, type Spread, show, spread } from './figures.ts'
import { baseline, type Measurement, measure, servers, type Target } from './measure.ts'
import type { Options } from './options.ts'

/** What is measured in turn: the baseline and the server, and beside one on PostgreSQL one on SQLite. */
interface Compared {
  readonly name: string
  readonly bed: Bed
  readonly target: Target
  readonly found: Measurement[]
}

/** Messages a second that a server on PostgreSQL is to make for one on SQLite. */
const postgresTarget = 0.6

/** Measures messages a second through one server, and how soon it accepts at half of that. */
export async function benchPath(options: Options): Promise<object> {
  const beds: Bed[] = []
  const makeOne = async (store: Options['store']) => {
    const bed = await makeBed({ ...options, store })
    beds.push(bed)
    return bed
  }
  try {
    const bed = await makeOne(options.store)
    const forwarder = compared('bare forwarder', bed, baseline(bed))
    const server = compared('signalbox', bed, servers(bed))
    const all = [forwarder, server]
    if (options.store === 'postgres') {
      const other = await makeOne('sqlite')
      all.push(compared('signalbox on SQLite', other, servers(other)))
    }
    await warmUp(all, options)
    await measureInTurn(all, options)
    const ratios = printPath(all)
    const half = await atHalfLoad(server, options)
    const figures = Object.fromEntries(all.map(({ name, found }) => [name, summary(found)]))
    return { ...figures, ...ratios, halfLoad: half }
  } finally {
    for (const bed of beds) await bed.close()
  }
}

function compared(name: string, bed: Bed, target: Target): Compared {
  return { name, bed, target, found: [] }
}

async function measureInTurn(all: readonly Compared[], options: Options): Promise<void> {
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const { bed, target, found } of all) found.push(await measure(bed, target, options))
    const last = all.map(({ name, found }) => `${name} ${found.at(-1)?.perSecond.toFixed(0)}/s`)
    console.log(`round ${round}: ${last.join(', ')}`)
  }
}

const warmSeconds = 10

/** Runs all until their code is compiled: fresh, the server needs half as much time again for a message. */
async function warmUp(all: readonly Compared[], options: Options): Promise<void> {
  for (const { name, bed, target } of all) {
    const { perSecond } = await measure(bed, target, { ...options, seconds: warmSeconds })
    console.log(`warming up: ${name} ${perSecond.toFixed(0)}/s`)
  }
}

/** Prints the comparison as min / median / max; gives the ratios of the medians. */
function printPath(all: readonly Compared[]): object {
  printTable([
    [
      'min / median / max',
      'messages/s',
      'CPU µs a message',
      'of it main thread',
      'accept p50 ms',
      'accept p99 ms',
    ],
    ...all.map(({ name, found }) => [
      name,
      show(figure(found, 'perSecond')),
      show(figure(found, 'cpuMicroseconds'), 1),
      show(figure(found, 'mainMicroseconds'), 1),
      show(figure(found, 'p50Ms'), 1),
      show(figure(found, 'p99Ms'), 1),
    ]),
  ])
  const [forwarder, server, onSqlite] = all.map(({ found }) => ({
    perSecond: figure(found, 'perSecond').median,
    cpu: figure(found, 'cpuMicroseconds').median,
  }))
  if (forwarder === undefined || server === undefined) throw new Error('Nothing was measured.')
  const ratio = server.perSecond / forwarder.perSecond
  const cpuRatio = forwarder.cpu / server.cpu
  console.log(`ratio ${ratio.toFixed(2)} by messages/s, ${cpuRatio.toFixed(2)} by CPU time`)
  if (onSqlite === undefined) return { ratio, cpuRatio }
  const sqliteRatio = server.perSecond / onSqlite.perSecond
  const verdict = sqliteRatio >= postgresTarget ? 'met' : 'NOT met'
  console.log(
    `PostgreSQL for SQLite: ${sqliteRatio.toFixed(2)} (target ${postgresTarget}: ${verdict})`,
  )
  return { ratio, cpuRatio, sqliteRatio }
}

/** The figures as plain values, for the line of JSON. */
function summary(found: readonly Measurement[]): object {
  return {
    perSecond: figure(found, 'perSecond'),
    cpuMicroseconds: figure(found, 'cpuMicroseconds'),
    mainMicroseconds: figure(found, 'mainMicroseconds'),
    rssBytes: figure(found, 'rssBytes'),
  }
}

/** One of the figures over all rounds. */
export function figure(of: readonly Measurement[], name: keyof Measurement): Spread {
  return spread(of.map((one) => one[name]))
}

/** How soon messages are accepted when half as many come as go; timed from when each was due. */
async function atHalfLoad({ bed, target, found }: Compared, options: Options): Promise<object> {
  const perSecond = Math.floor(figure(found, 'perSecond').median / 2)
  const halves: Measurement[] = []
  for (let round = 0; round < options.rounds; round += 1) {
    halves.push(await measure(bed, target, { ...options, perSecond }))
  }
  const [p50Ms, p99Ms] = [figure(halves, 'p50Ms'), figure(halves, 'p99Ms')]
  console.log(`accepting ${perSecond}/s: p50 ${show(p50Ms, 1)} ms, p99 ${show(p99Ms, 1)} ms`)
  return { perSecond, p50Ms, p99Ms }
}
