import type { Rate } from '../domain/throttle.ts'
import type { ApiKey, ChannelSection, DigitalChannels } from './channel-records.ts'
import type { JsonObject } from './json.ts'
import type {
  CallableTimeSet,
  ConsentPolicy,
  ContactList,
  ContactListFilter,
  Flow,
  MessagingCampaign,
} from './outreach-records.ts'
import type { RecordBase } from './record-base.ts'
import type { PreparedResponse, ResponseLibrary } from './response-records.ts'
import type { StoredFunction } from './stored-function.ts'
import type { ToolPolicy } from './tool-policy.ts'

export type {
  CallableTimeSet,
  ConsentPolicy,
  ContactList,
  ContactListFilter,
  Flow,
  MessagingCampaign,
} from './outreach-records.ts'
export type { RecordBase } from './record-base.ts'

export interface Organization extends RecordBase {
  readonly defaultCountry: string
  /** The account that faxes leave through; the loopback fax line unless set. */
  readonly faxAccountId?: string
  /** Our number, as faxes show it. */
  readonly faxSender?: string
}

export interface User extends RecordBase {
  readonly email: string
  readonly state: 'active' | 'inactive' | 'deleted'
  /** Permission patterns such as `conversation:*` or `messaging:integration:view`, besides those of the roles. */
  readonly permissions: readonly string[]
  readonly roleIds?: readonly string[]
  readonly title?: string
  readonly department?: string
  readonly addresses?: readonly JsonObject[]
  /** What he can do, as queues may ask for it. */
  readonly skills?: readonly { readonly id: string; readonly proficiency: number }[]
  /** What he speaks. */
  readonly languages?: readonly { readonly id: string; readonly proficiency: number }[]
  /** scrypt: `salt:hash`, both base64url. Absent: cannot log in by password. */
  readonly passwordHash?: string
}

export interface QueueMember {
  readonly userId: string
  readonly joined: boolean
}

export interface Queue extends RecordBase {
  readonly description?: string
  readonly members: readonly QueueMember[]
  readonly messageAlertingTimeoutMs: number
  readonly wrapupPrompt:
    | 'MANDATORY'
    | 'OPTIONAL'
    | 'MANDATORY_TIMEOUT'
    | 'MANDATORY_FORCED_TIMEOUT'
    | 'AGENT_REQUESTED'
  readonly acwTimeoutMs: number
  readonly wrapupCodeIds: readonly string[]
  /** Alerted agents are connected at once. */
  readonly autoAnswer?: boolean
  /** Ends message conversations in which nobody has written for so long; absent: never. */
  readonly inactivityTimeoutMs?: number
  /** Whether who had a conversation last is asked first; any agent unless it says otherwise. */
  readonly lastAgentRouting?: 'Disabled' | 'QueueMembersOnly' | 'AnyAgent'
  /** Sender used for new outbound SMS conversations. */
  readonly smsAddress?: string
  readonly openIntegrationId?: string
  /** Route whose address new outbound e-mail conversations are sent from. */
  readonly emailRouteId?: string
}

export interface OAuthClient extends RecordBase {
  readonly description?: string
  readonly grantType: 'CLIENT-CREDENTIALS' | 'CODE'
  /** sha256 of the secret, base64url. */
  readonly secretHash: string
  readonly redirectUris: readonly string[]
  readonly scopes: readonly string[]
  readonly permissions: readonly string[]
  readonly roleIds?: readonly string[]
  readonly tokenValiditySeconds: number
  readonly state: 'active' | 'disabled'
}

/** An Open Messaging integration. Its webhook secret is `secrets.token`. */
export interface OpenIntegration extends RecordBase {
  readonly webhookUrl: string
  readonly webhookHeaders: Readonly<Record<string, string>>
  /** Whether the webhook may stand on a private network, such as the loopback one of a demo. */
  readonly allowPrivateNetwork: boolean
  readonly supportedContentId?: string
  readonly messagingSettingId?: string
  readonly createdBy?: string
  readonly modifiedBy?: string
}

/** Where the messages of an integration or sender go; its id is the integration's or a sender's own. */
export interface Recipient extends RecordBase {
  readonly messengerType: 'open' | 'sms'
  readonly queueId?: string
  readonly flowId?: string
}

/** A number of ours that can send and receive texts through an account. */
export interface Sender extends RecordBase {
  /** E.164 with `+`, a short code or an alphanumeric sender; unique in the organization. */
  readonly address: string
  readonly accountId: string
  readonly recipientId: string
  /** How fast it may send; as fast as it can unless set. */
  readonly rate?: Rate
  /** What Digital Channels was told of it; absent where it was set up otherwise. */
  readonly channel?: ChannelSection
  /** The `header:` options of that section; encrypted at rest. */
  readonly webhookHeaders?: Readonly<Record<string, string>>
}

/** A configured connector: an SMS provider, or a connection to a Genesys Cloud org. */
export interface Account extends RecordBase {
  readonly connector: string
  readonly settings: JsonObject
  /** What to do with sends that may have been taken: leave them, send again, or give up. */
  readonly uncertain: 'hold' | 'resend' | 'fail'
  /** The account that texts go through while this one takes none. */
  readonly fallbackAccountId?: string
  /** How fast all its senders together may send; as fast as they can unless set. */
  readonly rate?: Rate
  /** How long a text is worth sending, in milliseconds from being accepted; the connector's horizon unless set. */
  readonly validityMs?: number
  /** Private networks that this account may call, such as the loopback one of a demo. */
  readonly allowPrivateNetwork: boolean
  /** Sent with every webhook of this account; encrypted at rest. */
  readonly webhookHeaders?: Readonly<Record<string, string>>
}

/** A domain that mail is taken for and sent from. Its id is the domain's name, in lower case. */
export interface EmailDomain extends RecordBase {
  readonly subDomain: boolean
  /** Account that its mail leaves through; the embedded mailbox unless given. */
  readonly accountId?: string
}

/** An address of a domain, and where mail to it goes. */
export interface EmailRoute extends RecordBase {
  readonly domainId: string
  /** The half before the `@`; `*` stands for all that have no route of their own. */
  readonly pattern: string
  readonly queueId?: string
  /** The routing application that takes mails before any queue. */
  readonly flowId?: string
  readonly skillIds?: readonly string[]
  readonly languageId?: string
  readonly priority?: number
  /** What our mail from this address is signed with. */
  readonly fromName: string
  /** Another address of ours to send from. */
  readonly fromEmail?: string
  readonly autoBcc: readonly { readonly email: string; readonly name?: string }[]
}

/** The processing layer: joins an Open Messaging integration of a connection to an SMS account. */
export interface Relay extends RecordBase {
  readonly connectionId: string
  readonly integrationId: string
  readonly accountId: string
  readonly defaultSender?: string
  /** Senders that may be asked for; empty: any of the account. */
  readonly senders: readonly string[]
  /** Whether inbound texts name the sender in `from.id` (`handset:sender`), so that replies leave from it. */
  readonly compositeFrom: boolean
}

export interface MessagingSetting extends RecordBase {
  readonly typingInbound: boolean
  readonly typingOutbound: boolean
  readonly isDefault: boolean
}

/** Something that an agent can do and a conversation may need. */
export type RoutingSkill = RecordBase

/** A language that an agent can be asked to speak. */
export type RoutingLanguage = RecordBase

/** What its holders may do; users and clients are granted it. */
export interface Role extends RecordBase {
  readonly description?: string
  readonly permissions: readonly string[]
}

/** How many conversations an agent takes at once, by medium; one record, `default`. */
export interface Utilization extends RecordBase {
  readonly media: Readonly<Record<string, MediaUtilization>>
}

/** The vendor's `MediaUtilization`. */
export interface MediaUtilization {
  readonly maximumCapacity: number
  readonly interruptableMediaTypes: readonly string[]
  readonly includeNonAcd: boolean
}

/** Which media may come in and go out. */
export interface SupportedContent extends RecordBase {
  readonly inbound: readonly string[]
  readonly outbound: readonly string[]
  /** Whether it applies where an integration names none. */
  readonly isDefault: boolean
}

export interface ThreadingTimeline extends RecordBase {
  readonly minutesByType: Readonly<Record<string, number>>
}

export interface WrapupCode extends RecordBase {
  readonly description?: string
}

/**
 * A notification channel: what its socket is told. The id is the socket's only credential. The name is
 * `client|user`, by which the channels of one user in one app are found.
 */
export interface NotificationChannel extends RecordBase {
  readonly clientId: string
  /** Absent for the channel of a client by itself. */
  readonly userId?: string
  readonly topics: readonly string[]
  /** Epoch milliseconds. */
  readonly expiresMs: number
  /** The socket that has it, on whichever node; the last one that came. Absent while it is idle. */
  readonly connectionId?: string
}

/** An installed integration, whose actions reach one service. Its secrets are in credentials. */
export interface IntegrationRecord extends RecordBase {
  /** The vendor's type id, such as `custom-rest-actions`. */
  readonly integrationType: string
  readonly intendedState: 'ENABLED' | 'DISABLED'
  readonly notes: string
  readonly properties: JsonObject
  readonly advanced: JsonObject
  /** Ids of credentials by the slot of the type that they fill. */
  readonly credentials: Readonly<Record<string, string>>
}

/** A meeting id of a video conference (vendor model `MeetingIdRecord`). */
export interface VideoMeeting extends RecordBase {
  readonly conferenceId: string
  readonly ephemeral: boolean
  /** Epoch milliseconds; absent: it does not end. */
  readonly expiresMs?: number
}

/** What an integration logs in with: its fields are `secrets`, and are never read back. */
export interface CredentialRecord extends RecordBase {
  /** The vendor's type id, such as `basicAuth`. */
  readonly credentialType: string
}

/** One state of a data action, with the number that optimistic locking compares. */
export interface StoredRevision {
  readonly version: number
  /** What the engine calls an action's definition, checked before it was saved. */
  readonly definition: JsonObject
}

/** The code of a function action, as it was handed in. */
export interface ActionScript {
  readonly code: string
  readonly description: string
  readonly inputs: JsonObject
  readonly outputs: JsonObject
}

/** A data action. Draft and published share the id; one that was never published has a draft only. */
export interface ActionRecord extends RecordBase {
  readonly actionKind: 'custom' | 'static' | 'customAuth'
  readonly integrationId: string
  readonly published?: StoredRevision
  readonly draft?: StoredRevision
  readonly script?: ActionScript
  /** A reply that explanations of the action read in the place of its service's. */
  readonly sample?: { readonly status?: number; readonly body: string }
  /** The function of each state, for actions whose code came as a package. */
  readonly functions?: { readonly draft?: StoredFunction; readonly published?: StoredFunction }
}

/** Kinds of administrative records and what each holds. A new kind is one line here and one in `recordKeys`. */
export interface RecordKinds {
  readonly organization: Organization
  readonly user: User
  readonly queue: Queue
  readonly oauthClient: OAuthClient
  readonly openIntegration: OpenIntegration
  readonly recipient: Recipient
  readonly sender: Sender
  readonly account: Account
  readonly emailDomain: EmailDomain
  readonly emailRoute: EmailRoute
  readonly relay: Relay
  readonly consentPolicy: ConsentPolicy
  readonly contactList: ContactList
  readonly flow: Flow
  readonly messagingCampaign: MessagingCampaign
  readonly callableTimeSet: CallableTimeSet
  readonly contactListFilter: ContactListFilter
  readonly messagingSetting: MessagingSetting
  readonly supportedContent: SupportedContent
  readonly routingSkill: RoutingSkill
  readonly routingLanguage: RoutingLanguage
  readonly role: Role
  readonly utilization: Utilization
  readonly responseLibrary: ResponseLibrary
  readonly preparedResponse: PreparedResponse
  readonly threadingTimeline: ThreadingTimeline
  readonly wrapupCode: WrapupCode
  readonly notificationChannel: NotificationChannel
  readonly videoMeeting: VideoMeeting
  readonly integration: IntegrationRecord
  readonly credential: CredentialRecord
  readonly action: ActionRecord
  readonly toolPolicy: ToolPolicy
  readonly digitalChannels: DigitalChannels
  readonly apiKey: ApiKey
}

export type RecordKind = keyof RecordKinds

/** The second name that a record can be found by, unique among its kind. */
export const recordKeys: {
  readonly [Kind in RecordKind]?: (record: RecordKinds[Kind]) => string | undefined
} = {
  user: (user) => user.email.toLowerCase(),
  sender: (sender) => sender.address,
  flow: (flow) => flow.name.toLowerCase(),
  emailRoute: (route) => `${route.pattern}@${route.domainId}`.toLowerCase(),
  relay: (relay) => relay.integrationId,
  apiKey: (key) => key.keyHash,
}
