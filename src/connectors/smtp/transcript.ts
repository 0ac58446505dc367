/** Characters of the dialogue that are kept; the mail itself is not part of it. */
const charactersMax = 16_000

/** Keeps the commands and replies of one session, and what they say about how far it got. Logins come masked. */
export class Transcript {
  sent = ''
  received = ''
  /** The last reply's code. */
  status: number | undefined
  /** The server asked for the mail, so it may have it. */
  contentBegan = false
  /** What the server calls the mail that it took. */
  queueId: string | undefined
  readonly #mark = (entry: unknown, ...words: readonly unknown[]) => this.#note(entry, words)

  /** The logger that the SMTP client is given. */
  readonly logger = {
    level: () => {},
    trace: this.#mark,
    debug: this.#mark,
    info: this.#mark,
    warn: this.#mark,
    error: this.#mark,
    fatal: this.#mark,
  }

  #note(entry: unknown, words: readonly unknown[]): void {
    const from: unknown =
      typeof entry === 'object' && entry !== null ? Reflect.get(entry, 'tnx') : undefined
    const line = typeof words[0] === 'string' ? words[0] : ''
    if (from === 'client') this.sent = appended(this.sent, line)
    if (from !== 'server') return
    this.received = appended(this.received, line)
    const code = /^(\d{3})(?: |$)/m.exec(line.split('\n').at(-1) ?? '')
    if (code !== null) this.status = Number(code[1])
    if (this.status === 354) this.contentBegan = true
    const queued = /^250 .*?\b(?:queued as|id=?|ok:? queued as)\s*<?([\w.@+/=-]{4,100})>?/i.exec(
      line,
    )
    if (this.contentBegan && queued !== null) this.queueId = queued[1]
  }
}

function appended(text: string, line: string): string {
  return text.length > charactersMax ? text : `${text}${line.trimEnd()}\r\n`
}
