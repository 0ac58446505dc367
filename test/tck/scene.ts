import assert from 'node:assert/strict'
import { request as httpRequest } from 'undici'
import type { Delivery } from '../../src/domain/delivery.ts'
import type { Message } from '../../src/domain/message.ts'
import type { JsonObject } from '../../src/store/json.ts'
import type { Attempt, Store } from '../../src/store/store.ts'
import { eventually, type House } from '../house.ts'
import type { Incoming, Proof, ProviderAdapter, ProviderCall, Report } from './adapter.ts'
import { type ProviderServer, type SeenSend, startProvider } from './provider-server.ts'

/** The customer of every case; numbers of ours are one a case, so that cases do not meet. */
export const handset = '+12125550101'

/** A text of ours that was accepted for sending. */
export interface OwnText {
  readonly messageId: string
  readonly deliveryId: string
}

/** What a case works with: the real server, an account and number of its own, and the provider behind them. */
export interface Scene {
  readonly adapter: ProviderAdapter
  readonly house: House
  readonly store: Store
  readonly number: string
  readonly accountId: string
  readonly callbackUrl: string
  readonly settings: JsonObject
  readonly provider: ProviderServer
  /** The server's clock, which is hurried. */
  now(): number
  send(text?: string, to?: string): Promise<OwnText>
  message(of: OwnText): Promise<Message>
  delivery(of: OwnText): Promise<Delivery>
  attempts(of: OwnText): Promise<readonly Attempt[]>
  /** Waits until the message has that status. */
  becomes(of: OwnText, status: Message['status']): Promise<void>
  /** Waits until the delivery is in that state. */
  reaches(of: OwnText, state: Delivery['state']): Promise<void>
  /** Another account with the same settings; its callback address. */
  addAccount(): Promise<string>
  /** A while in which a wrong retry would show: longer than the first pauses of every connector. */
  calm(): Promise<void>
  /** The provider reports about a send; the HTTP status that it is answered. */
  report(of: SeenSend, status: Report['status'], change?: ReportChange): Promise<number>
  /** A customer's text comes in; the HTTP status that it is answered. */
  receive(change?: IncomingChange): Promise<number>
  incoming(change?: IncomingChange): ProviderCall
  post(call: ProviderCall): Promise<number>
  /** Customers' texts of this number, in the order taken. */
  texts(): Promise<readonly Message[]>
  close(): Promise<void>
}

export interface ReportChange {
  readonly proof?: Proof
  readonly id?: string
  readonly tag?: string
  /** Reported at the callback address of this account instead. */
  readonly at?: string
  /** Changes the call once it is signed. */
  readonly change?: (call: ProviderCall) => ProviderCall
}

export type IncomingChange = Partial<Omit<Incoming, 'callbackUrl' | 'settings'>>

/** What cases of one connector have together. */
export interface Stage {
  readonly adapter: ProviderAdapter
  readonly house: House
  now(): number
  /** All customers' texts so far. */
  inbound(): Promise<readonly Message[]>
}

/** Sets a case's account, number and provider up. */
export async function openScene(stage: Stage, index: number): Promise<Scene> {
  const { adapter, house } = stage
  const number = `+12055550${String(100 + index)}`
  const provider = await startProvider(adapter, { idPrefix: `${adapter.connector}-${index}-` })
  const settings = adapter.settings({ url: provider.url, number })
  const addAccount = () =>
    create(house, 'accounts', {
      name: `Case ${index}`,
      connector: adapter.connector,
      settings,
      allowPrivateNetwork: true,
    })
  const account = await addAccount()
  const queueId = house.credentials.queue.id
  await create(house, 'senders', { address: number, accountId: account['id'], queueId })
  const store = house.running.database.store(house.credentials.organization.id)
  const accountId = String(account['id'])
  const callbackUrl = String(account['callbackUrl'])
  const base = { ...stage, store, number, accountId, callbackUrl, settings, provider }
  return {
    ...base,
    ...outgoing(base),
    ...coming(base),
    addAccount: async () => String((await addAccount())['callbackUrl']),
    close: () => provider.close(),
  }
}

type Base = Pick<
  Scene,
  'adapter' | 'house' | 'store' | 'number' | 'callbackUrl' | 'settings' | 'provider'
> &
  Stage

function outgoing({ house, store, number }: Base) {
  const delivery = async ({ deliveryId }: OwnText) => {
    const found = await store.deliveries.get(deliveryId)
    assert.ok(found)
    return found
  }
  const message = async ({ messageId }: OwnText) => {
    const found = await store.messages.get(messageId)
    assert.ok(found)
    return found
  }
  return {
    delivery,
    message,
    attempts: ({ deliveryId }: OwnText) => store.deliveries.attempts(deliveryId),
    async send(textBody = 'Your table is ready.', to = handset): Promise<OwnText> {
      const body = {
        fromAddress: number,
        toAddress: to,
        toAddressMessengerType: 'sms',
        textBody,
      }
      const path = '/api/v2/conversations/messages/agentless'
      const { status, body: sent } = await house.call('POST', path, { body })
      assert.equal(status, 200, JSON.stringify(sent))
      const [delivery] = await store.deliveries.ofMessage(sent.id)
      assert.ok(delivery)
      return { messageId: sent.id, deliveryId: delivery.id }
    },
    async becomes(of: OwnText, status: Message['status']) {
      await soon(`the message is ${status}`, async () => (await message(of)).status === status)
    },
    async reaches(of: OwnText, state: Delivery['state']) {
      await soon(`the delivery is ${state}`, async () => (await delivery(of)).state === state)
    },
    calm: () => new Promise<void>((resolve) => setTimeout(resolve, 800)),
  }
}

/** The longest that anything may take: the deadline of a request is ten seconds. */
const soonMs = 25_000

/** Waits until that holds. */
export function soon(what: string, holds: () => Promise<boolean>): Promise<unknown> {
  return eventually(what, holds, soonMs)
}

function coming({ adapter, number, callbackUrl, settings, inbound }: Base) {
  let count = 0
  const incoming = (change: IncomingChange = {}) => {
    count += 1
    const id = `in-${number.slice(-3)}-${count}`
    const ends = { from: handset, to: number }
    const text = { id, ...ends, text: 'Yes, see you at 8', proof: 'right' as const, ...change }
    return adapter.incoming({ callbackUrl, settings, ...text })
  }
  const post = async ({ method, url, headers, body }: ProviderCall) => {
    const reply = await httpRequest(url, { method, headers, body: method === 'GET' ? null : body })
    await reply.body.dump()
    return reply.statusCode
  }
  return {
    incoming,
    post,
    receive: (change?: IncomingChange) => post(incoming(change)),
    report(of: SeenSend, status: Report['status'], change: ReportChange = {}) {
      const { proof = 'right', id = of.id, tag = of.taken.tag, at = callbackUrl } = change
      const { reportTo, ...rest } = { ...of.taken, tag }
      const moved = reportTo === undefined ? {} : { reportTo: reportTo.replace(callbackUrl, at) }
      const taken = { ...rest, ...moved }
      const call = adapter.report({ callbackUrl: at, settings, proof, status, id, taken })
      return post(change.change?.(call) ?? call)
    },
    async texts() {
      return (await inbound()).filter(({ toAddress }) => toAddress === number)
    },
  }
}

async function create(house: House, kind: string, body: object): Promise<JsonObject> {
  const answer = await house.call('POST', `/api/signalbox/${kind}`, { body })
  assert.equal(answer.status, 201, JSON.stringify(answer.body))
  return answer.body
}
