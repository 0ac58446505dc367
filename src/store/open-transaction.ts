import type { Row, Sql, SqlValue } from './sql.ts'
import type { Statement } from './statement.ts'

/** The connection as one transaction sees it: gone when its work is over, so that nothing slips into the next. */
export class OpenTransaction implements Sql {
  #sql: Sql | undefined

  constructor(sql: Sql) {
    this.#sql = sql
  }

  all(statement: Statement | string, params: readonly SqlValue[]): Promise<readonly Row[]> {
    return this.#open().all(statement, params)
  }

  get(statement: Statement | string, params: readonly SqlValue[]): Promise<Row | undefined> {
    return this.#open().get(statement, params)
  }

  run(statement: Statement | string, params: readonly SqlValue[]): Promise<number> {
    return this.#open().run(statement, params)
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
