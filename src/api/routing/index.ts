import type { AnyOperation } from '../operation.ts'
import {
  getRoutingQueuesDivisionviews,
  getRoutingQueuesDivisionviewsAll,
  getRoutingQueuesMe,
  getRoutingWrapupcodesDivisionviews,
} from './division-views.ts'
import {
  deleteRoutingEmailDomain,
  getRoutingEmailDomain,
  getRoutingEmailDomains,
  patchRoutingEmailDomain,
  postRoutingEmailDomains,
} from './email-domains.ts'
import {
  deleteRoutingEmailDomainRoute,
  getRoutingEmailDomainRoute,
  getRoutingEmailDomainRoutes,
  postRoutingEmailDomainRoutes,
  putRoutingEmailDomainRoute,
} from './email-routes.ts'
import {
  deleteRoutingLanguage,
  getRoutingLanguage,
  getRoutingLanguages,
  postRoutingLanguages,
} from './languages.ts'
import {
  deleteRoutingQueueMember,
  getRoutingQueueMembers,
  patchRoutingQueueMember,
  patchRoutingQueueMembers,
  postRoutingQueueMembers,
} from './queue-members.ts'
import { signalboxGetQueueStatistics } from './queue-statistics.ts'
import { deleteRoutingQueueWrapupcode, postRoutingQueueWrapupcodes } from './queue-wrapup-codes.ts'
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
  deleteRoutingSkill,
  getRoutingSkill,
  getRoutingSkills,
  patchRoutingSkill,
  postRoutingSkills,
} from './skills.ts'
import {
  deleteRoutingUtilization,
  getRoutingUtilization,
  putRoutingUtilization,
} from './utilization.ts'
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
  getRoutingQueuesDivisionviews,
  getRoutingQueuesDivisionviewsAll,
  getRoutingQueuesMe,
  getRoutingWrapupcodesDivisionviews,
  deleteRoutingLanguage,
  getRoutingLanguage,
  getRoutingLanguages,
  patchRoutingSkill,
  postRoutingLanguages,
  deleteRoutingEmailDomain,
  deleteRoutingEmailDomainRoute,
  getRoutingEmailDomain,
  getRoutingEmailDomainRoute,
  getRoutingEmailDomainRoutes,
  getRoutingEmailDomains,
  patchRoutingEmailDomain,
  postRoutingEmailDomainRoutes,
  postRoutingEmailDomains,
  putRoutingEmailDomainRoute,
  deleteRoutingQueue,
  deleteRoutingQueueMember,
  deleteRoutingQueueWrapupcode,
  deleteRoutingSkill,
  deleteRoutingUtilization,
  deleteRoutingWrapupcode,
  getRoutingMessageRecipient,
  getRoutingMessageRecipients,
  getRoutingQueue,
  getRoutingQueueMembers,
  getRoutingQueues,
  getRoutingQueueWrapupcodes,
  getRoutingSkill,
  getRoutingSkills,
  getRoutingUtilization,
  getRoutingWrapupcode,
  getRoutingWrapupcodes,
  patchRoutingQueueMember,
  patchRoutingQueueMembers,
  postRoutingQueueMembers,
  postRoutingQueueWrapupcodes,
  postRoutingQueues,
  postRoutingSkills,
  postRoutingWrapupcodes,
  putRoutingMessageRecipient,
  putRoutingQueue,
  putRoutingUtilization,
  putRoutingWrapupcode,
  signalboxGetQueueStatistics,
]
