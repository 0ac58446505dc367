import { PathSyntaxError } from './errors.ts'

/**
 * Walks over the text of a path or filter the way Jayway does, including its habits: only the blank counts
 * as space, and trimming moves the end without cutting the text, so characters past the end can be seen.
 */
export class Cursor {
  readonly text: string
  position = 0
  /** Index of the last character that counts. */
  last: number

  constructor(text: string) {
    this.text = text
    this.last = text.length - 1
  }

  /** The character at an index; outside the text is a syntax error. */
  at(index: number): string {
    const character = this.text[index]
    if (character !== undefined) return character
    throw new Mishap(`The path ends too early, after ${this.text.length} characters.`, index)
  }

  /** The character under the cursor. */
  get current(): string {
    return this.at(this.position)
  }

  /** Characters that count. */
  get length(): number {
    return this.last + 1
  }

  /** True when the cursor is on or past the last character. */
  get atTail(): boolean {
    return this.position >= this.last
  }

  /** True when the index lies within what counts. */
  has(index: number = this.position): boolean {
    return index >= 0 && index <= this.last
  }

  /** Skips blanks, but never past the last character. */
  skipBlanks(): this {
    while (this.has() && this.position < this.last && this.current === ' ') this.position += 1
    return this
  }

  /** Leaves out blanks at both ends. */
  trim(): this {
    this.skipBlanks()
    while (this.has() && this.position < this.last && this.at(this.last) === ' ') this.last -= 1
    return this
  }

  /** The next character that is no blank, after an index; a blank when there is none. */
  nextSignificant(after: number = this.position): string {
    const index = this.skipFrom(after + 1)
    return this.has(index) ? this.at(index) : ' '
  }

  /** Index of the next non-blank after an index if it is the given character, otherwise -1. */
  indexOfNextSignificant(character: string, after: number = this.position): number {
    const index = this.skipFrom(after + 1)
    return this.at(index) === character ? index : -1
  }

  /** Index of the closest non-blank before the cursor, or -1. */
  indexOfPreviousSignificant(): number {
    let index = this.position - 1
    while (this.has(index) && this.at(index) === ' ') index -= 1
    return this.has(index) ? index : -1
  }

  /** First index of a character from a start on, or -1. */
  indexOf(character: string, start: number): number {
    const index = this.text.indexOf(character, start)
    return index <= this.last ? index : -1
  }

  /** First index of a character after a start that no backslash precedes, or -1. */
  indexOfUnescaped(character: string, start: number = this.position): number {
    for (let index = start + 1; this.has(index); index += 1) {
      if (this.at(index) === '\\') index += 1
      else if (this.at(index) === character) return index
    }
    return -1
  }

  /**
   * Index of the bracket that closes the one at `start`, or -1. Quoted strings are skipped, and `/…/` too
   * when `skipRegex` is set.
   */
  indexOfClosing(start: number, close: string, skipRegex: boolean): number {
    const open = this.at(start)
    let opened = 1
    for (let index = start + 1; this.has(index); index += 1) {
      const quote = this.at(index)
      if (quote === "'" || quote === '"') index = this.afterQuoted(index, quote)
      if (skipRegex && this.at(index) === '/') index = this.afterQuoted(index, '/')
      if (this.at(index) === open) opened += 1
      if (this.at(index) === close) opened -= 1
      if (opened === 0) return index
    }
    return -1
  }

  private afterQuoted(start: number, quote: string): number {
    const end = this.indexOfUnescaped(quote, start)
    if (end === -1) {
      const message = `Could not find matching close quote for ${quote} when parsing : ${this.text}`
      throw new PathSyntaxError(message, start)
    }
    return end + 1
  }

  private skipFrom(start: number): number {
    let index = start
    while (this.has(index) && this.at(index) === ' ') index += 1
    return index
  }
}

/**
 * A mistake that Jayway does not foresee while it parses (reading past the end, a number that is none). It
 * becomes a PathSyntaxError, but filters do not treat it as "perhaps another kind of expression".
 */
export class Mishap extends Error {
  override readonly name = 'Mishap'
  readonly position: number

  constructor(message: string, position: number) {
    super(message)
    this.position = position
  }
}
