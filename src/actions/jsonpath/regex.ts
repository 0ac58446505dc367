import { parseRegex } from './regex-parse.ts'
import { emitRegex, matchesProgram } from './regex-program.ts'

/** A regular expression of a filter. */
export interface Regex {
  /** The pattern as it was written, without flags. */
  readonly source: string
  /** True when the whole text matches; `step` is called for every move and may throw to stop it. */
  matches(text: string, step: () => void): boolean
}

/**
 * Compiles a regular expression in Java's syntax (`Pattern`), flags `d i x m s u U`. It runs on its own
 * matcher, so that a pattern such as `(a+)+$` costs what the caller allows and not minutes.
 * Throws RegexSyntaxError.
 */
export function compileRegex(source: string, flags: string): Regex {
  const program = emitRegex(parseRegex(source, flags))
  return { source, matches: (text, step) => matchesProgram(program, text, step) }
}
