import Type from 'typebox'
import { AppError } from '../../errors.ts'
import { operation } from '../operation.ts'
import { presenceDefinitions } from '../presence/definitions.ts'
import { Id } from '../schema.ts'
import { availabilityOf, changePresence } from './availability.ts'
import { presentPresence } from './present.ts'
import { UserPresenceSchema } from './schema.ts'

const path = '/api/v2/users/{userId}/presences/purecloud'

export const getUserPresencesPurecloud = operation({
  id: 'getUserPresencesPurecloud',
  method: 'GET',
  path,
  summary: "Reads a user's presence.",
  scopes: ['presence', 'presence:readonly'],
  input: { path: Type.Object({ userId: Id }) },
  reply: { status: 200, schema: UserPresenceSchema },
  async handle({ path }, { store }) {
    return presentPresence(await availabilityOf(store, path.userId))
  },
})

export const patchUserPresencesPurecloud = operation({
  id: 'patchUserPresencesPurecloud',
  method: 'PATCH',
  path,
  summary: "Sets a user's presence; On Queue makes an agent take work, any other one ends that.",
  scopes: ['presence'],
  input: {
    path: Type.Object({ userId: Id }),
    body: Type.Object({ presenceDefinition: Type.Object({ id: Type.String() }) }),
  },
  reply: { status: 200, schema: UserPresenceSchema },
  async handle({ path, body }, { store, messaging, principal }) {
    const { id } = body.presenceDefinition
    const definition = presenceDefinitions.find((one) => one.id === id)
    if (definition === undefined) {
      throw new AppError(
        'bad.request',
        'There is no presence definition {id}: take an id from GET /api/v2/presence/definitions.',
        {
          params: { id },
          details: [{ errorCode: 'bad.request', fieldName: 'presenceDefinition.id' }],
        },
      )
    }
    const change = { userId: path.userId, principal, presence: definition.systemPresence }
    return presentPresence(await changePresence(store, change, messaging))
  },
})
