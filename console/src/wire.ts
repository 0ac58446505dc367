/** The parts of the Platform API's models that the console reads. Members that others may leave out are optional. */

export interface Leg {
  readonly id: string
  readonly state: 'alerting' | 'connected' | 'parked' | 'disconnected'
  readonly direction?: 'inbound' | 'outbound'
  readonly disconnectType?: string
  readonly startAlertingTime?: string
  readonly connectedTime?: string
  readonly disconnectedTime?: string
  readonly parkTime?: string
  readonly resumeTime?: string
  readonly type?: string
  readonly subject?: string
  readonly toAddress?: { readonly addressNormalized?: string; readonly name?: string }
  readonly fromAddress?: { readonly addressNormalized?: string; readonly name?: string }
  /** Of an e-mail's leg: the newest mail by it, and how many went out. */
  readonly messageId?: string
  readonly messagesSent?: number
  readonly messages?: readonly unknown[]
}

export type MessageStatus =
  | 'queued'
  | 'sent'
  | 'received'
  | 'delivery-success'
  | 'delivery-failed'
  | 'read'
  | 'published'
  | 'removed'

export interface ErrorInfo {
  readonly message: string
  readonly code?: string
  readonly messageParams?: { readonly providerCode?: string }
}

export interface WireParticipant {
  readonly id: string
  readonly purpose: string
  readonly name?: string
  readonly address?: string
  readonly userId?: string
  readonly queueId?: string
  readonly queueName?: string
  readonly startTime?: string
  readonly endTime?: string
  readonly attributes?: Readonly<Record<string, string>>
  readonly wrapupRequired?: boolean
  readonly wrapupPrompt?: string
  readonly wrapupTimeoutMs?: number
  readonly wrapup?: { readonly code: string; readonly name?: string; readonly notes?: string }
  readonly startAcwTime?: string
  readonly endAcwTime?: string
  readonly alertingTimeoutMs?: number
  readonly monitoredParticipantId?: string
  readonly messages?: readonly Leg[]
  readonly emails?: readonly Leg[]
}

export interface WireConversation {
  readonly id: string
  readonly startTime?: string
  readonly endTime?: string
  readonly address?: string
  readonly participants: readonly WireParticipant[]
  readonly recentTransfers?: readonly { readonly id: string; readonly dateIssued: string }[]
}

export interface MessageContent {
  readonly contentType: string
  readonly [member: string]: unknown
}

export interface MessageData {
  readonly id: string
  readonly timestamp: string
  readonly direction: 'inbound' | 'outbound'
  readonly messengerType: string
  readonly status: MessageStatus
  readonly fromAddress: string
  readonly toAddress: string
  readonly textBody?: string
  readonly media?: readonly {
    readonly url?: string
    readonly mediaType?: string
    readonly name?: string
    readonly contentLengthBytes?: number
  }[]
  readonly normalizedMessage: {
    readonly type: string
    readonly text?: string
    readonly content?: readonly MessageContent[]
    readonly originatingEntity?: string
  }
  readonly errorInfo?: ErrorInfo
  readonly createdBy?: { readonly id: string }
  readonly conversationId: string
}

/** A conversation as a desk follows it: where it stands, and the message that there is news of. */
export interface DeskView {
  readonly version: number
  readonly conversation: WireConversation
  readonly messages: readonly MessageData[]
}

export interface Queue {
  readonly id: string
  readonly name: string
}

export interface UserView {
  readonly id: string
  readonly name: string
  readonly email?: string
  readonly state?: string
  readonly routingStatus?: { readonly status: string; readonly startTime?: string }
  readonly presence?: { readonly presenceDefinition?: { readonly systemPresence?: string } }
  readonly authorization?: { readonly permissions: readonly string[] }
}

export interface EmailAddress {
  readonly email: string
  readonly name?: string
}

export interface EmailMessage {
  readonly id: string
  readonly to?: readonly EmailAddress[]
  readonly cc?: readonly EmailAddress[]
  readonly bcc?: readonly EmailAddress[]
  readonly from?: EmailAddress
  readonly subject?: string
  readonly textBody?: string
  readonly htmlBody?: string
  readonly time?: string
  readonly attachments?: readonly EmailFile[]
  readonly draftType?: 'Reply' | 'ReplyAll' | 'Forward'
  readonly maxEmailSizeBytes?: number
}

export interface EmailFile {
  readonly attachmentId: string
  readonly name?: string
  readonly contentType?: string
  /** Bytes. */
  readonly contentLength?: number
  /** Drawn within the HTML of the mail. */
  readonly inlineImage?: boolean
}
