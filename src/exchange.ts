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
