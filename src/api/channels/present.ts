import type { Conversation, Participant } from '../../domain/conversation.ts'
import { cobrowseFacts, internalDetails } from '../conversations/channel-legs.ts'
import {
  type Around,
  presentMediaParticipant,
  presentSurroundings,
} from '../conversations/present.ts'

/** The media view of a cobrowse conversation (vendor model `CobrowseConversation`). */
export function presentCobrowse(conversation: Conversation, around: Around) {
  return presentMedia(conversation, around, {
    path: 'cobrowsesessions',
    facts: (participant) => cobrowseFacts(participant, conversation),
  })
}

/** The media view of an internal message (vendor model `InternalMessageConversation`). */
export function presentInternal(conversation: Conversation, around: Around) {
  const { sourceUserId = '', targetUserId = '' } = conversation.internal ?? {}
  return presentMedia(conversation, around, {
    path: 'internalmessages',
    facts: (participant) => ({
      provider: 'PureCloud Internal Messaging',
      internalMessageId: participant.communications.at(-1)?.id ?? '',
      targetUser: userRef(targetUserId),
      sourceUser: userRef(sourceUserId),
      toAddress: addressOf(targetUserId),
      fromAddress: addressOf(sourceUserId),
      messages: internalDetails(around.messages),
    }),
  })
}

function presentMedia<Facts extends object>(
  conversation: Conversation,
  around: Around,
  medium: { readonly path: string; readonly facts: (participant: Participant) => Facts },
) {
  const { nickname } = conversation.customer
  return {
    id: conversation.id,
    ...(nickname === undefined ? {} : { name: nickname }),
    participants: conversation.participants.map((participant) => {
      const {
        messages: _messages,
        type: _type,
        toAddress: _to,
        fromAddress: _from,
        ...view
      } = presentMediaParticipant(participant, conversation, around)
      return { ...view, ...medium.facts(participant) }
    }),
    ...presentSurroundings(conversation, around),
    selfUri: `/api/v2/conversations/${medium.path}/${conversation.id}`,
  }
}

function userRef(id: string) {
  return { id, selfUri: `/api/v2/users/${id}` }
}

function addressOf(id: string) {
  return { nameRaw: '', addressNormalized: id, addressRaw: id, addressDisplayable: id }
}
