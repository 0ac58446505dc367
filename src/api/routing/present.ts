import { isoTime } from '../../clock.ts'
import type { Queue, QueueMember, Recipient, User, WrapupCode } from '../../store/records.ts'
import type { AgentState } from '../../store/store.ts'
import { presentHomeDivision } from '../organizations/present.ts'
import { presentRouting } from '../users/present.ts'

/** The vendor's `Queue`, as far as queues have those members here. */
export function presentQueue(queue: Queue, organizationId: string) {
  return {
    id: queue.id,
    name: queue.name,
    division: presentHomeDivision(organizationId),
    ...(queue.description === undefined ? {} : { description: queue.description }),
    dateCreated: isoTime(queue.createdMs),
    dateModified: isoTime(queue.modifiedMs),
    memberCount: queue.members.length,
    userMemberCount: queue.members.length,
    joinedMemberCount: queue.members.filter(({ joined }) => joined).length,
    mediaSettings: {
      message: {
        enableAutoAnswer: queue.autoAnswer === true,
        alertingTimeoutSeconds: queue.messageAlertingTimeoutMs / 1000,
        enableInactivityTimeout: queue.inactivityTimeoutMs !== undefined,
        ...(queue.inactivityTimeoutMs === undefined
          ? {}
          : {
              inactivityTimeoutSettings: {
                timeoutSeconds: queue.inactivityTimeoutMs / 1000,
                actionType: 'DISCONNECT',
              },
            }),
      },
    },
    acwSettings: { wrapupPrompt: queue.wrapupPrompt, timeoutMs: queue.acwTimeoutMs },
    scoringMethod: 'TimestampAndPriority',
    lastAgentRoutingMode: queue.lastAgentRouting ?? 'AnyAgent',
    skillEvaluationMethod: 'ALL',
    ...outboundAddresses(queue),
    ...(queue.emailRouteId === undefined
      ? {}
      : { outboundEmailAddress: { route: { id: queue.emailRouteId } } }),
    selfUri: `/api/v2/routing/queues/${queue.id}`,
  }
}

function outboundAddresses({ smsAddress, openIntegrationId }: Queue) {
  if (smsAddress === undefined && openIntegrationId === undefined) return {}
  return {
    outboundMessagingAddresses: {
      ...(smsAddress === undefined ? {} : { smsAddress: { id: smsAddress } }),
      ...(openIntegrationId === undefined
        ? {}
        : {
            openMessagingRecipient: {
              id: openIntegrationId,
              selfUri: `/api/v2/routing/message/recipients/${openIntegrationId}`,
            },
          }),
    },
  }
}

/** The vendor's `QueueMember`. */
export function presentMember(
  queueId: string,
  { userId, joined }: QueueMember,
  known: { readonly user?: User | undefined; readonly agent?: AgentState | undefined },
) {
  const name = known.user?.name ?? userId
  return {
    id: userId,
    name,
    user: {
      id: userId,
      name,
      ...(known.user === undefined ? {} : { email: known.user.email }),
      selfUri: `/api/v2/users/${userId}`,
    },
    ringNumber: 1,
    joined,
    memberBy: 'user',
    ...(known.agent === undefined ? {} : { routingStatus: presentRouting(known.agent) }),
    selfUri: `/api/v2/routing/queues/${queueId}/members/${userId}`,
  }
}

/** The vendor's `WrapupCode`. */
export function presentWrapupCode(code: WrapupCode, organizationId: string) {
  return {
    id: code.id,
    name: code.name,
    division: presentHomeDivision(organizationId),
    ...(code.description === undefined ? {} : { description: code.description }),
    dateCreated: isoTime(code.createdMs),
    dateModified: isoTime(code.modifiedMs),
    selfUri: `/api/v2/routing/wrapupcodes/${code.id}`,
  }
}

/** The vendor's `Recipient`. `queue` is ours: the queue that takes messages where no flow is built. */
export function presentRecipient(recipient: Recipient) {
  const { queueId, flowId } = recipient
  return {
    id: recipient.id,
    name: recipient.name,
    messengerType: recipient.messengerType,
    ...(flowId === undefined ? {} : { flow: { id: flowId, selfUri: `/api/v2/flows/${flowId}` } }),
    ...(queueId === undefined
      ? {}
      : { queue: { id: queueId, selfUri: `/api/v2/routing/queues/${queueId}` } }),
    dateCreated: isoTime(recipient.createdMs),
    dateModified: isoTime(recipient.modifiedMs),
    selfUri: `/api/v2/routing/message/recipients/${recipient.id}`,
  }
}
