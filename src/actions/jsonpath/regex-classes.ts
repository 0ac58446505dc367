import { RegexSyntaxError } from './regex-flags.ts'
import type { CodeTest } from './regex-nodes.ts'

/** Which case variants count, by the flags `i` and `u`. */
export type CaseRule = 'exact' | 'ascii' | 'unicode'

/** Widens a test to the other case of a letter. */
export function withCase(test: CodeTest, rule: CaseRule): CodeTest {
  if (rule === 'exact') return test
  return (code) => test(code) || variants(code, rule).some(test)
}

function variants(code: number, rule: CaseRule): number[] {
  if (code >= 0x80 && rule === 'ascii') return []
  const text = String.fromCodePoint(code)
  return [text.toLowerCase(), text.toUpperCase()].map((other) => other.codePointAt(0) ?? code)
}

const posix: ReadonlyMap<string, RegExp> = new Map([
  ['Lower', /[a-z]/],
  ['Upper', /[A-Z]/],
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the class is all of ASCII
  ['ASCII', /[\x00-\x7f]/],
  ['Alpha', /[a-zA-Z]/],
  ['Digit', /[0-9]/],
  ['Alnum', /[a-zA-Z0-9]/],
  ['Punct', /[!-/:-@[-`{-~]/],
  ['Graph', /[!-~]/],
  ['Print', /[ -~]/],
  ['Blank', /[ \t]/],
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the class is the control characters
  ['Cntrl', /[\x00-\x1f\x7f]/],
  ['XDigit', /[0-9a-fA-F]/],
  ['Space', /[ \t\n\v\f\r]/],
  ['javaLowerCase', /\p{Lowercase}/u],
  ['javaUpperCase', /\p{Uppercase}/u],
  ['javaWhitespace', /[ \t\n\v\f\r\u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000]/],
  ['javaLetter', /\p{L}/u],
  ['javaDigit', /\p{Nd}/u],
])

/** The set of `\p{name}`: POSIX names are ASCII, others are Unicode categories, properties and scripts. */
export function propertyClass(name: string): CodeTest {
  const known = posix.get(name)
  if (known !== undefined) return patternTest(known)
  const bare = name.replace(/^(?:Is|general_category=|gc=)/, '')
  const scripted = bare.replace(/^(?:script=|sc=)/, '')
  for (const property of [bare, `Script=${scripted}`]) {
    const test = unicodeProperty(property)
    if (test !== undefined) return test
  }
  throw new RegexSyntaxError(`Unknown character property name {${name}}`)
}

function unicodeProperty(property: string): CodeTest | undefined {
  if (!/^\w+(?:=\w+)?$/.test(property)) return undefined
  try {
    return patternTest(new RegExp(`\\p{${property}}`, 'u'))
  } catch {
    return undefined // not a name that Unicode knows
  }
}

function patternTest(pattern: RegExp): CodeTest {
  return (code) => pattern.test(String.fromCodePoint(code))
}

const shorthand: ReadonlyMap<string, RegExp> = new Map([
  ['d', /[0-9]/],
  ['w', /[a-zA-Z0-9_]/],
  ['s', /[ \t\n\v\f\r]/],
  ['h', /[ \t\u00a0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000]/],
  ['v', /[\n\v\f\r\u0085\u2028\u2029]/],
])
const shorthandUnicode: ReadonlyMap<string, RegExp> = new Map([
  ['d', /\p{Nd}/u],
  ['w', /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u],
  ['s', /\p{White_Space}/u],
])

/** The set of `\d`, `\W` and the like, or undefined for other letters; ASCII unless the flag `U` is set. */
export function shorthandClass(letter: string, unicode: boolean): CodeTest | undefined {
  const lower = letter.toLowerCase()
  const pattern = (unicode ? shorthandUnicode.get(lower) : undefined) ?? shorthand.get(lower)
  if (pattern === undefined) return undefined
  const test = patternTest(pattern)
  return letter === lower ? test : (code) => !test(code)
}

/** True for the characters that end a line; with the flag `d` only the line feed does. */
export function isLineEnd(code: number, unixLines: boolean): boolean {
  if (code === 0x0a) return true
  return !unixLines && (code === 0x0d || code === 0x85 || code === 0x2028 || code === 0x2029)
}
