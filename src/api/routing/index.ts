import type { AnyOperation } from '../operation.ts'
import {
  deleteRoutingQueueMember,
  getRoutingQueueMembers,
  patchRoutingQueueMember,
  patchRoutingQueueMembers,
  postRoutingQueueMembers,
} from './queue-members.ts'
import {
  deleteRoutingQueue,
  getRoutingQueue,
  getRoutingQueues,
  postRoutingQueues,
  putRoutingQueue,
} from './queues.ts'
import {
  getRoutingMessageRecipient,
  getRoutingMessageRecipients,
  putRoutingMessageRecipient,
} from './recipients.ts'
import {
  deleteRoutingWrapupcode,
  getRoutingQueueWrapupcodes,
  getRoutingWrapupcode,
  getRoutingWrapupcodes,
  postRoutingWrapupcodes,
  putRoutingWrapupcode,
} from './wrapup-codes.ts'

/** Operations on queues, their members, wrap-up codes, and where messages go. */
export const routingOperations: readonly AnyOperation[] = [
  deleteRoutingQueue,
  deleteRoutingQueueMember,
  deleteRoutingWrapupcode,
  getRoutingMessageRecipient,
  getRoutingMessageRecipients,
  getRoutingQueue,
  getRoutingQueueMembers,
  getRoutingQueues,
  getRoutingQueueWrapupcodes,
  getRoutingWrapupcode,
  getRoutingWrapupcodes,
  patchRoutingQueueMember,
  patchRoutingQueueMembers,
  postRoutingQueueMembers,
  postRoutingQueues,
  postRoutingWrapupcodes,
  putRoutingMessageRecipient,
  putRoutingQueue,
  putRoutingWrapupcode,
]
