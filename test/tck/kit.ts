import type { Message } from '../../src/domain/message.ts'
import { hurriedOutside } from '../clocks.ts'
import { startHouse } from '../house.ts'
import type { ProviderAdapter } from './adapter.ts'
import type { Case } from './case.ts'
import { failureCases } from './cases-failures.ts'
import { incomingCases } from './cases-incoming.ts'
import { receiptCases } from './cases-receipts.ts'
import { sendingCases } from './cases-sending.ts'
import { asyncGateway } from './providers/async.ts'
import { kaleyra } from './providers/kaleyra.ts'
import { kannel } from './providers/kannel.ts'
import { loopback } from './providers/loopback.ts'
import { mgage } from './providers/mgage.ts'
import { portico } from './providers/portico.ts'
import { twilioForm } from './providers/twilio-form.ts'
import { openScene, type Stage } from './scene.ts'

/** Every provider that the kit can play, one for each connector that carries SMS. */
export const providers: readonly ProviderAdapter[] = [
  kaleyra,
  mgage,
  asyncGateway,
  portico,
  kannel,
  twilioForm,
  loopback,
]

/** Everything that is tried. */
export const cases: readonly Case[] = [
  ...sendingCases,
  ...failureCases,
  ...receiptCases,
  ...incomingCases,
]

/** How one case ended. */
export interface CaseResult {
  readonly area: Case['area']
  readonly title: string
  readonly outcome: 'pass' | 'fail' | 'n/a'
  /** Why it does not apply, or what was wrong. */
  readonly reason?: string
  readonly tookMs: number
}

/** Time runs this much faster for the server, so that its pauses take moments; deadlines of requests stay real. */
const hurry = 5
const atOnce = 10

/** Tries every case with the real server on SQLite; each has an account, a number and a provider of its own. */
export async function runKit(
  adapter: ProviderAdapter,
  chosen: readonly Case[] = cases,
): Promise<readonly CaseResult[]> {
  const outside = hurriedOutside(hurry)
  const house = await startHouse({ outside, argv: ['--allow-private-networks', '127.0.0.0/8'] })
  try {
    const now = () => outside.clock.now()
    const stage: Stage = { adapter, house, now, inbound: inboundOf(house) }
    const results: CaseResult[] = []
    let next = 0
    const work = async () => {
      for (let at = next++; at < chosen.length; at = next++) {
        const one = chosen[at]
        if (one !== undefined) results[at] = await tried(one, stage, at)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, work))
    return results
  } finally {
    await house.close()
  }
}

async function tried(one: Case, stage: Stage, index: number): Promise<CaseResult> {
  const { area, title } = one
  const reason = one.without?.(stage.adapter)
  if (reason !== undefined) return { area, title, outcome: 'n/a', reason, tookMs: 0 }
  const startMs = performance.now()
  const tookMs = () => Math.round(performance.now() - startMs)
  const scene = await openScene(stage, index)
  try {
    await one.run(scene)
    return { area, title, outcome: 'pass', tookMs: tookMs() }
  } catch (error) {
    const complaints = scene.provider.complaints.join(' ')
    const what = error instanceof Error ? error.message : String(error)
    return { area, title, outcome: 'fail', reason: `${what} ${complaints}`, tookMs: tookMs() }
  } finally {
    await scene.close()
  }
}

/** Follows the feed, and gives what customers wrote so far. */
function inboundOf(house: Awaited<ReturnType<typeof startHouse>>): () => Promise<Message[]> {
  const store = house.running.database.store(house.credentials.organization.id)
  const found = new Map<string, Message>()
  const looked = new Set<string>()
  let sequence = 0
  let reading: Promise<void> = Promise.resolve()
  const read = async () => {
    for (;;) {
      const entries = await store.feed.after(sequence, 200)
      for (const { event } of entries) {
        if (event.type !== 'message' || looked.has(event.messageId)) continue
        looked.add(event.messageId)
        const message = await store.messages.get(event.messageId)
        if (message?.direction === 'inbound') found.set(message.id, message)
      }
      sequence = entries.at(-1)?.sequence ?? sequence
      if (entries.length < 200) return
    }
  }
  return async () => {
    reading = reading.then(read)
    await reading
    return [...found.values()]
  }
}
