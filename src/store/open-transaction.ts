import type { Row, Sql, SqlValue } from './sql.ts'

/** The connection as one transaction sees it: gone when its work is over, so that nothing slips into the next. */
export class OpenTransaction implements Sql {
  #sql: Sql | undefined

  constructor(sql: Sql) {
    this.#sql = sql
  }

  all(text: string, params: readonly SqlValue[]): Promise<readonly Row[]> {
    return this.#open().all(text, params)
  }

  get(text: string, params: readonly SqlValue[]): Promise<Row | undefined> {
    return this.#open().get(text, params)
  }

  run(text: string, params: readonly SqlValue[]): Promise<number> {
    return this.#open().run(text, params)
  }

  /** Ends it. */
  close(): void {
    this.#sql = undefined
  }

  #open(): Sql {
    if (this.#sql === undefined) throw new Error('This transaction is over: await all its work.')
    return this.#sql
  }
}
