import { PathEvaluationError } from './errors.ts'

const escapes: ReadonlyMap<string, string> = new Map([
  ['r', '\r'],
  ['f', '\f'],
  ['t', '\t'],
  ['n', '\n'],
  ['b', '\b'],
])

/**
 * Resolves backslashes in a quoted name or string of a path: the usual letters, `\uXXXX`, and any other
 * character for itself. An unfinished `\uXX` vanishes, as in Jayway.
 */
export function unescapePathText(text: string): string {
  const parts: string[] = []
  let index = 0
  while (index < text.length) {
    const slash = text.indexOf('\\', index)
    if (slash === -1) return parts.join('') + text.slice(index)
    parts.push(text.slice(index, slash))
    const letter = text[slash + 1]
    if (letter === undefined) return `${parts.join('')}\\`
    parts.push(letter === 'u' ? unicode(text.slice(slash + 2, slash + 6)) : escaped(letter))
    index = slash + (letter === 'u' ? 6 : 2)
  }
  return parts.join('')
}

/** Trims as Java's `String.trim()`: control characters and blanks, but no other Unicode spaces. */
export function javaTrim(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && text.charCodeAt(start) <= 32) start += 1
  while (start < end && text.charCodeAt(end - 1) <= 32) end -= 1
  return text.slice(start, end)
}

/** Takes matching quotes off and resolves backslashes, for string literals and strings inside JSON lists. */
export function unquotePathText(text: string): string {
  const open = text[0]
  const quoted = text.length > 1 && (open === "'" || open === '"') && text.at(-1) === open
  if (text.length <= 1) return text
  return unescapePathText(quoted ? text.slice(1, -1) : text)
}

function escaped(letter: string): string {
  return escapes.get(letter) ?? letter
}

function unicode(digits: string): string {
  if (digits.length < 4) return ''
  if (/^[+-]?[0-9a-fA-F]+$/.test(digits)) {
    return String.fromCharCode(Number.parseInt(digits, 16) & 0xffff)
  }
  const message = `Unable to parse unicode value: ${digits}`
  throw new PathEvaluationError('JsonPathException', message)
}
