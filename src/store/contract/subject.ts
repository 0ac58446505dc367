import type { Database } from '../store.ts'

/** A database under test. */
export interface Subject {
  readonly database: Database
  /** Everything that lies on disk, as one text. */
  raw(): Promise<string>
  /** Closes it and clears up. */
  done(): Promise<void>
}

/** How the parts of the contract get at the database that was opened for them. */
export type CurrentSubject = () => Subject
