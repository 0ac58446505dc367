import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type Bed, makeBed } from './bed.ts'
import { printTable, type Spread, show, spread } from './figures.ts'
import { ground, messageBody } from './ground.ts'
import { type Kannel, kannelPath, kannelReportPath, startKannel } from './kannel-boxes.ts'
import type { LoadOrder, LoadResult } from './load.ts'
import type { Options } from './options.ts'
import type { ProviderCounts, ReportOrder } from './provider.ts'

/** One side of the comparison: how it is loaded, how it hears of deliveries, and what counts as done. */
interface Side {
  readonly name: string
  readonly order: Pick<LoadOrder, 'urls' | 'path' | 'headers' | 'bodies' | 'method'>
  readonly report?: Omit<ReportOrder, 'connections'>
  readonly counted: keyof ProviderCounts
}

const runInMs = 1000
const drainMs = 60_000
/** Messages under way at once: a closed loop over the whole path, the same for both. */
const aheadMax = 1024
const targets = { plain: 2, reports: 5 } as const

/**
 * Measures signalbox and Kannel in turn, on the same load and the same provider stand-in, without delivery reports
 * and with them. Without, a message is done when the provider has it. With, Kannel's is done when it has told its
 * customer of the delivery; ours when the report is on disk, in the message's status and in the feed.
 */
export async function benchKannel(options: Options): Promise<object> {
  const bed = await makeBed(options)
  const folder = mkdtempSync(join(options.dir ?? tmpdir(), 'signalbox-kannel-'))
  let kannel: Kannel | undefined
  try {
    const providerUrl = bed.providerUrl
    kannel = await startKannel(folder, providerUrl)
    const sides = [...plainSides(bed, kannel), ...reportingSides(bed, kannel, providerUrl)]
    const found = new Map<string, number[]>(sides.map(({ name }) => [name, []]))
    for (const side of sides) await run(bed, side, { ...options, seconds: warmSeconds })
    for (let round = 1; round <= options.rounds; round += 1) {
      for (const side of sides) found.get(side.name)?.push(await run(bed, side, options))
      const last = [...found].map(([name, of]) => `${name} ${of.at(-1)?.toFixed(0)}/s`)
      console.log(`round ${round}: ${last.join(', ')}`)
    }
    return verdict(new Map([...found].map(([name, of]) => [name, spread(of)])))
  } finally {
    await kannel?.close()
    await bed.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Long enough for the server's code to be compiled. */
const warmSeconds = 8

function verdict(figures: ReadonlyMap<string, Spread>): object {
  printTable([
    ['messages/s', 'min / median / max'],
    ...[...figures].map(([name, of]) => [name, show(of)]),
  ])
  const median = (name: string) => figures.get(name)?.median ?? Number.NaN
  const ratio = median('signalbox') / median('kannel')
  const reportsRatio = median('signalbox with reports') / median('kannel with reports')
  const met = (value: number, target: number) => (value >= target ? 'met' : 'NOT met')
  console.log(
    `ratio ${ratio.toFixed(2)} (target ${targets.plain}: ${met(ratio, targets.plain)}), ` +
      `with reports ${reportsRatio.toFixed(2)} (target ${targets.reports}: ${met(reportsRatio, targets.reports)})`,
  )
  return { figures: Object.fromEntries(figures), ratio, reportsRatio, targets }
}

function plainSides(bed: Bed, kannel: Kannel): readonly [Side, Side] {
  const headers = {
    authorization: `Bearer ${bed.nodes[0]?.token}`,
    'content-type': 'application/json',
    accept: 'application/json',
  }
  return [
    { name: 'kannel', order: kannelOrder(kannel, kannelPath()), counted: 'taken' },
    {
      name: 'signalbox',
      order: {
        urls: bed.nodes.map(({ url }) => url),
        path: '/api/v2/conversations/messages/agentless',
        headers,
        bodies: ground.senders.map(messageBody),
      },
      counted: 'taken',
    },
  ]
}

function reportingSides(bed: Bed, kannel: Kannel, providerUrl: string): readonly [Side, Side] {
  const [, ours] = plainSides(bed, kannel)
  return [
    {
      name: 'kannel with reports',
      order: kannelOrder(kannel, kannelPath(`${providerUrl}/told`)),
      report: { origin: kannel.reportsUrl, method: 'GET', path: kannelReportPath, headers: {} },
      counted: 'told',
    },
    {
      ...ours,
      name: 'signalbox with reports',
      report: {
        origin: bed.nodes[0]?.url ?? '',
        method: 'POST',
        path: `/webhooks/${ground.organizationId}/${ground.accountId}/status`,
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'x-callback-token': ground.callbackSecret,
        },
        body: 'id={id}&status=DELIVRD&status_code=1&mobile=12025550123',
      },
      counted: 'reported',
    },
  ]
}

function kannelOrder({ url }: Kannel, path: string): Side['order'] {
  return { urls: [url], path, headers: {}, bodies: [''], method: 'GET' }
}

let numbered = 2_000_000_000

/** Messages a second that were done; fails when not all that were accepted are, once each. */
async function run(
  bed: Bed,
  side: Side,
  { connections, seconds }: Pick<Options, 'connections' | 'seconds'>,
): Promise<number> {
  await bed.provider.ask('report', side.report && { ...side.report, connections })
  const { counted } = side
  const done = async () => (await bed.provider.ask<ProviderCounts>('counts'))[counted]
  const before = await done()
  await bed.load.ask('start', {
    ...side.order,
    from: numbered,
    connections,
    ahead: { max: aheadMax, providerUrl: bed.providerUrl, counted, before },
  } satisfies LoadOrder)
  await wait(runInMs)
  const first = { atMs: performance.now(), done: await done() }
  await wait(seconds * 1000)
  const last = { atMs: performance.now(), done: await done() }
  const { answered, refused } = await bed.load.ask<LoadResult>('stop')
  numbered += answered
  if (refused > 0) throw new Error(`${side.name} refused ${refused} messages.`)
  await drained(side.name, answered, async () => (await done()) - before)
  return ((last.done - first.done) / (last.atMs - first.atMs)) * 1000
}

async function drained(name: string, answered: number, done: () => Promise<number>): Promise<void> {
  const endMs = performance.now() + drainMs
  for (;;) {
    const count = await done()
    if (count === answered) return
    if (count > answered || performance.now() > endMs) {
      throw new Error(`${name}: ${answered} were accepted, ${count} are done.`)
    }
    await wait(50)
  }
}
