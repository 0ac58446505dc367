/** What a model is told beside the sentence: what to do next, and what is allowed. */
export interface Advice {
  readonly fix?: string
  readonly allowed?: Readonly<Record<string, unknown>>
  readonly status?: number
  /** Whether the very same call may succeed later. */
  readonly retryable?: boolean
  readonly retryAfterSeconds?: number
  /** What else belongs into the answer, such as a confirmation token. */
  readonly more?: Readonly<Record<string, unknown>>
}

/** A tool call that did not do its work; told to the model as a result with `isError`. */
export class ToolError extends Error {
  override readonly name = 'ToolError'
  readonly code: string
  readonly advice: Advice

  constructor(code: string, message: string, advice: Advice = {}) {
    super(message)
    this.code = code
    this.advice = advice
  }

  /** What stands in the result: the vendor's error members first, then the advice. */
  get body(): Readonly<Record<string, unknown>> {
    const { fix, allowed, status, retryable, retryAfterSeconds, more } = this.advice
    return {
      code: this.code,
      message: this.message,
      status: status ?? 400,
      retryable: retryable ?? false,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      ...(fix === undefined ? {} : { fix }),
      ...(allowed === undefined ? {} : { allowed }),
      ...more,
    }
  }
}

/** What to do about a refusal of the platform. */
export function fixFor(status: number, code: string): string {
  if (code === 'user.context.required')
    return 'This works for a logged-in user only: connect with a user’s token, not a client’s.'
  if (status === 401) return 'The credentials are no longer taken: log in again.'
  if (status === 403) return 'The permission is missing: ask an administrator, do not try again.'
  if (status === 404)
    return 'Check the ids: get_messages and get_emails list conversations, get_message and get_email show participants and communications.'
  if (status === 409) return 'Something else changed it meanwhile: read it again, then decide.'
  if (status === 429) return 'Wait as long as retryAfterSeconds says, then call again.'
  if (status === 501) return 'This server does not have it: use another tool or connection.'
  if (status >= 500) return 'The server failed: try once more later, then tell the person.'
  return 'Put the arguments right as the message says, then call again.'
}
