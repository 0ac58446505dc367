import assert from 'node:assert/strict'
import platformClient from 'purecloud-platform-client-v2'
import { eventually, type House, startHouse } from './house.ts'
import { type SkippingOutside, skippingOutside } from './skipping-clock.ts'

const { ConversationsApi, RoutingApi, UsersApi } = platformClient

type Api = InstanceType<typeof ConversationsApi>
type QueueRequest = Parameters<InstanceType<typeof RoutingApi>['putRoutingQueue']>[1]

/** One agent of the demo organization. */
export interface Agent {
  readonly id: string
  readonly api: Api
  status(): Promise<string | undefined>
  work(status: 'IDLE' | 'OFF_QUEUE'): Promise<void>
}

/** The seat of an agent in a conversation, with his communication's id. */
export interface Seated {
  readonly conversationId: string
  readonly participantId: string
  readonly communicationId: string
}

/** A house with its queue and people, whose time can skip ahead. */
export interface Desk {
  readonly house: House
  readonly outside: SkippingOutside
  readonly admin: Api
  readonly ada: Agent
  readonly alan: Agent
  readonly sam: Agent
  /** Sets what the queue wants, in the vendor's own words. */
  queue(settings: Partial<QueueRequest>): Promise<void>
  /** A customer writes; the id of his conversation. */
  customer(id: string, text?: string): Promise<string>
  /** The agent's seat, once the conversation has come to him in that state. */
  seat(agent: Agent, conversationId: string, state: string): Promise<Seated>
  /** A customer writes and the agent, who is the only one at work, answers. */
  talk(agent: Agent, customerId: string): Promise<Seated>
}

/** Starts the desk: nobody is at work yet. */
export async function startDesk(database?: string): Promise<Desk> {
  const outside = skippingOutside()
  const house = await startHouse({ outside, ...(database === undefined ? {} : { database }) })
  const admin = new ConversationsApi(await house.sdk())
  const routing = new RoutingApi(await house.sdk())
  const desk: Desk = {
    house,
    outside,
    admin,
    ada: await agentOf(house, 0),
    alan: await agentOf(house, 1),
    sam: await agentOf(house, 2),
    async queue(settings) {
      const { id } = house.credentials.queue
      const { name = '' } = await routing.getRoutingQueue(id)
      await routing.putRoutingQueue(id, { name, ...settings } as QueueRequest)
    },
    async customer(id, text = 'Hello') {
      const posted = await admin.postConversationsMessageInboundOpenMessage(
        house.credentials.integration.id,
        {
          channel: {
            messageId: outside.ids.uuid(),
            from: { id, idType: 'Opaque' },
            time: new Date(outside.clock.now()).toISOString(),
          },
          text,
        },
        { prefetchConversationId: true },
      )
      return posted.conversationId ?? ''
    },
    seat: (agent, conversationId, state) =>
      eventually(`${state} for ${agent.id}`, async () => {
        const { participants } = await admin.getConversation(conversationId)
        const one = participants?.findLast(({ userId }) => userId === agent.id)
        const leg = one?.messages?.at(-1)
        if (leg?.state !== state) return undefined
        return { conversationId, participantId: one?.id ?? '', communicationId: leg.id ?? '' }
      }),
    async talk(agent, customerId) {
      await agent.work('IDLE')
      const seat = await desk.seat(agent, await desk.customer(customerId), 'alerting')
      await agent.api.patchConversationsMessageParticipant(
        seat.conversationId,
        seat.participantId,
        { body: { state: 'connected' } },
      )
      return seat
    },
  }
  return desk
}

async function agentOf(house: House, index: number): Promise<Agent> {
  const client = await house.sdkAs(index)
  const id = house.credentials.users[index]?.id ?? ''
  const users = new UsersApi(client)
  return {
    id,
    api: new ConversationsApi(client),
    status: async () => (await users.getUserRoutingstatus(id)).status,
    async work(status) {
      await users.putUserRoutingstatus(id, { status })
    },
  }
}

/** What the official SDK rejects with: the vendor's error body itself. */
export async function refusal(
  promise: Promise<unknown>,
): Promise<{ readonly status: number; readonly code: string; readonly message: string }> {
  return promise.then(
    () => assert.fail('it should be refused'),
    (error: { status: number; code: string; message: string }) => error,
  )
}
