import platformClient from 'purecloud-platform-client-v2'
import { eventually, type House } from './house.ts'

const { ConversationsApi, UsersApi } = platformClient

/** An agent's place in a conversation. */
export interface Seat {
  readonly conversationId: string
  readonly participantId: string
  /** The agent's own leg: what he sends goes out by it. */
  readonly communicationId: string
}

/** An agent at work, with the official SDK and his own token. */
export interface Desk {
  readonly userId: string
  readonly conversations: InstanceType<typeof ConversationsApi>
  setRouting(status: 'IDLE' | 'OFF_QUEUE'): Promise<void>
  routing(): Promise<string>
  /** Waits until a conversation alerts him: the one named, or any. */
  alert(conversationId?: string): Promise<Omit<Seat, 'communicationId'>>
  /** Waits for the alert, and answers it. */
  answer(conversationId?: string): Promise<Seat>
  /** Sends a text; gives back the message's id. */
  reply(seat: Seat, textBody: string): Promise<string>
  /** Declines an alert, or ends the conversation. */
  leave(seat: Omit<Seat, 'communicationId'>): Promise<void>
}

/** Sits one of the demo's users down at a desk. */
export async function deskOf(house: House, userIndex: number): Promise<Desk> {
  const client = await house.sdkAs(userIndex)
  const conversations = new ConversationsApi(client)
  const users = new UsersApi(client)
  const userId = house.credentials.users[userIndex]?.id ?? ''
  const alertingIn = async (conversationId: string) => {
    const { participants = [] } = await conversations.getConversationsMessage(conversationId)
    const own = participants.find(({ user, state }) => user?.id === userId && state === 'alerting')
    return own?.id === undefined ? undefined : { conversationId, participantId: own.id }
  }
  const alert = (wanted?: string) =>
    eventually(`a conversation alerts ${house.credentials.users[userIndex]?.name}`, async () => {
      const { entities = [] } = await conversations.getConversationsMessages()
      for (const { id = '' } of entities) {
        if (wanted !== undefined && id !== wanted) continue
        const found = await alertingIn(id)
        if (found !== undefined) return found
      }
      return undefined
    })
  return {
    userId,
    conversations,
    async setRouting(status) {
      await users.putUserRoutingstatus(userId, { status })
    },
    routing: async () => (await users.getUserRoutingstatus(userId)).status ?? '',
    alert,
    async answer(wanted) {
      const seat = await alert(wanted)
      const { conversationId, participantId } = seat
      await conversations.patchConversationsMessageParticipant(conversationId, participantId, {
        body: { state: 'connected' },
      })
      const { participants } = await conversations.getConversation(conversationId)
      const own = participants.find(({ id }) => id === participantId)
      return { ...seat, communicationId: own?.messages?.at(-1)?.id ?? '' }
    },
    async reply({ conversationId, communicationId }, textBody) {
      const sent = await conversations.postConversationsMessageCommunicationMessages(
        conversationId,
        communicationId,
        { textBody },
      )
      return sent.id ?? ''
    },
    async leave({ conversationId, participantId }) {
      await conversations.patchConversationsMessageParticipant(conversationId, participantId, {
        body: { state: 'disconnected' },
      })
    },
  }
}
