import type { Detail } from '../../domain/conversation-legs.ts'
import { grants, type Principal } from '../../principal.ts'

/** One kind of topic that this server sends; `{id}` stands for the entity that it is about. */
export interface TopicKind {
  readonly template: string
  readonly description: string
  /** Needed for it; all of them. */
  readonly permissions: readonly string[]
  /** Whether users may subscribe to their own without the permissions. */
  readonly ownWithout: boolean
}

const detailNames: readonly Detail['name'][] = [
  'acd.start',
  'acd.end',
  'flow.start',
  'flow.end',
  'acw',
  'attributes',
  'customer.start',
  'customer.end',
  'outbound',
  'user.start',
  'user.end',
  'wrapup',
]

const messageView = ['conversation:message:view']
const emailView = ['conversation:email:view']
// Guess: the vendor documents no permission of its own for these media's topics, so it is that of messages.
const otherView = messageView
const detailView = ['analytics:conversationDetail:view']

/** The topics that this server sends, by the names of the vendor's notification service. */
export const topicKinds: readonly TopicKind[] = [
  ofUser('conversations', 'Conversations of a user, whatever the medium.', messageView),
  ofUser('conversations.messages', 'Message conversations of a user.', messageView),
  ofUser('conversations.emails', 'E-mail conversations of a user.', emailView),
  {
    // Our own: the vendor's topics repeat every message of a thread, without what it says.
    template: 'v2.users.{id}.signalbox.desk',
    description:
      'Conversations of a user as a desk follows them: where each stands, and the message that changed in full.',
    permissions: messageView,
    ownWithout: false,
  },
  ofUser('conversations.cobrowseSessions', 'Cobrowse conversations of a user.', otherView),
  ofUser('conversations.socialexpressions', 'Social conversations of a user.', otherView),
  ofUser('conversations.videos', 'Video conversations of a user.', otherView),
  ofUser(
    'conversations.inbound.typing.event',
    'Customers who are typing in conversations of a user.',
    messageView,
  ),
  ofUser('conversationsummary', 'How many conversations a user has.', messageView),
  ofUser('presence', 'Presence of a user.', []),
  ofUser('routingStatus', 'Routing status of a user.', []),
  ofUser('activity', 'Presence and routing status of a user.', []),
  ofQueue('conversations', 'Conversations in a queue, whatever the medium.', messageView),
  ofQueue('conversations.messages', 'Message conversations in a queue.', messageView),
  ofQueue('conversations.emails', 'E-mail conversations in a queue.', emailView),
  ofQueue('conversations.cobrowseSessions', 'Cobrowse conversations in a queue.', otherView),
  ofQueue('conversations.socialexpressions', 'Social conversations in a queue.', otherView),
  ofQueue('conversations.videos', 'Video conversations in a queue.', otherView),
  ofQueue('users', 'Membership and routing status of the members of a queue.', [
    'routing:queue:view',
  ]),
  ...detailNames.map((name) => ({
    template: `v2.detail.events.conversation.{id}.${name}`,
    description: `Detail event ${name} of a conversation.`,
    permissions: detailView,
    ownWithout: false,
  })),
]

function ofUser(name: string, description: string, permissions: readonly string[]): TopicKind {
  return { template: `v2.users.{id}.${name}`, description, permissions, ownWithout: true }
}

function ofQueue(name: string, description: string, permissions: readonly string[]): TopicKind {
  return { template: `v2.routing.queues.{id}.${name}`, description, permissions, ownWithout: false }
}

const kindOfTemplate = new Map(topicKinds.map((kind) => [kind.template, kind]))
const topicForm =
  /^(v2\.users|v2\.routing\.queues|v2\.detail\.events\.conversation)\.([^.]+)\.(.+)$/

/** What a caller is told of a topic that he asked for (vendor model `ChannelTopic`). */
export type TopicVerdict =
  | { readonly id: string; readonly state: 'Permitted' }
  | {
      readonly id: string
      readonly state: 'Rejected'
      readonly rejectionReason: string
      /** Empty when there is no such topic. */
      readonly missingPermissions: readonly string[]
    }

/** Whether there is such a topic and the caller may subscribe to it. */
export function judgeTopic(id: string, principal: Principal): TopicVerdict {
  const parts = topicForm.exec(id)
  const [, family = '', entityId = '', name = ''] = parts ?? []
  const kind = kindOfTemplate.get(`${family}.{id}.${name}`)
  if (kind === undefined) {
    return {
      id,
      state: 'Rejected',
      rejectionReason: 'There is no such topic: GET availabletopics lists those that there are.',
      missingPermissions: [],
    }
  }
  if (kind.ownWithout && entityId === principal.userId) return { id, state: 'Permitted' }
  const missing = kind.permissions.filter((one) => !grants(principal.permissions, one))
  if (missing.length === 0) return { id, state: 'Permitted' }
  return {
    id,
    state: 'Rejected',
    rejectionReason: `Missing permission(s): ${missing.join(', ')}`,
    missingPermissions: missing,
  }
}

/** One of the topics as the vendor lists it (model `AvailableTopic`). */
export function presentTopicKind(kind: TopicKind) {
  return {
    id: kind.template,
    description: kind.description,
    requiresPermissions: kind.permissions,
    requiresDivisionPermissions: false,
    requiresAnyValidator: false,
    enforced: true,
    visibility: 'Public',
    requiresCurrentUser: false,
    requiresCurrentUserOrPermission: kind.ownWithout && kind.permissions.length > 0,
    transports: ['Websocket'],
    topicParameters: ['id'],
  }
}
