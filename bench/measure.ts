import { setTimeout as wait } from 'node:timers/promises'
import type { Bed } from './bed.ts'
import { ground, messageBody } from './ground.ts'
import type { LoadOrder, LoadResult } from './load.ts'
import type { Options } from './options.ts'
import type { Part, Usage } from './part.ts'

/** What one measurement found. */
export interface Measurement extends LoadResult {
  /** Messages that the provider took and, at the server, whose deliveries were settled, a second. */
  readonly perSecond: number
  /** CPU time of the measured process for each of them; of all its processes together where there are several. */
  readonly cpuMicroseconds: number
  /** The same of the main threads alone. */
  readonly mainMicroseconds: number
  readonly rssBytes: number
}

/** What is measured: the servers, or the baseline. */
export interface Target {
  readonly urls: readonly string[]
  readonly token: string
  readonly parts: readonly Part[]
  /** How many messages are settled; absent where there is no store. */
  readonly settled?: () => Promise<number>
}

const runInMs = 1000
/** Messages under way at once, from the request to the provider's answer: a closed loop over the whole path. */
const aheadMax = 1024
const drainMs = 60_000
const lapMs = 50

/** The servers of a bed, as a target. */
export function servers(bed: Bed): Target {
  return {
    urls: bed.nodes.map(({ url }) => url),
    token: bed.nodes[0]?.token ?? '',
    parts: bed.nodes.map(({ part }) => part),
    settled: () => bed.watch.settled(),
  }
}

/** The baseline of a bed, as a target. */
export function baseline(bed: Bed): Target {
  return { urls: [bed.forwarderUrl], token: bed.nodes[0]?.token ?? '', parts: [bed.forwarder] }
}

let numbered = 2_000_000_000

/** Loads the target: as hard as it goes, or with so many messages a second. Fails when a message is lost or doubled. */
export async function measure(
  bed: Bed,
  target: Target,
  {
    connections,
    seconds,
    perSecond,
    isScattered = false,
  }: Pick<Options, 'connections' | 'seconds'> & {
    readonly perSecond?: number
    /** Whether the handsets come in no order, so that their rows go to places all over an index. */
    readonly isScattered?: boolean
  },
): Promise<Measurement> {
  const before = await counts(bed, target)
  await bed.load.ask('start', {
    ...order(target, connections),
    ahead: {
      max: aheadMax,
      providerUrl: bed.providerUrl,
      counted: 'taken',
      before: before.provider,
    },
    isScattered,
    ...(perSecond === undefined ? {} : { perSecond }),
  } satisfies LoadOrder)
  await wait(runInMs)
  const first = await counts(bed, target)
  await wait(seconds * 1000)
  const last = await counts(bed, target)
  const result = await bed.load.ask<LoadResult>('stop')
  numbered += result.answered
  await drained(bed, target, { before, answered: result.answered })
  const messages = Math.min(last.provider - first.provider, last.settled - first.settled)
  return {
    ...result,
    perSecond: (messages / (last.atMs - first.atMs)) * 1000,
    cpuMicroseconds: ((last.cpuSeconds - first.cpuSeconds) * 1e6) / messages,
    mainMicroseconds: ((last.mainSeconds - first.mainSeconds) * 1e6) / messages,
    rssBytes: last.rssBytes,
  }
}

function order({ urls, token }: Target, connections: number): LoadOrder {
  return {
    urls,
    path: '/api/v2/conversations/messages/agentless',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json',
      'user-agent': 'signalbox-bench',
    },
    bodies: ground.senders.map(messageBody),
    from: numbered,
    connections,
  }
}

interface Counts extends Usage {
  readonly atMs: number
  readonly provider: number
  readonly settled: number
}

async function counts(bed: Bed, target: Target): Promise<Counts> {
  const usages = await Promise.all(target.parts.map((part) => part.ask<Usage>('usage')))
  const settled = await target.settled?.()
  const provider: number = await bed.provider.ask('count')
  return {
    atMs: performance.now(),
    provider,
    settled: settled ?? provider,
    cpuSeconds: usages.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
    mainSeconds: usages.reduce((sum, { mainSeconds }) => sum + mainSeconds, 0),
    rssBytes: usages.reduce((sum, { rssBytes }) => sum + rssBytes, 0),
  }
}

/** Waits until everything that was answered is at the provider and settled, exactly once. */
async function drained(
  bed: Bed,
  target: Target,
  { before, answered }: { readonly before: Counts; readonly answered: number },
): Promise<void> {
  const untilMs = performance.now() + drainMs
  for (;;) {
    const now = await counts(bed, target)
    const arrived = now.provider - before.provider
    const settled = now.settled - before.settled
    if (arrived === answered && settled === answered) return
    if (performance.now() > untilMs || arrived > answered) {
      throw new Error(`${answered} were accepted, ${arrived} arrived, ${settled} are settled.`)
    }
    await wait(lapMs)
  }
}
