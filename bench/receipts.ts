import { type Bed, makeBed } from './bed.ts'
import { show, spread } from './figures.ts'
import { copyProviderId, fill } from './fill.ts'
import { ground } from './ground.ts'
import type { LoadOrder, LoadResult } from './load.ts'
import { measure, servers } from './measure.ts'
import type { Options } from './options.ts'

const receiptsUsual = 100_000
const targetSeconds = 60

/** Measures how long it takes until so many status callbacks, one for each sent message, are applied. */
export async function benchReceipts(options: Options): Promise<object> {
  const receipts = options.messages ?? receiptsUsual
  const seconds: number[] = []
  for (let round = 1; round <= options.rounds; round += 1) {
    const bed = await makeBed(options)
    try {
      seconds.push(await drain(bed, options, receipts))
      console.log(`round ${round}: ${receipts} receipts in ${seconds.at(-1)?.toFixed(1)} s`)
    } finally {
      await bed.close()
    }
  }
  const figures = spread(seconds)
  const verdict = figures.max <= targetSeconds ? 'within' : 'NOT within'
  console.log(`min / median / max ${show(figures, 1)} s: ${verdict} ${targetSeconds} s`)
  return { receipts, drainSeconds: figures, targetSeconds }
}

/** Seconds from the first callback to the last answer; an answer is given after the commit. */
async function drain(bed: Bed, options: Options, receipts: number): Promise<number> {
  await measure(bed, servers(bed), { connections: 1, seconds: 1, perSecond: 20 })
  await bed.alone((database) => fill(database, receipts))
  const before = await bed.watch.states()
  const startMs = performance.now()
  await bed.load.ask('start', {
    urls: bed.nodes.map(({ url }) => url),
    path: `/webhooks/${ground.organizationId}/${ground.accountId}/status`,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-callback-token': ground.callbackSecret,
    },
    bodies: [callbackBody()],
    from: 0,
    hex: true,
    isScattered: true,
    connections: options.connections,
    requests: receipts,
  } satisfies LoadOrder)
  await bed.load.ask('finished')
  const seconds = (performance.now() - startMs) / 1000
  const { refused } = await bed.load.ask<LoadResult>('stop')
  const after = await bed.watch.states()
  const applied = (after['delivered'] ?? 0) - (before['delivered'] ?? 0)
  if (refused > 0 || applied !== receipts) {
    throw new Error(`${applied} of ${receipts} receipts were applied, ${refused} refused.`)
  }
  return seconds
}

/** A callback in the form of the vendor's own sample, about the copy of that number. */
function callbackBody(): string {
  const [head = '', tail = ''] = copyProviderId(0).split('0'.repeat(12))
  return new URLSearchParams({
    id: `${head}{n}${tail}`,
    status: 'DELIVRD',
    status_code: '1',
    mobile: '12025550123',
  })
    .toString()
    .replace('%7Bn%7D', '{n}')
}
