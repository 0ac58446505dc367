import type { OutboundReply, OutboundRequest } from '../../src/connectors/connector.ts'
import { failureOf, isAccepted, parseJson } from '../../src/connectors/http.ts'
import type { CarrierText } from '../../src/connectors/loopback/index.ts'
import { SendError } from '../../src/errors.ts'
import type { Chance } from './chance.ts'
import { short } from './commits.ts'
import { type Ground, type NodeLife, never } from './ground.ts'
import type { ProviderCall, Providers } from './providers.ts'

/** The deadline of a call; none arrives or is answered after it. */
const deadlineMs = 10_000

/** What happens to a call. `cut` and `error-taken` were taken, though the sender cannot know it. */
const fates = [
  'unreachable',
  'lost',
  'cut',
  'throttled',
  'unavailable',
  'error',
  'error-taken',
  'rubbish',
  'rejected',
] as const

type Fate = (typeof fates)[number] | 'fine'

/** The network between the nodes and the providers: calls take time, get lost and are refused. */
export class Network {
  readonly #ground: Ground
  readonly #providers: Providers

  constructor(ground: Ground, providers: Providers) {
    this.#ground = ground
    this.#providers = providers
  }

  /** The way out of a node. */
  fetch(node: NodeLife, call: ProviderCall): Promise<OutboundReply> {
    if (!node.isAlive()) return never()
    const { chance, history } = this.#ground
    const fate = drawFate(chance, this.#ground.faults().call)
    const { pathname, hostname } = new URL(call.request.url)
    history.add(node.id, `calls ${hostname}${pathname} for ${short(call.deliveryId)}: ${fate}`)
    return new Promise((resolve, reject) => {
      const answer = (delayMs: number, settle: () => void) => this.#answer(node, delayMs, settle)
      const isQuick = chance.happens(0.8)
      if (fate === 'unreachable') {
        const error = new SendError('unreachable', 'No connection could be made.')
        answer(chance.between(1, 3000), () => reject(error))
        return
      }
      const arrivesMs = isQuick ? chance.between(1, 300) : chance.between(300, 7000)
      const cutMs = chance.happens(0.5) ? deadlineMs : arrivesMs + chance.between(1, 500)
      if (fate === 'lost' || fate === 'cut') answer(cutMs, () => reject(unanswered()))
      if (fate === 'lost') return
      const heldBefore = this.#holds(node, call)
      this.#arrive(node, arrivesMs, () => {
        const isLate = !heldBefore || !this.#holds(node, call)
        const reply = this.#reply(fate, call, isLate)
        if (fate === 'cut') return
        answer(isQuick ? chance.between(1, 300) : chance.between(300, 2500), () => resolve(reply))
      })
    })
  }

  /** The carrier behind the loopback connector, reached over the same network. */
  async carry(node: NodeLife, text: CarrierText): Promise<{ readonly providerId: string }> {
    const { deliveryId, from, to, text: words } = text
    const reply = await this.fetch(node, {
      deliveryId,
      request: carrierRequest({ deliveryId, from, to, text: words }),
    })
    if (!isAccepted(reply)) throw failureOf(reply, this.#ground.schedule.nowMs)
    const answer = parseJson(reply.body)
    if (typeof answer !== 'string') throw new SendError('uncertain', 'The carrier gave no id.')
    return { providerId: answer }
  }

  #arrive(node: NodeLife, delayMs: number, work: () => void): void {
    const { chance, schedule, history } = this.#ground
    schedule.errand(delayMs, () => {
      if (node.isAlive() || chance.happens(0.5)) work()
      else history.add(node.id, 'a call of the dead is lost')
    })
  }

  #answer(node: NodeLife, delayMs: number, settle: () => void): void {
    this.#ground.schedule.after(
      delayMs,
      node.guard(() => {
        if (node.mayCrash("before a provider's answer")) return
        settle()
        node.mayCrash("after a provider's answer")
      }),
    )
  }

  #holds(node: NodeLife, { deliveryId }: ProviderCall): boolean {
    const { watch, schedule, manyNodes } = this.#ground
    if (!node.isAlive()) return false
    const bucket = watch.accepted.get(deliveryId)?.delivery.bucket
    return !manyNodes || (bucket !== undefined && watch.holds(bucket, node.id, schedule.nowMs))
  }

  #reply(fate: Fate, call: ProviderCall, isLate: boolean): OutboundReply {
    const { chance } = this.#ground
    if (fate === 'throttled') {
      const wait: Record<string, string> = chance.happens(0.5)
        ? { 'retry-after': String(chance.between(1, 8)) }
        : {}
      return { status: 429, headers: wait, body: '' }
    }
    if (fate === 'unavailable') return { status: 503, headers: {}, body: '' }
    if (fate === 'error') return { status: 500, headers: {}, body: '' }
    if (fate === 'rejected') return { status: 400, headers: {}, body: '{}' }
    const reply = this.#providers.take(call, isLate)
    if (fate === 'error-taken') return { status: 502, headers: {}, body: '' }
    return fate === 'rubbish' ? { ...reply, body: '<html>' } : reply
  }
}

function drawFate(chance: Chance, share: number): Fate {
  return chance.happens(share) ? chance.pick(fates) : 'fine'
}

function unanswered(): SendError {
  return new SendError('uncertain', 'No answer came.')
}

function carrierRequest(body: object): OutboundRequest {
  return { method: 'POST', url: 'https://box.test/', headers: {}, body: JSON.stringify(body) }
}
