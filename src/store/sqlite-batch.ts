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

/** Transactions on their way to the thread, laid out flat because nested values take several times as long to copy. */
export interface SentBatch {
  /** Statements that the thread does not know yet, in the order of their numbers. */
  readonly statements: readonly SentStatement[]
  /** How many writes each transaction has. */
  readonly counts: readonly number[]
  /** The statement of each write, by number. */
  readonly writes: readonly number[]
  /** The parameters of all writes one after another. */
  readonly values: readonly SqlValue[]
  readonly organizationIds: readonly string[]
  /** What each transaction tells the feed, if anything. */
  readonly feeds: readonly (FeedText | undefined)[]
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

/** Lays batches out for one thread. */
export class BatchLayout {
  readonly #numbers = new Map<Write, number>()

  /** The batch, with those statements that were in none before. */
  of(finished: readonly FinishedWork[]): SentBatch {
    const statements: SentStatement[] = []
    const counts: number[] = []
    const numbers: number[] = []
    const values: SqlValue[] = []
    for (const { writes } of finished) {
      counts.push(writes.length)
      for (const { statement, params } of writes) {
        let number = this.#numbers.get(statement)
        if (number === undefined) {
          number = this.#numbers.size
          this.#numbers.set(statement, number)
          statements.push(sent(statement, params.length))
        }
        numbers.push(number)
        for (const value of params) values.push(value)
      }
    }
    return {
      statements,
      counts,
      writes: numbers,
      values,
      organizationIds: finished.map(({ organizationId }) => organizationId),
      feeds: finished.map(({ feed }) => feedText(feed)),
    }
  }
}

function sent({ text, kind, counted }: Write, params: number): SentStatement {
  return { text, params, rows: counted ? (kind === 'take' ? 0 : 1) : undefined }
}
