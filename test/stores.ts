import { after, describe } from 'node:test'
import { startPostgres } from './postgres.ts'

/** Runs the same tests on the real SQLite and on a real PostgreSQL; `database` gives each house a fresh one. */
export function onBothStores(
  title: string,
  tests: (database: () => Promise<string | undefined>) => void,
): void {
  describe(`${title} (SQLite)`, () => tests(async () => undefined))
  describe(`${title} (PostgreSQL)`, () => {
    let server: ReturnType<typeof startPostgres> | undefined
    let made = 0
    tests(async () => {
      server ??= startPostgres()
      made += 1
      return (await server).url(`house_${process.pid}_${made}`)
    })
    // Last: hooks run in the order given, and the houses of the tests need their database until they are closed.
    after(async () => (await server)?.stop())
  })
}
