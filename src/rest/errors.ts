import { AppError, type ErrorLimit } from '../errors.ts'
import type { Log } from '../log.ts'

/** The vendor's error body. */
export interface ErrorBody {
  readonly message: string
  readonly code: string
  readonly status: number
  readonly messageWithParams?: string
  readonly messageParams?: Readonly<Record<string, string>>
  readonly contextId: string
  readonly details: readonly object[]
  readonly errors: readonly object[]
  readonly limit?: ErrorLimit
}

/** A failure as the caller is told: what `AppError` says, or "Internal error." for a bug, which is logged whole. */
export function errorBody(error: unknown, contextId: string, log: Log): ErrorBody {
  const known = error instanceof AppError ? error : asAppError(error)
  if (known === undefined) log.error('A request failed.', { contextId, err: error })
  const shown =
    known ??
    new AppError('internal.server.error', 'Internal error. Name the contextId when you report it.')
  const hasParams = Object.keys(shown.params).length > 0
  return {
    message: shown.message,
    code: shown.code,
    status: shown.status,
    ...(hasParams ? { messageWithParams: shown.template, messageParams: shown.params } : {}),
    contextId,
    details: shown.details,
    errors: [],
    ...(shown.limit === undefined ? {} : { limit: shown.limit }),
  }
}

/**
 * The same failure in the envelope of Digital Channels, whose `status` is an object with a code of its own ("Secure
 * email": status.code). The vendor's other members stay beside it, under names that do not clash.
 */
export function nexusErrorBody({ status: _number, ...rest }: ErrorBody) {
  return {
    ...rest,
    operationId: rest.contextId,
    status: { code: nexusCode(rest), message: rest.message, detail: rest.code },
  }
}

function nexusCode({ code, details }: Pick<ErrorBody, 'code' | 'details'>): string {
  const fields = details.map((detail) => ('fieldName' in detail ? detail.fieldName : ''))
  if (fields.some((field) => field === 'x-ccid' || field === 'ccid')) {
    return 'INVALID_CONTACT_CENTER'
  }
  if (fields.includes('endpoint')) return 'INVALID_ENDPOINT'
  if (/^(authentication\.required|bad\.credentials|invalid\.signature)$/.test(code)) {
    return 'INVALID_CLIENT_TOKEN'
  }
  return code === 'bad.request' ? 'INVALID_PARAMETER' : 'FAILURE'
}

/** What the HTTP server itself refuses, in the vendor's words. */
function asAppError(error: unknown): AppError | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new AppError(
        'payload.too.large',
        'The request body is larger than this server takes: send less at once.',
        { cause: error },
      )
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new AppError(
        'unsupported.media.type',
        'This media type is not taken here: send application/json.',
        { cause: error },
      )
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new AppError('bad.request', 'The body is not as long as its Content-Length says.', {
        cause: error,
      })
    default:
      return undefined
  }
}
