import type { AnyOperation } from '../operation.ts'
import { getUserQueues } from './get-user-queues.ts'
import { getUser, getUsers, getUsersMe } from './read-users.ts'
import { getUserRoutingstatus, putUserRoutingstatus } from './routing-status.ts'
import { getUserPresencesPurecloud, patchUserPresencesPurecloud } from './user-presence.ts'

/** Operations on users, and on whether they take work. */
export const userOperations: readonly AnyOperation[] = [
  getUser,
  getUserPresencesPurecloud,
  getUserQueues,
  getUserRoutingstatus,
  getUsers,
  getUsersMe,
  patchUserPresencesPurecloud,
  putUserRoutingstatus,
]
