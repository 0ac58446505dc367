import { customerWrites } from '../customer.ts'
import { eventually } from '../house.ts'
import { aMail, type MailHouse, startMailHouse } from '../mail-house.ts'
import { agentOf, type ToolAgent } from './agent.ts'

/** An agent at work by tools, and what there is for it to work on. */
export interface TaskBed {
  readonly mail: MailHouse
  /** As the first user of the demo. */
  readonly agent: ToolAgent
  /** As the administrator's client, without a user. */
  readonly client: ToolAgent
  readonly userId: string
  readonly otherUserId: string
  readonly queueId: string
  readonly wrapupCodeId: string
  readonly responseId: string
  /** A customer writes, and the conversation alerts the agent. */
  customer(text?: string): Promise<Seat>
  /** The same, answered. */
  seated(text?: string): Promise<Seat>
  /** A customer's mail, answered. */
  mailed(text?: string): Promise<Seat>
  close(): Promise<void>
}

/** The agent's place in a conversation. */
export interface Seat {
  readonly conversationId: string
  readonly participantId: string
  readonly communicationId: string
}

/** Starts a house with mail, an agent that takes work and a prepared answer. */
export async function startTaskBed(database?: string): Promise<TaskBed> {
  const mail = await startMailHouse(database)
  const { house } = mail
  const users = house.credentials.users
  const userId = users[0]?.id ?? ''
  const agent = agentOf({ url: house.url, token: await house.userToken(0) })
  const client = agentOf({ url: house.url, token: house.adminToken })
  const library = await house.call('POST', '/api/v2/responsemanagement/libraries', {
    body: { name: 'Answers' },
  })
  const response = await house.call('POST', '/api/v2/responsemanagement/responses', {
    body: {
      name: 'Order',
      libraries: [{ id: library.body.id }],
      texts: [{ content: 'Your order {{number}} is on its way.', contentType: 'text/plain' }],
      substitutions: [{ id: 'number', defaultValue: '1' }],
    },
  })
  const codes = await house.call('GET', '/api/v2/routing/wrapupcodes')
  let customers = 0
  let lastMail: Seat | undefined
  const seatIn = (conversationId: string, reader: string, state: string) =>
    eventually(`the agent is ${state}`, async (): Promise<Seat | undefined> => {
      const { participants = [] } = await agent.done(reader, { conversationId })
      const own = participants.findLast(
        (one: { user?: { id: string }; state: string }) =>
          one.user?.id === userId && one.state === state,
      )
      if (own === undefined) return undefined
      const generic = await house.call('GET', `/api/v2/conversations/${conversationId}`)
      const mine = generic.body.participants.find((one: { id: string }) => one.id === own.id)
      const leg = [...(mine?.messages ?? []), ...(mine?.emails ?? [])].at(-1)
      return { conversationId, participantId: own.id, communicationId: leg?.id ?? '' }
    })
  const customer = async (text = 'Where is my order?') => {
    customers += 1
    const posted = await customerWrites(house, { customer: `customer-${customers}`, text })
    return seatIn(posted.conversationId, 'get_message', 'alerting')
  }
  return {
    mail,
    agent,
    client,
    userId,
    otherUserId: users[1]?.id ?? '',
    queueId: house.credentials.queue.id,
    wrapupCodeId: codes.body.entities[0].id,
    responseId: response.body.id,
    customer,
    async seated(text) {
      const { conversationId, participantId } = await customer(text)
      await agent.done('patch_message_participant', {
        conversationId,
        participantId,
        state: 'connected',
      })
      return seatIn(conversationId, 'get_message', 'connected')
    },
    async mailed(text = 'Where is my parcel?') {
      customers += 1
      if (lastMail !== undefined) {
        // an agent has one e-mail at a time; the task before may have ended it already
        const { conversationId, participantId } = lastMail
        await agent.agree('patch_email_participant', {
          conversationId,
          participantId,
          state: 'disconnected',
        })
      }
      const from = `customer-${customers}@example.org`
      const conversationId = await mail.post(aMail({ from, id: `<${customers}@x>`, text }))
      const { participantId } = await seatIn(conversationId, 'get_email', 'alerting')
      await agent.done('patch_email_participant', {
        conversationId,
        participantId,
        state: 'connected',
      })
      lastMail = await seatIn(conversationId, 'get_email', 'connected')
      return lastMail
    },
    close: () => house.close(),
  }
}
