import Type from 'typebox'
import { AppError } from '../../errors.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { availabilityOf, changeRouting } from './availability.ts'
import { presentRouting } from './present.ts'
import { RoutingStatusSchema } from './schema.ts'

const path = '/api/v2/users/{userId}/routingstatus'

export const getUserRoutingstatus = operation({
  id: 'getUserRoutingstatus',
  method: 'GET',
  path,
  summary: 'Reads whether an agent takes work.',
  scopes: ['users', 'users:readonly'],
  input: { path: Type.Object({ userId: Id }) },
  reply: { status: 200, schema: RoutingStatusSchema },
  async handle({ path }, { store }) {
    return presentRouting(await availabilityOf(store, path.userId))
  },
})

/** The statuses that follow from work (INTERACTING and the like) cannot be set. */
export const putUserRoutingstatus = operation({
  id: 'putUserRoutingstatus',
  method: 'PUT',
  path,
  summary:
    'Sets an agent IDLE, such as after Not Responding, or OFF_QUEUE; work that waits is assigned at once.',
  scopes: ['users'],
  input: {
    path: Type.Object({ userId: Id }),
    body: Type.Object({ status: Type.String() }),
  },
  reply: { status: 200, schema: RoutingStatusSchema },
  async handle({ path, body: { status } }, { store, messaging, principal }) {
    if (status !== 'IDLE' && status !== 'OFF_QUEUE') {
      throw new AppError(
        'invalid.value',
        'Value [{value}] is not valid for field type [status]. Allowable values are: IDLE, OFF_QUEUE',
        {
          params: { value: status },
          details: [{ errorCode: 'invalid.value', fieldName: 'status' }],
        },
      )
    }
    const change = { userId: path.userId, principal, status } as const
    return presentRouting(await changeRouting(store, change, messaging))
  },
})
