import type { Rate } from '../domain/throttle.ts'
import type { JsonObject } from './json.ts'

/** What every administrative record carries. */
export interface RecordBase {
  readonly id: string
  readonly name: string
  /** Grows with every change, from 1. */
  readonly version: number
  /** Epoch milliseconds. */
  readonly createdMs: number
  readonly modifiedMs: number
  /** Encrypted at rest; never serialized. */
  readonly secrets?: Readonly<Record<string, string>>
}

export interface Organization extends RecordBase {
  readonly defaultCountry: string
}

export interface User extends RecordBase {
  readonly email: string
  readonly state: 'active' | 'inactive' | 'deleted'
  /** Permission patterns such as `conversation:*` or `messaging:integration:view`. */
  readonly permissions: readonly string[]
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
  /** Sender used for new outbound SMS conversations. */
  readonly smsAddress?: string
  readonly openIntegrationId?: string
}

export interface OAuthClient extends RecordBase {
  readonly description?: string
  readonly grantType: 'CLIENT-CREDENTIALS' | 'CODE'
  /** sha256 of the secret, base64url. */
  readonly secretHash: string
  readonly redirectUris: readonly string[]
  readonly scopes: readonly string[]
  readonly permissions: readonly string[]
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
}

/** A configured connector: an SMS provider, or a connection to a Genesys Cloud org. */
export interface Account extends RecordBase {
  readonly connector: string
  readonly settings: JsonObject
  /** What to do with sends that may have been taken: leave them, send again, or give up. */
  readonly uncertain: 'hold' | 'resend' | 'fail'
  /** How fast all its senders together may send; as fast as they can unless set. */
  readonly rate?: Rate
  /** How long a text is worth sending, in milliseconds from being accepted; the connector's horizon unless set. */
  readonly validityMs?: number
  /** Private networks that this account may call, such as the loopback one of a demo. */
  readonly allowPrivateNetwork: boolean
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
  readonly relay: Relay
  readonly messagingSetting: MessagingSetting
  readonly threadingTimeline: ThreadingTimeline
  readonly wrapupCode: WrapupCode
  readonly notificationChannel: NotificationChannel
}

export type RecordKind = keyof RecordKinds

/** The second name that a record can be found by, unique among its kind. */
export const recordKeys: {
  readonly [Kind in RecordKind]?: (record: RecordKinds[Kind]) => string | undefined
} = {
  user: (user) => user.email.toLowerCase(),
  sender: (sender) => sender.address,
  relay: (relay) => relay.integrationId,
}
