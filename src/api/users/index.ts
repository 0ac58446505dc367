import type { AnyOperation } from '../operation.ts'
import { getUserQueues } from './get-user-queues.ts'
import { getUser, getUsers, getUsersMe } from './read-users.ts'
import {
  deleteUserRoutinglanguage,
  getUserRoutinglanguages,
  postUserRoutinglanguages,
} from './routing-languages.ts'
import {
  deleteUserRoutingskill,
  getUserRoutingskills,
  postUserRoutingskills,
} from './routing-skills.ts'
import { getUserRoutingstatus, putUserRoutingstatus } from './routing-status.ts'
import { getUsersSearch, postUsersSearch } from './search-users.ts'
import {
  patchUserRoutingskillsBulk,
  putUserRoutingskill,
  putUserRoutingskillsBulk,
} from './skills-bulk.ts'
import { getUserPresencesPurecloud, patchUserPresencesPurecloud } from './user-presence.ts'
import {
  deleteUser,
  patchUser,
  postUserPassword,
  postUsers,
  postUsersMePassword,
} from './write-users.ts'

/** Operations on users, and on whether they take work. */
export const userOperations: readonly AnyOperation[] = [
  deleteUser,
  deleteUserRoutinglanguage,
  getUserRoutinglanguages,
  getUsersSearch,
  patchUser,
  patchUserRoutingskillsBulk,
  postUserPassword,
  postUserRoutinglanguages,
  postUsers,
  postUsersMePassword,
  postUsersSearch,
  putUserRoutingskill,
  putUserRoutingskillsBulk,
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
