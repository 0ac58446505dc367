/** One recorded HTTP request and its reply, redacted: what went over the wire, as users may see it. */
export interface Exchange {
  readonly id: string
  /** Epoch milliseconds. */
  readonly startedMs: number
  readonly endedMs: number
  readonly method: string
  readonly url: string
  readonly requestHeaders: Readonly<Record<string, string>>
  readonly requestBody: string
  /** Absent, like the rest of the reply, when none came. */
  readonly status?: number
  readonly responseHeaders?: Readonly<Record<string, string>>
  readonly responseBody?: string
  /** Why there is no reply, in a sentence. */
  readonly error?: string
}

/**
 * An exchange in the form in which it is kept. It is put into that form where it was recorded, and taken out of it for
 * who looks; most are written and never read.
 */
export interface RecordedExchange {
  readonly id: string
  /** Epoch milliseconds. */
  readonly endedMs: number
  /** Undefined when no reply came. */
  readonly status: number | undefined
  /** What the store writes. */
  readonly text: string
  open(): Exchange
}
