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
