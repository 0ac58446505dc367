import type { BufferedWrite } from './buffered-run.ts'
import { type FeedText, feedText } from './feed-text.ts'
import type { FeedDraft } from './session.ts'
import type { SqlValue } from './sql.ts'
import type { Write } from './statement.ts'

/** A statement as the writing thread keeps it: sent once, named by its number from then on. */
export interface SentStatement {
  readonly text: string
  readonly params: number
  /** Rows that it has to touch; undefined: any number. */
  readonly rows: number | undefined
}

/**
 * Transactions on their way to the thread: all their texts in one, and numbers that say how to read it, because many
 * values take several times as long to copy.
 */
export interface SentBatch {
  /** Statements that the thread does not know yet, in the order of their numbers. */
  readonly statements: readonly SentStatement[]
  readonly transactions: number
  readonly text: string
  readonly codes: Float64Array
}

/** What the thread made of a batch. */
export type BatchAnswer =
  | {
      /** Transactions, by place, that found the database not to be as they took it to be; they left nothing. */
      readonly failed: readonly number[]
      /** Heads of the feeds that grew, by organization. */
      readonly heads: readonly (readonly [string, number])[]
    }
  | { readonly error: string }

/** A transaction whose work is done. */
export interface FinishedWork {
  readonly organizationId: string
  readonly writes: readonly BufferedWrite[]
  readonly feed: readonly FeedDraft[]
}

const nullCode = -1
const numberCode = -2

/** Lays batches out for one thread. */
export class BatchLayout {
  readonly #numbers = new Map<Write, number>()

  /** The batch, with those statements that were in none before. */
  of(finished: readonly FinishedWork[]): SentBatch {
    const statements: SentStatement[] = []
    const texts: string[] = []
    const codes: number[] = []
    const put = (value: SqlValue): void => {
      if (typeof value === 'string') {
        texts.push(value)
        codes.push(value.length)
      } else if (value === null) codes.push(nullCode)
      else codes.push(numberCode, value)
    }
    for (const { organizationId, writes, feed } of finished) {
      codes.push(writes.length)
      for (const { statement, params } of writes) {
        let number = this.#numbers.get(statement)
        if (number === undefined) {
          number = this.#numbers.size
          this.#numbers.set(statement, number)
          statements.push(sent(statement, params.length))
        }
        codes.push(number)
        for (const value of params) put(value)
      }
      const told = feedText(feed)
      codes.push(told?.count ?? 0)
      if (told === undefined) continue
      codes.push(told.timeMs)
      put(organizationId)
      put(told.entries)
    }
    const text = texts.join('')
    return { statements, transactions: finished.length, text, codes: Float64Array.from(codes) }
  }
}

function sent({ text, kind, counted }: Write, params: number): SentStatement {
  return { text, params, rows: counted ? (kind === 'take' ? 0 : 1) : undefined }
}

/** What one transaction of a batch tells the feed. */
export interface SentFeed extends FeedText {
  readonly organizationId: string
}

/** Reads a batch from its beginning to its end. */
export class BatchReader {
  readonly #text: string
  readonly #codes: Float64Array
  #code = 0
  #character = 0

  constructor({ text, codes }: Pick<SentBatch, 'text' | 'codes'>) {
    this.#text = text
    this.#codes = codes
  }

  /** The next plain number: a count, or a statement's. */
  number(): number {
    const code = this.#codes[this.#code]
    if (code === undefined) throw new Error('A batch ended too soon.')
    this.#code += 1
    return code
  }

  /** The next parameters of a statement. */
  values(count: number): SqlValue[] {
    const values: SqlValue[] = []
    for (let left = count; left > 0; left -= 1) {
      const code = this.number()
      if (code === nullCode) values.push(null)
      else values.push(code === numberCode ? this.number() : this.#characters(code))
    }
    return values
  }

  /** What the transaction tells the feed, if anything; comes after its writes. */
  feed(): SentFeed | undefined {
    const count = this.number()
    if (count === 0) return undefined
    const timeMs = this.number()
    const organizationId = this.#characters(this.number())
    return { count, timeMs, organizationId, entries: this.#characters(this.number()) }
  }

  #characters(count: number): string {
    this.#character += count
    return this.#text.slice(this.#character - count, this.#character)
  }
}
