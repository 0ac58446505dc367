import Type from 'typebox'
import { setParking } from '../../messaging/parking.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { ParkingStateRequest, parkingOf } from './parking-request.ts'

export const patchConversationsMessageParticipantParkingstate = operation({
  id: 'patchConversationsMessageParticipantParkingstate',
  method: 'PATCH',
  path: '/api/v2/conversations/messages/{conversationId}/participants/{participantId}/parkingstate',
  summary: 'Parks a message conversation, until a time where one is given, or takes it back.',
  scopes: ['conversations'],
  permission: 'conversation:message:park',
  input: {
    path: Type.Object({ conversationId: Id, participantId: Id }),
    body: ParkingStateRequest,
  },
  reply: { status: 204 },
  handle: ({ path, body }, { store, messaging }) =>
    setParking(store, { ...path, ...parkingOf(body) }, messaging),
})
