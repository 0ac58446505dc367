import platformClient from 'purecloud-platform-client-v2'
import { eventually, type House } from '../house.ts'
import { type MailHouse, startMailHouse } from '../mail-house.ts'
import type { Conversations, Recording } from './recording.ts'

const { ConversationsApi, RoutingApi, UsersApi } = platformClient

/** Where the scenarios play: the real server, an agent and a supervisor at work, and a program of the customer. */
export interface Ground {
  readonly mail: MailHouse
  readonly house: House
  readonly recording: Recording
  /** The agent's own SDK, whose calls are noted. */
  readonly agent: Conversations
  readonly agentId: string
  readonly supervisor: Conversations
  readonly supervisorId: string
  /** A program with client credentials; its calls are noted too. */
  readonly program: Conversations
  readonly wrapupCodeId: string
}

/** A participant's own place in a conversation. */
export interface Leg {
  readonly conversationId: string
  readonly participantId: string
  readonly communicationId: string
}

/** Starts the house and prepares what every scenario needs by other calls of the SDK. */
export async function openGround(recording: Recording, database?: string): Promise<Ground> {
  const mail = await startMailHouse(database)
  const { house } = mail
  const client = await house.sdk()
  const routing = new RoutingApi(client)
  const code = await routing.postRoutingWrapupcodes({ name: 'Sold' } as never)
  const queueId = house.credentials.queue.id
  await routing.postRoutingQueueWrapupcodes(queueId, [{ id: code.id ?? '' }])
  const { name = '' } = await routing.getRoutingQueue(queueId)
  await routing.putRoutingQueue(queueId, {
    name,
    acwSettings: { wrapupPrompt: 'MANDATORY', timeoutMs: 60_000 },
    mediaSettings: { message: { alertingTimeoutSeconds: 60 } },
    outboundMessagingAddresses: { smsAddress: { id: house.credentials.sender.address } },
    outboundEmailAddress: {
      domain: { id: 'support.example.com' },
      route: { id: mail.routeId },
    },
  } as never)
  await routing.putRoutingUtilization({
    utilization: { message: { maximumCapacity: 25 }, email: { maximumCapacity: 25 } },
  })
  const typing = { on: { inbound: 'Enabled', outbound: 'Enabled' } }
  const admin = new ConversationsApi(client)
  await admin.patchConversationsMessagingSetting('default', { event: { typing } } as never)
  await new UsersApi(client).putUserRoutingstatus(mail.agentId, { status: 'IDLE' })
  return {
    mail,
    house,
    recording,
    agent: recording.conversations(await house.sdkAs(0)),
    agentId: mail.agentId,
    supervisor: recording.conversations(await house.sdkAs(2)),
    supervisorId: house.credentials.users[2]?.id ?? '',
    program: recording.conversations(await house.sdk()),
    wrapupCodeId: code.id ?? '',
  }
}

/** Media of legs in a generic conversation, by the SDK's names of their lists. */
export type Medium =
  | 'messages'
  | 'emails'
  | 'cobrowsesessions'
  | 'socialExpressions'
  | 'videos'
  | 'internalMessages'

/** The user's leg of that medium, once the conversation has come to him. */
export function legOf(
  { program }: Pick<Ground, 'program'>,
  wanted: { readonly conversationId: string; readonly userId: string; readonly medium: Medium },
): Promise<Leg> {
  const { conversationId, userId, medium } = wanted
  return eventually(`${medium} of ${conversationId} come to ${userId}`, async () => {
    const { participants } = await program.getConversation(conversationId)
    const one = participants.findLast((participant) => participant.userId === userId)
    const leg = one?.[medium]?.at(-1)
    if (one?.id === undefined || leg?.id === undefined || leg.state === 'disconnected') return false
    return { conversationId, participantId: one.id, communicationId: leg.id }
  })
}
