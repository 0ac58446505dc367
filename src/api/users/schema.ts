import Type from 'typebox'

/** The members of the vendor's `User` and `UserMe` that are always there. */
export const UserSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  email: Type.String(),
  username: Type.String(),
  state: Type.Enum(['active', 'inactive', 'deleted']),
  version: Type.Integer(),
  selfUri: Type.String(),
})

export const RoutingStatusSchema = Type.Object({
  userId: Type.String(),
  status: Type.Enum(['OFF_QUEUE', 'IDLE', 'INTERACTING', 'NOT_RESPONDING', 'COMMUNICATING']),
  startTime: Type.String(),
})

export const UserPresenceSchema = Type.Object({
  source: Type.String(),
  primary: Type.Boolean(),
  presenceDefinition: Type.Object({ id: Type.String(), systemPresence: Type.String() }),
  modifiedDate: Type.String(),
})

/** Names of members that are added to a user on request; those not served are passed over. */
export const Expand = Type.Optional(Type.Array(Type.String()))
