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
 * Transactions on their way to the thread, in memory that both threads see: all their texts one after another, and
 * numbers that say how to read them. Copying as many single values takes several times as long. The texts of one
 * transaction are read in one piece and cut by their lengths: most calls would fetch a few bytes each.
 */
export interface SentBatch {
  /** Statements that the thread does not know yet, in the order of their numbers. */
  readonly statements: readonly SentStatement[]
  readonly transactions: number
  /** Where it is, when that is not where the one before it was: handing memory over costs as much as a transaction. */
  readonly memory?: SentMemory
  /** Whether the thread is to move what is left in the log into the file afterwards, so that the log begins anew. */
  readonly endsLog?: boolean
  /** Whether it is time to look whether providers' ids make a run; in the same commit. */
  readonly movesIds?: boolean
}

/** The memory of batches. */
export interface SentMemory {
  readonly texts: SharedArrayBuffer
  /** Of eight bytes each. */
  readonly codes: SharedArrayBuffer
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
/** Says that a value is as in the statement's row before: of most rows half the values are. */
const sameCode = -3

const textBytes = 1024 * 1024
const codeCount = 64 * 1024
/** The most bytes that a character of a text takes in UTF-8. */
const characterBytesMax = 3

/**
 * Lays batches out for one thread, each in the memory of the one before: it must have been answered before the next is
 * laid out.
 */
export class BatchLayout {
  readonly #numbers = new Map<Write, number>()
  #texts = Buffer.from(new SharedArrayBuffer(textBytes))
  #textsEnd = 0
  #codes = new Float64Array(new SharedArrayBuffer(codeCount * 8))
  #codesEnd = 0
  #sent: SentMemory | undefined
  /** The last parameters of each statement in the batch, by its number. */
  #before: (readonly SqlValue[])[] = []

  /** The batch, with those statements that were in none before. */
  of(finished: readonly FinishedWork[]): SentBatch {
    const statements: SentStatement[] = []
    this.#textsEnd = 0
    this.#codesEnd = 0
    this.#before = []
    let toldBefore = ''
    for (const { organizationId, writes, feed } of finished) {
      const bytesAt = this.#codesEnd
      const textsStart = this.#textsEnd
      this.#putCode(0)
      this.#putCode(writes.length)
      for (const { statement, params } of writes) {
        let number = this.#numbers.get(statement)
        if (number === undefined) {
          number = this.#numbers.size
          this.#numbers.set(statement, number)
          statements.push(sent(statement, params.length))
        }
        this.#putCode(number)
        this.#putAll(number, params)
      }
      const told = feedText(feed)
      this.#putCode(told?.count ?? 0)
      if (told !== undefined) {
        this.#putCode(told.timeMs)
        if (organizationId === toldBefore) this.#putCode(sameCode)
        else this.#put(organizationId)
        toldBefore = organizationId
        this.#put(told.moments)
      }
      this.#codes[bytesAt] = this.#textsEnd - textsStart
    }
    const memory = this.#newMemory()
    const transactions = finished.length
    return { statements, transactions, ...(memory === undefined ? {} : { memory }) }
  }

  #newMemory(): SentMemory | undefined {
    const { buffer: texts } = this.#texts
    const { buffer: codes } = this.#codes
    if (!(texts instanceof SharedArrayBuffer)) throw new Error('The memory is not to be shared.')
    if (texts === this.#sent?.texts && codes === this.#sent.codes) return undefined
    this.#sent = { texts, codes }
    return this.#sent
  }

  #putAll(number: number, params: readonly SqlValue[]): void {
    const before = this.#before[number]
    this.#before[number] = params
    for (let index = 0; index < params.length; index += 1) {
      const value = params[index] ?? null
      if (value === before?.[index]) this.#putCode(sameCode)
      else this.#put(value)
    }
  }

  #put(value: SqlValue): void {
    if (typeof value === 'string') {
      const end = this.#textsEnd + value.length * characterBytesMax
      if (end > this.#texts.length) {
        const larger = Buffer.from(new SharedArrayBuffer(end * 2))
        this.#texts.copy(larger, 0, 0, this.#textsEnd)
        this.#texts = larger
      }
      this.#textsEnd += this.#texts.write(value, this.#textsEnd)
      this.#putCode(value.length)
    } else if (value === null) this.#putCode(nullCode)
    else {
      this.#putCode(numberCode)
      this.#putCode(value)
    }
  }

  #putCode(code: number): void {
    if (this.#codesEnd === this.#codes.length) {
      const larger = new Float64Array(new SharedArrayBuffer(this.#codes.byteLength * 2))
      larger.set(this.#codes)
      this.#codes = larger
    }
    this.#codes[this.#codesEnd] = code
    this.#codesEnd += 1
  }
}

function sent({ text, kind, counted }: Write, params: number): SentStatement {
  return { text, params, rows: counted ? (kind === 'take' ? 0 : 1) : undefined }
}

/** What one transaction of a batch tells the feed. */
export interface SentFeed extends FeedText {
  readonly organizationId: string
}

/** Reads one batch after another, each from its beginning to its end. */
export class BatchReader {
  readonly #texts: Buffer
  readonly #codes: Float64Array
  #textsAt = 0
  #codesAt = 0
  /** All texts of the transaction, and where the next one begins. */
  #text = ''
  #textAt = 0
  /** The last parameters of each statement, as in the layout; one list for all its rows. */
  readonly #values: SqlValue[][] = []
  #toldBefore = ''

  constructor({ texts, codes }: SentMemory) {
    this.#texts = Buffer.from(texts)
    this.#codes = new Float64Array(codes)
  }

  /** Goes to where a batch begins. */
  begin(): void {
    this.#textsAt = 0
    this.#codesAt = 0
    this.#toldBefore = ''
  }

  /** Goes to the next transaction; how many writes it has. */
  transaction(): number {
    const start = this.#textsAt
    this.#textsAt += this.number()
    this.#text = this.#texts.toString('utf8', start, this.#textsAt)
    this.#textAt = 0
    return this.number()
  }

  /** The next plain number: that of a statement. */
  number(): number {
    const code = this.#codes[this.#codesAt]
    if (code === undefined) throw new Error('A batch ended too soon.')
    this.#codesAt += 1
    return code
  }

  /** The next parameters of the statement of that number, which has so many; good until its next ones are read. */
  values(number: number, count: number): readonly SqlValue[] {
    this.#values[number] ??= Array<SqlValue>(count).fill(null)
    const values = this.#values[number]
    for (let index = 0; index < count; index += 1) {
      const code = this.number()
      if (code === nullCode) values[index] = null
      else if (code === numberCode) values[index] = this.number()
      else if (code !== sameCode) values[index] = this.#cut(code)
    }
    return values
  }

  /** What the transaction tells the feed, if anything; comes after its writes. */
  feed(): SentFeed | undefined {
    const count = this.number()
    if (count === 0) return undefined
    const timeMs = this.number()
    const code = this.number()
    if (code !== sameCode) this.#toldBefore = this.#cut(code)
    const organizationId = this.#toldBefore
    return { count, timeMs, organizationId, moments: this.#cut(this.number()) }
  }

  #cut(length: number): string {
    this.#textAt += length
    return this.#text.slice(this.#textAt - length, this.#textAt)
  }
}
