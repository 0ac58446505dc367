import { JsonNumber } from './number.ts'
import type { JsonValue } from './value.ts'

/**
 * Prints a value as JSON text the way JSON-smart does for Jayway JsonPath (`LT_COMPRESS`): no blanks, no
 * escaped slashes, numbers with Java's digits, control characters and U+2000…U+20FF as `\uXXXX`.
 * An infinite double becomes `null`; not-a-number is printed `NaN`, as there.
 */
export function writeJson(value: JsonValue): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return writeString(value)
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (value instanceof JsonNumber) return writeNumber(value)
  if (Array.isArray(value)) return `[${value.map(writeJson).join(',')}]`
  const members: string[] = []
  for (const [key, member] of value) members.push(`${writeString(key)}:${writeJson(member)}`)
  return `{${members.join(',')}}`
}

function writeNumber(number: JsonNumber): string {
  return number.text.endsWith('Infinity') ? 'null' : number.text
}

const shortEscapes: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
])

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must be escaped
const escaped = /["\\\u0000-\u001f\u007f-\u009f\u2000-\u20ff]/g

function writeString(text: string): string {
  return `"${text.replace(escaped, escapeCharacter)}"`
}

function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
  return shortEscapes.get(character) ?? `\\u${code}`
}
