/** The flags that may stand behind a pattern: lines, case, comments, multi-line, dot-all, Unicode. */
export const regexFlags = 'dixmsuU'

/** The text is not a regular expression in Java's syntax. */
export class RegexSyntaxError extends Error {
  override readonly name = 'RegexSyntaxError'
}
