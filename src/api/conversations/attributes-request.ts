import Type from 'typebox'

const Attributes = Type.Record(Type.String(), Type.String({ maxLength: 32_000 }), {
  maxProperties: 500,
})

/** The vendor's `ParticipantAttributes`. */
export const ParticipantAttributes = Type.Object({ attributes: Attributes })
