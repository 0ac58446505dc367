import type { Socket } from 'node:net'
import type { Static, TObject } from 'typebox'
import type { RetryPolicy } from '../domain/delivery.ts'
import type { EmailAddress } from '../domain/email.ts'
import type { ReceiptReason, ReceiptStatus } from '../domain/receipt.ts'

/** A medium that rides along with a message, fetched by the receiver from `url`. */
export interface OutboundMedia {
  readonly url: string
  readonly mime: string
  readonly filename?: string
}

/** Why a text is sent: decides the order in which a sender's queue is worked off. */
export type Purpose = 'agent' | 'one-time-code' | 'bulk'

/** A text for a handset. Numbers are E.164 with `+`, short codes or alphanumeric senders. */
export interface OutboundSms {
  readonly kind: 'sms'
  readonly from: string
  readonly to: string
  readonly text: string
  readonly media: readonly OutboundMedia[]
  readonly purpose: Purpose
}

/** One document for the webhook of an Open Messaging integration: a normalized message, ready to sign. */
export interface OutboundOpen {
  readonly kind: 'open'
  readonly url: string
  readonly secret: string
  readonly headers: Readonly<Record<string, string>>
  readonly document: object
}

/** One call to the Platform API of a connection: what a relay reports back. */
export interface OutboundPlatformCall {
  readonly kind: 'platform'
  readonly method: 'POST'
  /** Path below the connection's base URL, such as `/api/v2/conversations/messages/…/inbound/open/receipt`. */
  readonly path: string
  readonly body: object
}

/** A file of an e-mail with its bytes. */
export interface OutboundFile {
  readonly name: string
  readonly mime: string
  readonly inline: boolean
  /** What `cid:` references in the HTML name, without angle brackets. */
  readonly contentId?: string
  readonly content: Buffer
}

/** An e-mail, ready to be written as MIME. The same for every attempt, its Message-ID too. */
export interface OutboundEmail {
  readonly kind: 'email'
  /** With angle brackets, like the ids that it answers. */
  readonly messageId: string
  readonly inReplyTo?: string
  readonly references: readonly string[]
  readonly from: EmailAddress
  readonly to: readonly EmailAddress[]
  readonly cc: readonly EmailAddress[]
  readonly bcc: readonly EmailAddress[]
  readonly replyTo?: EmailAddress
  readonly subject: string
  readonly text: string
  readonly html?: string
  /** Epoch milliseconds, for the `Date` header. */
  readonly timeMs: number
  readonly files: readonly OutboundFile[]
}

/** A handset's text for a number that a customer of ours ordered, or what became of the customer's own text. */
export type NumberNews =
  | {
      readonly type: 'message'
      /** The same for every attempt: what the customer knows a repeat by. */
      readonly id: string
      readonly from: string
      readonly to: string
      readonly text: string
      readonly media: readonly OutboundMedia[]
    }
  | {
      readonly type: 'receipt'
      /** The id that the customer gave his text. */
      readonly messageId: string
      readonly status: 'Sent' | 'Delivered' | 'Failed'
      readonly reason?: ReceiptReason
    }

/** News for the addresses that a number was ordered with. */
export interface OutboundHook {
  readonly kind: 'hook'
  readonly news: NumberNews
}

/** A document for a fax machine. */
export interface OutboundFax {
  readonly kind: 'fax'
  /** Our number, E.164 with `+`; `fax` while none is set. */
  readonly from: string
  /** E.164 with `+`. */
  readonly to: string
  /** For the cover sheet, which the provider makes. */
  readonly notes?: string
  readonly locale?: string
  readonly timeZoneOffsetMinutes?: number
  readonly document: { readonly name: string; readonly mime: string; readonly content: Buffer }
}

/** What can leave the house, by kind. */
export interface Outbound {
  readonly fax: OutboundFax
  readonly sms: OutboundSms
  readonly open: OutboundOpen
  readonly platform: OutboundPlatformCall
  readonly email: OutboundEmail
  readonly hook: OutboundHook
}

export type OutboundKind = keyof Outbound

/** What a connector is asked to send, with the ids that tie receipts and repeats to it. */
export type OutboundMessage<Kind extends OutboundKind = OutboundKind> = Outbound[Kind] & {
  /** The same for every attempt: the id to hand to a provider that drops doubles, and the tag that receipts bring back. */
  readonly deliveryId: string
  /** Counts from 1. */
  readonly attempt: number
}

/** What a provider answered to an accepted send. Ids are opaque texts, one a part where it gives several. */
export interface Sent {
  readonly providerIds: readonly string[]
}

/** A customer's text, as a provider delivered it. */
export interface ReceivedSms {
  readonly type: 'sms'
  /** The provider's id of the message: what makes a repeat a repeat. */
  readonly providerId: string
  readonly from: string
  readonly to: string
  readonly text: string
  readonly media: readonly OutboundMedia[]
  /** Epoch milliseconds by the provider's clock; absent where it gives none. */
  readonly timeMs?: number
}

/** What became of something we sent. Found by the provider's id, or by the delivery id we handed over as a tag. */
export interface ReceivedReceipt {
  readonly type: 'receipt'
  readonly providerId?: string
  readonly deliveryId?: string
  readonly status: ReceiptStatus
  readonly final: boolean
  readonly reason?: ReceiptReason
  /** The provider's own code and words, shown as they came. */
  readonly code?: string
  readonly description?: string
  readonly timeMs?: number
}

/** A platform's outbound open message that a relay is to bring to a handset. */
export interface ReceivedOpen {
  readonly type: 'open'
  /** The platform's message id. */
  readonly id: string
  readonly integrationId: string
  /** `channel.to.id` as it came: a number, or `to:from`. */
  readonly to: string
  readonly time: string
  readonly kind: 'Text' | 'Structured' | 'Event' | 'Receipt'
  readonly text: string
  readonly media: readonly OutboundMedia[]
  readonly conversationId?: string
  readonly originatingEntity?: string
}

/** A customer's e-mail, as a gateway delivered it, in parts that need no MIME. */
export interface ReceivedEmail {
  readonly type: 'email'
  /** The gateway's id: what makes a repeat a repeat where the mail has no Message-ID. */
  readonly providerId: string
  readonly from: EmailAddress
  readonly to: readonly EmailAddress[]
  readonly cc: readonly EmailAddress[]
  readonly subject: string
  readonly text: string
  readonly html?: string
  /** With angle brackets. */
  readonly messageId?: string
  readonly inReplyTo?: string
  readonly references: readonly string[]
  readonly media: readonly OutboundMedia[]
  readonly timeMs?: number
}

export type ConnectorEvent = ReceivedSms | ReceivedReceipt | ReceivedOpen | ReceivedEmail

/** The HTTP answer that the provider expects once its events are on disk. */
export interface WebhookReply {
  readonly status: number
  readonly contentType?: string
  readonly body?: string
}

export interface Received {
  readonly events: readonly ConnectorEvent[]
  readonly reply: WebhookReply
}

/** A provider's call to us, untouched: `body` is the raw bytes that a signature covers. */
export interface WebhookRequest {
  readonly method: string
  /** What follows the account's own address, without slashes: `status`, `message` or empty. */
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** The whole address that was called, with its query, by the public name of this server: what some signatures cover. */
  readonly url?: string
  /** Whether the way in has already found out that the caller may, such as by an API key. */
  readonly isProven?: boolean
}

/** One request through the guarded way out. */
export interface OutboundRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Buffer
  /** Deadline for the whole exchange, 10 000 ms unless given. */
  readonly timeoutMs?: number
}

export interface OutboundReply {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Where a connection that is not HTTP is to go. */
export interface SocketRequest {
  readonly host: string
  readonly port: number
  /** For resolving the name and connecting together; 5 000 ms unless given. */
  readonly timeoutMs?: number
}

/** What was said over such a connection. */
export interface Dialogue {
  /** Such as `smtp://mail.example.org:587`. */
  readonly url: string
  readonly method: string
  readonly startedMs: number
  readonly sent: string
  readonly received: string
  /** The last reply's code. */
  readonly status?: number
  readonly error?: string
}

/** What a connector may use of the world. */
export interface Io {
  /**
   * The only way out. Refuses private addresses unless the operator allows them, and records the exchange
   * with secrets masked. Throws `SendError`: `unreachable` when no connection was made, `uncertain` when the
   * request may have arrived but no answer came, `misconfigured` when the address is not allowed.
   */
  fetch(request: OutboundRequest): Promise<OutboundReply>
  /**
   * A TCP connection, for what is not HTTP, under the same guard: `misconfigured` when the address is not allowed,
   * `unreachable` when it cannot be made. The caller closes it.
   */
  connect(to: SocketRequest): Promise<Socket>
  /** Adds what was said over such a connection to the attempt's record, with secrets masked. */
  record(dialogue: Dialogue): void
  /** Epoch milliseconds. */
  now(): number
  /** A bearer token kept in memory until shortly before it ends; `renew` drops the one kept. */
  token(
    key: string,
    make: () => Promise<{ token: string; expiresInMs: number }>,
    renew?: boolean,
  ): Promise<string>
  /** Where this server can be reached from the provider, without a trailing slash. */
  readonly publicUrl: string
  /** Where this server reaches itself, without a trailing slash: what the base URL `self` of a connection stands for. */
  readonly ownUrl: string
  /** Where providers call us about this account, such as `https://host/webhooks/<organization>/<account>`. */
  readonly callbackUrl: string
}

/** A send of which it is not known whether the provider took it. */
export interface StatusQuestion {
  readonly deliveryId: string
  /** What the provider called it, if it ever said so. */
  readonly providerIds: readonly string[]
}

/**
 * A provider: how to read what it posts and how to send through it. Knows neither store nor other connectors.
 *
 * `receive` is pure and throws `AppError` (`invalid.signature`, `bad.request`, `not.found`) for calls it cannot trust or read.
 * `send` throws `SendError`; anything else is a bug.
 */
export interface Connector<
  Settings extends TObject = TObject,
  Kind extends OutboundKind = OutboundKind,
> {
  /** Also the folder's name. */
  readonly name: string
  readonly title: string
  readonly carries: Kind
  /** JSON Schema of an account; properties marked `secret: true` are encrypted and redacted. */
  readonly settings: Settings
  /** The longest text it takes; 0 where that does not apply. */
  readonly charactersMax: number
  /** True when the other side drops a second send that carries the same id. */
  readonly idempotent: boolean
  readonly retry: RetryPolicy
  receive(request: WebhookRequest, settings: Static<Settings>): Received
  send(message: OutboundMessage<Kind>, settings: Static<Settings>, io: Io): Promise<Sent>
  /**
   * Asks what became of an uncertain send, where the provider can be asked. No receipts: it cannot tell (yet).
   * Throws `SendError` when it cannot be asked now.
   */
  status?(
    question: StatusQuestion,
    settings: Static<Settings>,
    io: Io,
  ): Promise<readonly ReceivedReceipt[]>
}

/** Keeps a connector's own types while it is declared. */
export function connector<Settings extends TObject, Kind extends OutboundKind>(
  declaration: Connector<Settings, Kind>,
): Connector<Settings, Kind> {
  return declaration
}
