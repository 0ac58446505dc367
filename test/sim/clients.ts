import { isoTime } from '../../src/clock.ts'
import type { WebhookRequest } from '../../src/connectors/connector.ts'
import { hubSignature } from '../../src/connectors/http.ts'
import { assignAgent } from '../../src/messaging/assign.ts'
import { ingestOpen } from '../../src/messaging/ingest.ts'
import { fromAddress, sendAgentless } from '../../src/messaging/send.ts'
import { setRouting } from '../../src/messaging/step.ts'
import { takeFromPlatform } from '../../src/messaging/webhook.ts'
import { postCallback, recordOf } from './callbacks.ts'
import type { Doors } from './doors.ts'
import type { Ground } from './ground.ts'
import {
  agentId,
  customers,
  integrationId,
  openCustomers,
  relay,
  smsAccounts,
  webhookSecret,
} from './house.ts'
import type { SimNode } from './node.ts'

/** Everyone who asks something of the house: API clients, customers by text and on the web, a platform, an agent. */
export class Clients {
  readonly #ground: Ground
  readonly #doors: Doors
  #count = 0

  constructor(ground: Ground, doors: Doors) {
    this.#ground = ground
    this.#doors = doors
  }

  /** Does one thing by chance. */
  step(): void {
    const share = this.#ground.chance.next()
    if (share < 0.6) this.send()
    else if (share < 0.72) this.#text(this.#name())
    else if (share < 0.83) this.#writeOnTheWeb(this.#name())
    else if (share < 0.95) this.#relay(this.#name())
    else this.#comeBack()
  }

  /** Sends one message, or several to the same customer at short intervals. */
  send(): void {
    const { chance, schedule } = this.#ground
    const isOpen = chance.happens(0.25)
    const address = isOpen ? integrationId : chance.pick(smsAccounts).sender
    const to = chance.pick(isOpen ? openCustomers : customers)
    const way = { type: isOpen ? ('open' as const) : ('sms' as const), address, to }
    const more = chance.happens(0.3) ? chance.between(1, 3) : 0
    this.#send(this.#name(), way)
    for (let count = 0; count < more; count += 1) {
      schedule.errand(chance.between(1, 100), () => this.#send(this.#name(), way))
    }
  }

  #name(): string {
    this.#count += 1
    return `m${this.#count}`
  }

  #send(
    text: string,
    way: { readonly type: 'open' | 'sms'; readonly address: string; readonly to: string },
  ): void {
    const { chance, history, watch } = this.#ground
    const purpose = chance.pick(['agent', 'one-time-code', 'bulk'] as const)
    const joins = chance.happens(0.5)
    history.add('client', `sends ${text} from ${way.address} to ${way.to}`)
    const work = async ({ store, messaging }: SimNode) => {
      const from = await fromAddress(store, way.type, way.address)
      const { to } = way
      const send = { from, to, purpose, useExistingActiveConversation: joins, text, content: [] }
      return sendAgentless(store, send, messaging)
    }
    this.#doors.ask(work, (answer) => {
      history.add('client', `${text}: ${answer.got}`)
      if (answer.got === 'answer') watch.sends.push({ messageId: answer.value.message.id, text })
    })
  }

  /** A customer's text by one of the SMS providers, for a sender or for the relay. */
  #text(name: string): void {
    const { chance, history, watch, schedule } = this.#ground
    const account = chance.pick(smsAccounts)
    const isRelayed = account.id === relay.accountId && chance.happens(0.5)
    const ours = isRelayed ? relay.sender : account.sender
    const from = chance.pick(customers)
    const time = isoTime(schedule.nowMs)
    const body =
      account.connector === 'kaleyra'
        ? { id: name, source: from, recipient: ours, message: name, timestamp: time }
        : { type: 'message', id: name, from, to: ours, text: name, time }
    const path = account.connector === 'kaleyra' ? 'message' : ''
    history.add(account.id, `brings ${name} from ${from} for ${ours}`)
    this.#often(
      account.id,
      (node) => postCallback(node, account.id, { path, body }),
      () => {
        history.add(account.id, `knows that ${name} was taken`)
        if (isRelayed) watch.relayed.add(name)
        else watch.inbound.push({ key: `${ours}|${name}|${Date.parse(time)}` })
      },
    )
  }

  #writeOnTheWeb(name: string): void {
    const { chance, history, watch, schedule } = this.#ground
    const customer = { id: chance.pick(openCustomers), idType: 'Opaque' as const }
    const channelTimeMs = schedule.nowMs
    history.add('web', `${customer.id} writes ${name}`)
    const work = async ({ store, messaging }: SimNode) => {
      const integration = await store.records.get('openIntegration', integrationId)
      if (integration === undefined) throw new Error('The integration is gone.')
      const inbound = {
        customer,
        text: name,
        content: [],
        kind: 'Text' as const,
        customAttributes: {},
        providerMessageId: name,
        channelTimeMs,
      }
      return ingestOpen(store, { integration, inbound }, messaging)
    }
    this.#often('web', work, ({ message }) => {
      history.add('web', `${name} was taken as ${message.id.slice(-6)}`)
      const key = `${integrationId}|${name}|${channelTimeMs}`
      watch.inbound.push({ key, messageId: message.id })
    })
  }

  /** A platform's outbound message for the relay to bring to a handset. */
  #relay(name: string): void {
    const { chance, history, watch, schedule } = this.#ground
    const time = isoTime(schedule.nowMs)
    const to = { id: chance.pick(customers) }
    const channel = { id: 'remote-integration', to, from: { id: 'remote-integration' }, time }
    const body = Buffer.from(JSON.stringify({ id: name, type: 'Text', channel, text: name }))
    const headers = { 'x-hub-signature-256': hubSignature(webhookSecret, body) }
    const request: WebhookRequest = { method: 'POST', path: '', query: {}, headers, body }
    history.add('platform', `asks to bring ${name} to ${to.id}`)
    const work = ({ store, messaging }: SimNode) =>
      takeFromPlatform(
        store,
        { relayId: relay.id, request, record: () => recordOf(messaging, request) },
        messaging,
      )
    this.#often('platform', work, () => {
      history.add('platform', `knows that ${name} was taken`)
      watch.relayed.add(name)
    })
  }

  /** The agent who did not answer an alert takes work again. */
  #comeBack(): void {
    this.#ground.history.add('agent', 'comes back')
    this.#doors.insist(
      'agent',
      ({ store, messaging }) =>
        store.transaction(async (store) => {
          const agent = await store.agents.get(agentId)
          if (agent?.routingStatus !== 'NOT_RESPONDING') return
          const nowMs = messaging.outside.clock.now()
          await setRouting(store, agent, { status: 'IDLE', nowMs })
          await assignAgent(store, agentId, messaging)
        }),
      () => {},
    )
  }

  /** Says something until it is answered, and sometimes again, at the same time or later. */
  #often<T>(who: string, work: (node: SimNode) => Promise<T>, done: (value: T) => void): void {
    const { chance, schedule } = this.#ground
    this.#doors.insist(who, work, done)
    if (!chance.happens(0.4)) return
    const delayMs = chance.happens(0.5) ? chance.between(0, 30) : chance.between(30, 15_000)
    schedule.errand(delayMs, () => this.#doors.insist(who, work, done))
  }
}
