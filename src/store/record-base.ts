/** What every administrative record carries. */
export interface RecordBase {
  readonly id: string
  readonly name: string
  /** Grows with every change, from 1. */
  readonly version: number
  /** Epoch milliseconds. */
  readonly createdMs: number
  readonly modifiedMs: number
  /** Encrypted at rest; never serialized. */
  readonly secrets?: Readonly<Record<string, string>>
}
