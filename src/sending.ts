import { parentPort, workerData } from 'node:worker_threads'
import { called } from './connectors/call.ts'
import type { Io } from './connectors/connector.ts'
import { createEgress } from './connectors/egress.ts'
import { plainConnectors } from './connectors/index.ts'
import { createTokenCache } from './connectors/token-cache.ts'
import { SendError } from './errors.ts'
import { createIds } from './ids.ts'
import type {
  Caller,
  SentCall,
  SentCalls,
  SentEnd,
  SentFailure,
  ThreadOptions,
} from './sending-thread.ts'
import { exchangeText } from './store/exchange-form.ts'

/** The thread of `SendingThread`: calls connectors as it is told and tells what came of it; `close` ends it. */
const options: ThreadOptions = workerData
const egress = createEgress(options)
const connectors = new Map(plainConnectors.map((one) => [one.name, one]))
let aheadMs = 0
const now = () => Date.now() + aheadMs
const world = { egress, ids: createIds(now), now, token: createTokenCache(now) }
const callers = new Map<number, Caller>()
let ends: SentEnd[] = []

parentPort?.on('message', (message: SentCalls | 'close') => {
  if (message === 'close') {
    void close()
    return
  }
  aheadMs = message.aheadMs
  if (message.isAnew) callers.clear()
  for (const [number, caller] of message.callers) callers.set(number, caller)
  for (const call of message.calls) {
    // A fault of ours is that of one call, and does not end the thread with all the others.
    answer(call).then(end, (cause: unknown) =>
      end([call[0], undefined, failureOf(cause), undefined]),
    )
  }
})

async function answer([number, callerNumber, name, given]: SentCall): Promise<SentEnd> {
  const caller = callers.get(callerNumber)
  const connector = connectors.get(caller?.connector ?? '')
  if (caller === undefined || connector === undefined) {
    throw new Error('The thread was not told who calls.')
  }
  const { settings } = caller
  const work = async (io: Io) => {
    if (name === 'send') return await connector.send(given, settings, io)
    return (await connector.status?.(given, settings, io)) ?? []
  }
  const { value, cause, exchange } = await called(caller, world, work)
  return [
    number,
    value,
    value === undefined ? failureOf(cause) : undefined,
    exchange && [exchange.id, exchange.endedMs, exchange.status, exchangeText(exchange)],
  ]
}

function end(one: SentEnd): void {
  if (ends.length === 0) setImmediate(tell)
  ends.push(one)
}

function tell(): void {
  if (ends.length === 0) return
  parentPort?.postMessage(ends)
  ends = []
}

async function close(): Promise<void> {
  await egress.close()
  // What was broken off is told in the next turn. A connection that is being made would keep the thread for seconds.
  setImmediate(() => {
    tell()
    process.exit()
  })
}

function failureOf(error: unknown): SentFailure {
  if (error instanceof SendError) {
    const { failure, message, providerCode, retryAfterMs, reason } = error
    return { failure, message, providerCode, retryAfterMs, reason }
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { failure: undefined, message }
}
