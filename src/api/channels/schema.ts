import Type from 'typebox'
import { Id } from '../schema.ts'

// The shapes name what clients rely on; objects carry more members of the vendor's models than are listed.

/** Scopes of which a reading operation's token needs one. */
export const readScopes = ['conversations', 'conversations:readonly'] as const

/** Whose leg, in a path. */
export const SeatPath = Type.Object({ conversationId: Id, participantId: Id })

/** Which leg, in a path. */
export const LegPath = Type.Object({ conversationId: Id, participantId: Id, communicationId: Id })

const mediaParticipant = {
  id: Type.String(),
  purpose: Type.String(),
  state: Type.String(),
  attributes: Type.Record(Type.String(), Type.String()),
}

/** The vendor's `CobrowseConversation`. */
export const CobrowseConversation = Type.Object({
  id: Type.String(),
  participants: Type.Array(
    Type.Object({
      ...mediaParticipant,
      cobrowseSessionId: Type.String(),
      cobrowseRole: Type.Enum(['sharer', 'viewer']),
      controlling: Type.Array(Type.String()),
      viewerUrl: Type.Optional(Type.String()),
    }),
  ),
  selfUri: Type.String(),
})

const UserRef = Type.Object({ id: Type.String(), selfUri: Type.String() })

/** The vendor's `InternalMessageConversation`. */
export const InternalMessageConversation = Type.Object({
  id: Type.String(),
  participants: Type.Array(
    Type.Object({
      ...mediaParticipant,
      internalMessageId: Type.String(),
      targetUser: UserRef,
      sourceUser: UserRef,
      messages: Type.Array(Type.Object({ messageId: Type.String(), messageTime: Type.String() })),
    }),
  ),
  selfUri: Type.String(),
})

/** The vendor's `MeetingIdRecord`. */
export const MeetingIdRecord = Type.Object({
  id: Type.String(),
  ephemeral: Type.Boolean(),
  conferenceId: Type.String(),
  dateExpired: Type.Optional(Type.String()),
  selfUri: Type.String(),
})
