import type { AnyOperation } from '../operation.ts'
import { getUserQueues } from './get-user-queues.ts'
import { getUser, getUsers, getUsersMe } from './read-users.ts'
import {
  deleteUserRoutingskill,
  getUserRoutingskills,
  postUserRoutingskills,
} from './routing-skills.ts'
import { getUserRoutingstatus, putUserRoutingstatus } from './routing-status.ts'
import { getUserPresencesPurecloud, patchUserPresencesPurecloud } from './user-presence.ts'

/** Operations on users, and on whether they take work. */
export const userOperations: readonly AnyOperation[] = [
  deleteUserRoutingskill,
  getUser,
  getUserPresencesPurecloud,
  getUserQueues,
  getUserRoutingskills,
  getUserRoutingstatus,
  getUsers,
  getUsersMe,
  patchUserPresencesPurecloud,
  postUserRoutingskills,
  putUserRoutingstatus,
]
