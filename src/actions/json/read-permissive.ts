import { integerNumber, JsonNumber, numberOfLiteral } from './number.ts'
import { JsonSyntaxError, jsonDepthMax } from './read.ts'
import type { JsonArray, JsonObject, JsonValue } from './value.ts'

/**
 * Reads JSON as leniently as JSON-smart's permissive mode, which Jayway JsonPath uses for literals inside
 * paths: single quotes, unquoted words and keys, spare commas, leading zeros, and anything after the value
 * is ignored. Throws JsonSyntaxError.
 */
export function parsePermissiveJson(text: string): JsonValue {
  return new PermissiveReader(text).first()
}

const end = ''
const anyEnd: ReadonlySet<string> = new Set([end])
const keyEnd: ReadonlySet<string> = new Set([':', end])
const memberEnd: ReadonlySet<string> = new Set([',', '}', end])
const itemEnd: ReadonlySet<string> = new Set([',', ']', end])
/** What Java calls whitespace: no-break spaces are none. */
const outerBlanks = /^(?:(?![\u00a0\u2007\u202f\ufeff])\s)+|(?:(?![\u00a0\u2007\u202f\ufeff])\s)+$/g
const numberLike = /^(?:-|(?=\d))\d*(?:\.\d*)?(?:[eE](?:[+-]\d*|\d+))?$/
const words: ReadonlyMap<string, JsonValue> = new Map<string, JsonValue>([
  ['true', true],
  ['false', false],
  ['null', null],
  ['NaN', new JsonNumber('float', 'NaN')],
])
const escapes: ReadonlyMap<string, string> = new Map([
  ['t', '\t'],
  ['n', '\n'],
  ['r', '\r'],
  ['f', '\f'],
  ['b', '\b'],
  ['\\', '\\'],
  ['/', '/'],
  ["'", "'"],
  ['"', '"'],
])

class PermissiveReader {
  private readonly text: string
  private position = 0
  private depth = 0

  constructor(text: string) {
    this.text = text
  }

  first(): JsonValue {
    return this.value(anyEnd)
  }

  private get current(): string {
    return this.text[this.position] ?? end
  }

  private is(...characters: readonly string[]): boolean {
    return characters.includes(this.current)
  }

  private value(ends: ReadonlySet<string>): JsonValue {
    this.skipWhitespace()
    const first = this.current
    if (first === ':' || first === '}' || first === ']') throw this.unexpected()
    if (first === end && ends !== anyEnd) throw this.unexpected()
    if (first === '{') return this.object()
    if (first === '[') return this.array()
    if (first === '"' || first === "'") return this.string()
    const word = this.word(ends)
    const known = words.get(word)
    if (known !== undefined) return known
    if (word === '-') return integerNumber(0) // JSON-smart counts no digits and arrives at zero
    if (!numberLike.test(word)) return word
    const number = numberOfLiteral(word)
    if (number === undefined) throw this.unexpected()
    return number
  }

  private array(): JsonArray {
    this.enter()
    const items: JsonArray = []
    for (;;) {
      this.skipWhitespace()
      const next = this.current
      if (next === ':' || next === '}' || next === end) throw this.unexpected()
      if (next === ']') break
      if (next === ',') this.position += 1
      else items.push(this.value(itemEnd))
    }
    this.leave()
    return items
  }

  private object(): JsonObject {
    this.enter()
    const members: JsonObject = new Map()
    for (;;) {
      this.skipWhitespace()
      const next = this.current
      if (next === '}') break
      if (next === ',') this.position += 1
      else this.member(members)
    }
    this.leave()
    return members
  }

  private member(members: JsonObject): void {
    const first = this.current
    if (first === ':' || first === ']' || first === '[' || first === '{' || first === end) {
      throw this.unexpected()
    }
    const key = first === '"' || first === "'" ? this.string() : this.word(keyEnd)
    this.skipBelowSpace()
    if (!this.is(':')) throw this.unexpected()
    this.position += 1
    members.set(key, this.value(memberEnd))
    this.skipBelowSpace()
    if (!this.is(',', '}')) throw this.unexpected()
  }

  private enter(): void {
    this.depth += 1
    if (this.depth > jsonDepthMax) {
      throw new JsonSyntaxError(`Nested deeper than ${jsonDepthMax} levels.`, this.position)
    }
    this.position += 1
  }

  private leave(): void {
    this.depth -= 1
    this.position += 1
  }

  private word(ends: ReadonlySet<string>): string {
    const start = this.position
    while (!ends.has(this.current)) this.position += 1
    return trimKeepingOne(this.text.slice(start, this.position))
  }

  private string(): string {
    const quote = this.current
    const close = this.text.indexOf(quote, this.position + 1)
    if (close === -1) throw new JsonSyntaxError('A string is not closed.', this.text.length)
    const plain = this.text.slice(this.position + 1, close)
    if (!plain.includes('\\')) {
      this.position = close + 1
      return plain
    }
    this.position += 1
    return this.escapedString(quote)
  }

  private escapedString(quote: string): string {
    const parts: string[] = []
    for (;;) {
      const next = this.current
      if (next === end) throw this.unexpected()
      this.position += 1
      if (next === quote) return parts.join('')
      if (next === '\\') parts.push(this.escape())
      else if (next >= ' ' && next !== '\u007f') parts.push(next)
    }
  }

  private escape(): string {
    const letter = this.current
    this.position += 1
    const digits = letter === 'u' ? 4 : 2
    if (letter !== 'u' && letter !== 'x') return escapes.get(letter) ?? ''
    const code = this.text.slice(this.position, this.position + digits)
    if (code.length < digits || !/^[0-9a-fA-F]+$/.test(code)) throw this.unexpected()
    this.position += digits
    return String.fromCharCode(Number.parseInt(code, 16))
  }

  private skipWhitespace(): void {
    while (/^[ \r\n\t]$/.test(this.current)) this.position += 1
  }

  private skipBelowSpace(): void {
    while (this.current !== end && this.current <= ' ') this.position += 1
  }

  private unexpected(): JsonSyntaxError {
    const found = this.current === end ? 'the end' : JSON.stringify(this.current)
    const message = `There is ${found} at character ${this.position}, where a value cannot go on.`
    return new JsonSyntaxError(message, this.position)
  }
}

/** JSON-smart trims an unquoted word but never to nothing: a lone blank stays. */
function trimKeepingOne(word: string): string {
  return word.length <= 1 ? word : word.replace(outerBlanks, '') || word.slice(-1)
}
