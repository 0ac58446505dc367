import { isLineEnd } from './regex-classes.ts'

type Assertion = (text: string, position: number) => boolean

const wordCharacter = /[\p{L}\p{Nd}_]/u

/** `\b`: between a letter, digit or `_` and something else. */
export function atWordBoundary(text: string, position: number): boolean {
  return isWord(text, position - 1) !== isWord(text, position)
}

/** `^` or `$`, by the flags `m` (at every line) and `d` (only line feeds end lines). */
export function lineAssertion(sign: '^' | '$', multiline: boolean, unixLines: boolean): Assertion {
  const isEnd = (text: string, index: number) => isLineEnd(text.charCodeAt(index), unixLines)
  if (sign === '^') {
    return (text, position) => {
      if (position === 0) return true
      return multiline && position < text.length && isEnd(text, position - 1)
    }
  }
  return (text, position) => {
    if (position === text.length) return true
    if (multiline) return isEnd(text, position)
    return isFinalLineEnd(text, position, isEnd)
  }
}

/** `\Z`: the end, or the line end that closes the text. */
export const atEndBeforeFinalLineEnd: Assertion = lineAssertion('$', false, false)

function isFinalLineEnd(text: string, position: number, isEnd: Assertion): boolean {
  if (text.slice(position) === '\r\n') return isEnd(text, position)
  const splitsPair = text[position] === '\n' && text[position - 1] === '\r'
  return position === text.length - 1 && isEnd(text, position) && !splitsPair
}

function isWord(text: string, position: number): boolean {
  return wordCharacter.test(text[position] ?? '')
}
