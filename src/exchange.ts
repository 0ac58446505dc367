/** One recorded HTTP request and its reply, with secrets masked. */
export interface Exchange {
  readonly id: string
  /** Epoch milliseconds. */
  readonly startedMs: number
  readonly endedMs: number
  readonly method: string
  readonly url: string
  readonly requestHeaders: Readonly<Record<string, string>>
  readonly requestBody: string
  readonly status?: number
  readonly responseHeaders?: Readonly<Record<string, string>>
  readonly responseBody?: string
  readonly error?: string
}
