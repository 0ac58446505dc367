import type { ErrorLimit } from '../errors.ts'
import type { JsonValue } from './json/value.ts'
import type { ActionErrorBody } from './outcome.ts'

/** The families of failures that the vendor names in `details[].errorCode`. */
export type ActionErrorCode =
  | 'ACTION.PROCESSING'
  | 'ACTION.AUTHENTICATION'
  | 'ACTION.REMOTE_ENDPOINT'

/** What a failure tells besides its sentence. */
export interface FailureOptions {
  /** HTTP status that the caller of `execute` gets; 400 unless given. */
  readonly status?: number
  readonly errorCode?: ActionErrorCode
  /** The status of the service's own reply: makes the nested error that the vendor shows. */
  readonly remoteStatus?: number
  /** What the nested error says; the failure's own message unless given. */
  readonly remoteMessage?: string
  /** What the author of the action may do about it. */
  readonly hints?: readonly string[]
  /** What the failed step had rendered or received. */
  readonly result?: JsonValue
  /** The limit that was reached. */
  readonly limit?: ErrorLimit
  readonly cause?: unknown
}

const codeOfStatus: Readonly<Record<number, string>> = {
  400: 'bad.request',
  404: 'not.found',
  409: 'conflict',
  429: 'too.many.requests',
  500: 'internal.server.error',
  502: 'bad.gateway',
  504: 'gateway.timeout',
}

/** Ends the run of an action: carries what the vendor's error body is made of. */
export class ActionFailure extends Error {
  override readonly name = 'ActionFailure'
  readonly status: number
  readonly errorCode: ActionErrorCode | undefined
  readonly remoteStatus: number | undefined
  readonly remoteMessage: string
  readonly hints: readonly string[]
  readonly result: JsonValue | undefined
  readonly limit: ErrorLimit | undefined

  constructor(message: string, options: FailureOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.status = options.status ?? 400
    this.errorCode = options.errorCode
    this.remoteStatus = options.remoteStatus
    this.remoteMessage = options.remoteMessage ?? message
    this.hints = options.hints ?? []
    this.result = options.result
    this.limit = options.limit
  }

  /**
   * The error body as `execute` and `test` give it: `code` and `status`, the family in `details`, and for a
   * service's own refusal a nested error with the words of its reply.
   */
  body(contextId: string): ActionErrorBody {
    const details = this.errorCode === undefined ? [] : [{ errorCode: this.errorCode }]
    const code = codeOfStatus[this.status] ?? 'internal.server.error'
    const shared = { messageParams: {}, contextId }
    const limit = this.limit === undefined ? {} : { limit: this.limit }
    const own = { message: this.message, code, status: this.status, ...shared, details, ...limit }
    if (this.remoteStatus === undefined) return { ...own, errors: [] }
    const remote = {
      message: `${this.remoteMessage} [${contextId}]`,
      code: 'INTERNAL_SERVER_ERROR',
      status: this.remoteStatus,
      ...shared,
      details: [],
      errors: [],
    }
    return { ...own, errors: [remote] }
  }
}

/**
 * The status that a caller gets when the service answers with something else than 2xx: the same for 404, 409
 * and 429, 500 for 500, 502 for other 5xx, and 400 for the rest. A service's 401 must not look
 * like one of ours.
 */
export function statusForRemote(status: number): number {
  if (status === 404 || status === 409 || status === 429 || status === 500) return status
  return status > 500 ? 502 : 400
}

/**
 * The failure outputs of Architect's step "Call Data Action": the vendor's older error shape, filled from the
 * newer body (`errorCode` from `code`, `userMessage` from `message`, `correlationId` from `contextId`).
 */
export interface FlowFailure {
  readonly errorCode: string
  readonly status: number
  readonly correlationId: string
  readonly entityId: string
  readonly entityName: string
  readonly userMessage: string
  readonly userParamsMessage: string
  readonly userParams: readonly { readonly key: string; readonly value: string }[]
  readonly details: readonly {
    readonly errorCode: string
    readonly fieldName: string
    readonly entityId: string
    readonly entityName: string
  }[]
}

/** Gives an error in the form that flows read on their failure path; all 55 published flow files agree on it. */
export function flowFailure(error: ActionErrorBody): FlowFailure {
  return {
    errorCode: error.code,
    status: error.status,
    correlationId: error.contextId,
    entityId: '',
    entityName: '',
    userMessage: error.message,
    userParamsMessage: error.message,
    userParams: Object.entries(error.messageParams).map(([key, value]) => ({ key, value })),
    details: error.details.map(({ errorCode, fieldName = '' }) => ({
      errorCode,
      fieldName,
      entityId: '',
      entityName: '',
    })),
  }
}

const text = { type: 'string' } as const

/** The error schema that every action has: `errorSchema` and its flattened form describe `FlowFailure`. */
export const failureSchema = {
  $schema: 'http://json-schema.org/draft-04/schema#',
  type: 'object',
  properties: {
    errorCode: text,
    status: { type: 'integer' },
    correlationId: text,
    entityId: text,
    entityName: text,
    userMessage: text,
    userParamsMessage: text,
    userParams: {
      type: 'array',
      items: { type: 'object', properties: { key: text, value: text } },
    },
    details: {
      type: 'array',
      items: {
        type: 'object',
        properties: { errorCode: text, fieldName: text, entityId: text, entityName: text },
      },
    },
  },
} as const
