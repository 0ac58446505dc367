/** Something to be marked in the text of an editor; line and column from 1. */
export interface CodeMark {
  readonly severity: 'error' | 'warning' | 'info'
  readonly line: number
  readonly column: number
  readonly message: string
}
