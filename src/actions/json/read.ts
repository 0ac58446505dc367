import { numberOfLiteral } from './number.ts'
import type { JsonArray, JsonObject, JsonValue } from './value.ts'

/** The text is not JSON; says what is wrong and at which character (from 0). */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError'
  readonly position: number

  constructor(message: string, position: number) {
    super(message)
    this.position = position
  }
}

/** How far `parseJson` goes. */
export interface ParseJsonOptions {
  /** Levels of nesting that are read; JSON-smart stops at 400 too. */
  readonly depthMax?: number
}

/** Levels of nesting that JSON-smart reads before it gives up. */
export const jsonDepthMax = 400

/**
 * Reads JSON text (RFC 8259) without losing digits: whole numbers of any length stay exact, a repeated key
 * keeps its last value. Throws JsonSyntaxError.
 */
export function parseJson(text: string, options: ParseJsonOptions = {}): JsonValue {
  const reader = new Reader(text, options.depthMax ?? jsonDepthMax)
  return reader.document()
}

const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON strings must not hold bare control characters
const plainCharacters = /[^"\\\u0000-\u001f]*/y
const words: ReadonlyMap<string, JsonValue> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
])
const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])

class Reader {
  private readonly text: string
  private readonly depthMax: number
  private position = 0

  constructor(text: string, depthMax: number) {
    this.text = text
    this.depthMax = depthMax
  }

  document(): JsonValue {
    if (this.text.startsWith('\uFEFF')) this.position = 1
    const value = this.value(0)
    this.skipBlanks()
    if (this.position < this.text.length) throw this.unexpected('after the end of the document')
    return value
  }

  private value(depth: number): JsonValue {
    this.skipBlanks()
    const next = this.text[this.position]
    if (next === '{') return this.object(depth + 1)
    if (next === '[') return this.array(depth + 1)
    if (next === '"') return this.string()
    if (next === '-' || (next !== undefined && next >= '0' && next <= '9')) return this.number()
    for (const [word, value] of words) {
      if (!this.text.startsWith(word, this.position)) continue
      this.position += word.length
      return value
    }
    throw this.unexpected('where a value was expected')
  }

  private object(depth: number): JsonObject {
    this.enter(depth)
    const members: JsonObject = new Map()
    if (this.take('}')) return members
    do {
      this.skipBlanks()
      if (this.text[this.position] !== '"') throw this.unexpected('where a key was expected')
      const key = this.string()
      if (!this.take(':')) throw this.unexpected("where ':' was expected")
      members.set(key, this.value(depth))
    } while (this.take(','))
    if (!this.take('}')) throw this.unexpected("where ',' or '}' was expected")
    return members
  }

  private array(depth: number): JsonArray {
    this.enter(depth)
    const items: JsonArray = []
    if (this.take(']')) return items
    do items.push(this.value(depth))
    while (this.take(','))
    if (!this.take(']')) throw this.unexpected("where ',' or ']' was expected")
    return items
  }

  private enter(depth: number): void {
    if (depth > this.depthMax) {
      const message = `The JSON is nested deeper than ${this.depthMax} levels.`
      throw new JsonSyntaxError(message, this.position)
    }
    this.position += 1
  }

  private number(): JsonValue {
    numberPattern.lastIndex = this.position
    const literal = numberPattern.exec(this.text)?.[0]
    const number = literal === undefined ? undefined : numberOfLiteral(literal)
    if (literal === undefined || number === undefined) throw this.unexpected('in a number')
    this.position += literal.length
    return number
  }

  private string(): string {
    this.position += 1
    let read = this.plain()
    while (this.text[this.position] !== '"') {
      if (this.text[this.position] !== '\\') throw this.unexpected('in a string')
      read += this.escape()
      read += this.plain()
    }
    this.position += 1
    return read
  }

  /** The characters up to the next quote, backslash or control character. */
  private plain(): string {
    const from = this.position
    plainCharacters.lastIndex = from
    plainCharacters.test(this.text)
    this.position = plainCharacters.lastIndex
    return this.text.slice(from, this.position)
  }

  private escape(): string {
    const letter = this.text[this.position + 1] ?? ''
    const simple = escapes.get(letter)
    if (simple !== undefined) {
      this.position += 2
      return simple
    }
    const code = this.text.slice(this.position + 2, this.position + 6)
    if (letter !== 'u' || !/^[0-9a-fA-F]{4}$/.test(code)) throw this.unexpected('in a string')
    this.position += 6
    return String.fromCharCode(Number.parseInt(code, 16))
  }

  private take(character: string): boolean {
    this.skipBlanks()
    if (this.text[this.position] !== character) return false
    this.position += 1
    return true
  }

  private skipBlanks(): void {
    for (;;) {
      const next = this.text[this.position]
      if (next !== ' ' && next !== '\n' && next !== '\r' && next !== '\t') return
      this.position += 1
    }
  }

  private unexpected(place: string): JsonSyntaxError {
    const found = this.text[this.position]
    const what = found === undefined ? 'The JSON ends' : `There is ${JSON.stringify(found)}`
    return new JsonSyntaxError(`${what} ${place} (character ${this.position}).`, this.position)
  }
}
