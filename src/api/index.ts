import { architectOperations } from './architect/index.ts'
import { authorizationOperations } from './authorization/index.ts'
import { channelOperations } from './channels/index.ts'
import { conversationOperations } from './conversations/index.ts'
import { dataActionOperations } from './data-actions/index.ts'
import { emailOperations } from './emails/index.ts'
import { integrationOperations } from './integrations/index.ts'
import { messagingOperations } from './messaging/index.ts'
import { nexusOperations } from './nexus/index.ts'
import { notificationOperations } from './notifications/index.ts'
import { oauthOperations } from './oauth/index.ts'
import { scopeOperations } from './oauth/scopes.ts'
import type { AnyOperation } from './operation.ts'
import { organizationOperations } from './organizations/index.ts'
import { outboundOperations } from './outbound/index.ts'
import { presenceOperations } from './presence/index.ts'
import { responseManagementOperations } from './response-management/index.ts'
import { routingOperations } from './routing/index.ts'
import { signalboxOperations } from './signalbox/index.ts'
import { smsNumberOperations } from './sms-numbers/index.ts'
import { tokenOperations } from './tokens/index.ts'
import { userOperations } from './users/index.ts'

const others: readonly AnyOperation[] = [
  ...tokenOperations,
  ...architectOperations,
  ...authorizationOperations,
  ...organizationOperations,
  ...oauthOperations,
  ...userOperations,
  ...presenceOperations,
  ...routingOperations,
  ...responseManagementOperations,
  ...messagingOperations,
  ...conversationOperations,
  ...emailOperations,
  ...channelOperations,
  ...notificationOperations,
  ...outboundOperations,
  ...integrationOperations,
  ...dataActionOperations,
  ...nexusOperations,
  ...smsNumberOperations,
  ...signalboxOperations,
]

/** Every operation that is served: one that is not listed does not exist. */
export const operations: readonly AnyOperation[] = [...others, ...scopeOperations(others)]
