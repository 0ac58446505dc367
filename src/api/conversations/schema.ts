import Type from 'typebox'

// The shapes name what clients rely on; objects carry more members of the vendor's models than are listed.

const Participant = Type.Object({
  id: Type.String(),
  purpose: Type.String(),
  address: Type.Optional(Type.String()),
  attributes: Type.Record(Type.String(), Type.String()),
})

/** The vendor's `MessageConversation`: the media view. */
export const MessageConversation = Type.Object({
  id: Type.String(),
  participants: Type.Array(
    Type.Intersect([
      Participant,
      Type.Object({
        state: Type.String(),
        peer: Type.Optional(Type.String()),
        messages: Type.Array(Type.Object({ messageId: Type.String() })),
      }),
    ]),
  ),
  selfUri: Type.String(),
})

/** The vendor's `Conversation`: the generic view. */
export const GenericConversation = Type.Object({
  id: Type.String(),
  startTime: Type.String(),
  endTime: Type.Optional(Type.String()),
  participants: Type.Array(
    Type.Intersect([
      Participant,
      Type.Object({
        messages: Type.Array(Type.Object({ id: Type.String(), state: Type.String() })),
      }),
    ]),
  ),
  selfUri: Type.String(),
})

/** The vendor's `MessageData`. */
export const MessageData = Type.Object({
  id: Type.String(),
  timestamp: Type.String(),
  direction: Type.Enum(['inbound', 'outbound']),
  messengerType: Type.String(),
  status: Type.String(),
  normalizedMessage: Type.Object({ id: Type.String(), type: Type.String() }),
  conversationId: Type.String(),
  selfUri: Type.String(),
})

/** The vendor's normalized message, as inbound posts are answered with it. */
export const NormalizedMessage = Type.Object({
  id: Type.String(),
  channel: Type.Object({ platform: Type.String(), time: Type.String() }),
  type: Type.Enum(['Text', 'Structured', 'Event', 'Receipt']),
  direction: Type.Enum(['Inbound', 'Outbound']),
  conversationId: Type.Optional(Type.String()),
})
