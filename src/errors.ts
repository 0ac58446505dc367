import type { ReceiptReason } from './domain/receipt.ts'

/** What an error body names when one field is to blame. */
export interface ErrorDetail {
  readonly errorCode?: string
  readonly fieldName?: string
  readonly entityId?: string
  readonly entityName?: string
}

/** A limit by the vendor's key and namespace. */
export interface ErrorLimit {
  readonly key: string
  readonly namespace: string
  readonly value: number
}

/** HTTP status of each error code. The codes are the vendor's own strings; `signalbox.*` are ours. */
const statusOfCode = {
  'bad.request': 400,
  'invalid.date': 400,
  'invalid.value': 400,
  'required.field.missing': 400,
  'user.context.required': 400,
  'communication.state.required': 400,
  'conversation.error.participant.no.active.conversations': 400,
  'conversation.error.wrapup.cannot.skip': 400,
  'conversation.error.wrapup.code.required': 400,
  'conversations.error.queue.not.found': 400,
  'conversations.error.transfer.not.connected': 400,
  'conversations.error.transfer.same.party': 400,
  'email.error.domain.not.verified': 400,
  'email.error.external.provider': 400,
  'email.error.invalid.email': 400,
  'email.error.invalid.queue': 400,
  'email.outbound.queue.address.required': 400,
  'email.outbound.queue.required': 400,
  'postino.error.answer.not.alerting': 400,
  'postino.error.attachments.upload.size': 413,
  'postino.error.notnull.createconversationrequest.provider': 400,
  'postino.error.notnull.createconversationrequest.queueid': 400,
  'postino.error.reply.no.body': 400,
  'postino.error.reply.no.receiver': 400,
  'postino.error.reply.no.sender': 400,
  'postino.error.reply.no.to': 400,
  'postino.error.reply.no.userid': 400,
  'authentication.required': 401,
  'bad.credentials': 401,
  'invalid.signature': 401,
  'missing.permissions': 403,
  'missing.any.permissions': 403,
  'not.authorized': 403,
  'conversation.error.forbidden.not.active.participant': 403,
  'not.found': 404,
  'conversation.error.conversation.not.found': 404,
  'method.not.allowed': 405,
  conflict: 409,
  'precondition.failed': 412,
  'payload.too.large': 413,
  'unsupported.media.type': 415,
  'too.many.requests.retry.after': 429,
  'internal.server.error': 500,
  'not.implemented': 501,
  'service.unavailable': 503,
  'request.timeout': 504,
} as const satisfies Record<string, number>

export type ErrorCode = keyof typeof statusOfCode

export interface ErrorOptions {
  readonly cause?: unknown
  readonly details?: readonly ErrorDetail[]
  /** Values for `{placeholders}` in `message`; the reply carries the template and the values too. */
  readonly params?: Readonly<Record<string, string>>
  /** Seconds that the caller should wait: becomes `Retry-After`. 5 for `service.unavailable` unless given. */
  readonly retryAfterSeconds?: number
  /** The limit that was reached, as the vendor's error body names it. */
  readonly limit?: ErrorLimit
}

/** A database that was restarted is there again after about as long. */
const unavailableSeconds = 5

/** A failure that the caller may be told about: a sentence that says what to do, under the vendor's code. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly details: readonly ErrorDetail[]
  readonly template: string
  readonly params: Readonly<Record<string, string>>
  readonly retryAfterSeconds: number | undefined
  readonly limit: ErrorLimit | undefined

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    const params = options.params ?? {}
    super(fill(message, params), options.cause === undefined ? {} : { cause: options.cause })
    this.code = code
    this.template = message
    this.params = params
    this.details = options.details ?? []
    const usualSeconds = code === 'service.unavailable' ? unavailableSeconds : undefined
    this.retryAfterSeconds = options.retryAfterSeconds ?? usualSeconds
    this.limit = options.limit
  }

  /** The HTTP status that goes with the code. */
  get status(): number {
    return statusOfCode[this.code]
  }
}

/**
 * Why a send failed. The word alone decides whether it is tried again:
 * `throttled` and `unreachable` were not taken and are retried; `uncertain` may have been taken and is
 * retried only where the provider drops doubles; the others are final.
 */
export type SendFailure =
  | 'throttled'
  | 'unreachable'
  | 'uncertain'
  | 'unavailable'
  | 'rejected'
  | 'opted_out'
  | 'misconfigured'

/** Thrown by a connector's `send`. */
export class SendError extends Error {
  override readonly name = 'SendError'
  readonly failure: SendFailure
  readonly providerCode: string | undefined
  /** Milliseconds that the provider asked us to wait. */
  readonly retryAfterMs: number | undefined
  /** The vendor's receipt reason that users are shown. */
  readonly reason: ReceiptReason | undefined

  constructor(
    failure: SendFailure,
    message: string,
    options: {
      readonly providerCode?: string | undefined
      readonly retryAfterMs?: number | undefined
      readonly reason?: ReceiptReason | undefined
      readonly cause?: unknown
    } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.failure = failure
    this.providerCode = options.providerCode
    this.retryAfterMs = options.retryAfterMs
    this.reason = options.reason
  }
}

function fill(template: string, params: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => params[name] ?? whole)
}
