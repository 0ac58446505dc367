/** Decides whether one character belongs to a class. */
export type CharTest = (code: number) => boolean

const isDigit: CharTest = (c) => c >= 48 && c <= 57
/** A lower-case ASCII letter. */
export const isLower: CharTest = (c) => c >= 97 && c <= 122
/** An upper-case ASCII letter. */
export const isUpper: CharTest = (c) => c >= 65 && c <= 90
const isSpace: CharTest = (c) => c === 32 || (c >= 9 && c <= 13)
const isAlpha: CharTest = (c) => isLower(c) || isUpper(c)
const isAlnum: CharTest = (c) => isAlpha(c) || isDigit(c)
const isPunct: CharTest = (c) => c > 32 && c < 127 && !isAlnum(c)
/** A line end, which `.` does not match. */
export const isBreak: CharTest = (c) =>
  c === 10 || c === 13 || c === 0x85 || c === 0x2028 || c === 0x2029

/** A letter, a digit or `_`, as `\w` takes them. */
export const isWord: CharTest = (c) => isAlnum(c) || c === 95

/** Classes by the letter behind the backslash. */
export const classes: Readonly<Record<string, CharTest>> = {
  d: isDigit,
  D: not(isDigit),
  w: isWord,
  W: not(isWord),
  s: isSpace,
  S: not(isSpace),
  h: (c) => c === 32 || c === 9 || c === 0xa0,
  v: (c) => (c >= 10 && c <= 13) || isBreak(c),
}

/** Properties by their name in `\p{…}`. */
export const properties: Readonly<Record<string, CharTest>> = {
  Lower: isLower,
  Upper: isUpper,
  Alpha: isAlpha,
  Digit: isDigit,
  Alnum: isAlnum,
  Punct: isPunct,
  Space: isSpace,
  Blank: (c) => c === 32 || c === 9,
  ASCII: (c) => c < 128,
  Graph: (c) => isAlnum(c) || isPunct(c),
  Print: (c) => c >= 32 && c < 127,
  Cntrl: (c) => c < 32 || c === 127,
  XDigit: (c) => isDigit(c) || (c >= 97 && c <= 102) || (c >= 65 && c <= 70),
  L: (c) => /^\p{L}$/u.test(String.fromCharCode(c)),
  Lu: (c) => /^\p{Lu}$/u.test(String.fromCharCode(c)),
  Ll: (c) => /^\p{Ll}$/u.test(String.fromCharCode(c)),
  N: (c) => /^\p{N}$/u.test(String.fromCharCode(c)),
  Nd: (c) => /^\p{Nd}$/u.test(String.fromCharCode(c)),
  P: (c) => /^\p{P}$/u.test(String.fromCharCode(c)),
  IsAlphabetic: (c) => /^\p{Alphabetic}$/u.test(String.fromCharCode(c)),
  IsLetter: (c) => /^\p{L}$/u.test(String.fromCharCode(c)),
  IsDigit: (c) => /^\p{Nd}$/u.test(String.fromCharCode(c)),
}

/** All characters that a test does not take. */
export function not(test: CharTest): CharTest {
  return (code) => !test(code)
}
