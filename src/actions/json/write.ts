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
  let written = ''
  if (Array.isArray(value)) {
    for (const item of value) written += `${written === '' ? '' : ','}${writeJson(item)}`
    return `[${written}]`
  }
  for (const [key, member] of value) {
    written += `${written === '' ? '' : ','}${writeString(key)}:${writeJson(member)}`
  }
  return `{${written}}`
}

/** Prints a value over several lines, indented by two blanks, with the digits of `writeJson`. */
export function writeIndented(value: JsonValue, margin = ''): string {
  const inner = `${margin}  `
  if (Array.isArray(value) && value.length > 0) {
    const items = value.map((item) => inner + writeIndented(item, inner))
    return `[\n${items.join(',\n')}\n${margin}]`
  }
  if (value instanceof Map && value.size > 0) {
    const members = [...value].map(
      ([name, member]) => `${inner}${writeJson(name)}: ${writeIndented(member, inner)}`,
    )
    return `{\n${members.join(',\n')}\n${margin}}`
  }
  return writeJson(value)
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
const escaped = /["\\\u0000-\u001f\u007f-\u009f\u2000-\u20ff]/
const everyEscaped = new RegExp(escaped, 'g')

function writeString(text: string): string {
  return escaped.test(text) ? `"${text.replace(everyEscaped, escapeCharacter)}"` : `"${text}"`
}

function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
  return shortEscapes.get(character) ?? `\\u${code}`
}
