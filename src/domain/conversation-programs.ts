import type { Conversation, Participant } from './conversation.ts'
import {
  addParticipant,
  connectedLeg,
  endedLeg,
  linkToCustomer,
  type Moment,
  newParticipant,
  type Step,
} from './conversation-legs.ts'

/** Adds an `api` participant for a message that a program sent (agentless); it is over at once. */
export function agentless(conversation: Conversation, moment: Moment): Step {
  const leg = endedLeg(connectedLeg('outbound', moment), moment.nowMs, 'client')
  const api: Participant = {
    ...newParticipant('api', conversation.platformAddress, moment),
    endMs: moment.nowMs,
    communications: [leg],
  }
  return {
    conversation: addParticipant(conversation, api),
    details: [{ name: 'outbound', participantId: api.id }],
  }
}

/** A routing application takes the conversation: its participant joins connected, linked to the customer. */
export function joinAsFlow(
  conversation: Conversation,
  flow: { readonly id: string; readonly name: string },
  moment: Moment,
): Step {
  const participant: Participant = {
    ...newParticipant('workflow', conversation.platformAddress, moment),
    name: flow.name,
    flowId: flow.id,
    communications: [connectedLeg('inbound', moment)],
  }
  return {
    conversation: linkToCustomer(addParticipant(conversation, participant), participant.id),
    details: [{ name: 'flow.start', participantId: participant.id }],
  }
}
