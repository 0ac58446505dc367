/** A reply that is already text: JSON whose numbers must keep their digits, or text that is no JSON at all. */
export class WrittenReply {
  readonly text: string
  /** The media type. */
  readonly type: string
  /** Instead of the status that the operation declares. */
  readonly status: number | undefined

  constructor(
    text: string,
    given: { readonly type?: string; readonly status?: number | undefined } = {},
  ) {
    this.text = text
    this.type = given.type ?? 'application/json'
    this.status = given.status
  }

  /** What it says, for callers that want values. */
  toJSON(): unknown {
    return this.type === 'application/json' ? JSON.parse(this.text) : this.text
  }
}
