import {
  type CharTest,
  classes,
  isBreak,
  isLower,
  isUpper,
  not,
  properties,
} from './regex-classes.ts'
import { JavaException } from './values.ts'

/** A parsed regular expression. */
export type RegexNode =
  | { readonly kind: 'char'; readonly test: CharTest }
  | { readonly kind: 'sequence'; readonly items: readonly RegexNode[] }
  | { readonly kind: 'choice'; readonly options: readonly RegexNode[] }
  | { readonly kind: 'group'; readonly index: number; readonly body: RegexNode }
  | { readonly kind: 'atomic'; readonly body: RegexNode }
  | {
      readonly kind: 'look'
      readonly body: RegexNode
      readonly behind: boolean
      readonly no: boolean
    }
  | { readonly kind: 'back'; readonly index: number; readonly fold: boolean }
  | { readonly kind: 'anchor'; readonly at: Anchor }
  | {
      readonly kind: 'repeat'
      readonly body: RegexNode
      readonly min: number
      readonly max: number
      readonly mode: 'greedy' | 'lazy' | 'possessive'
    }

/** Places between characters. */
export type Anchor = 'start' | 'end' | 'lastLine' | 'lineStart' | 'lineEnd' | 'word' | 'notWord'

interface Flags {
  readonly fold: boolean
  readonly dotAll: boolean
  readonly multiline: boolean
}

/** How deep groups may nest. */
const depthMax = 50

/**
 * Reads the syntax of `java.util.regex`, without the rarer flags and Unicode blocks. Throws the
 * `PatternSyntaxException` that Java would, with its description.
 */
export class RegexParser {
  groups = 1
  readonly names = new Map<string, number>()
  readonly #text: string
  #at = 0
  #depth = 0
  #flags: Flags = { fold: false, dotAll: false, multiline: false }

  constructor(text: string) {
    this.#text = text
  }

  parse(): RegexNode {
    const node = this.#choice()
    if (this.#at < this.#text.length) this.#fail("Unmatched closing ')'", this.#at - 1)
    return node
  }

  #fail(description: string, index: number): never {
    const place = index >= 0 ? ` near index ${index}` : ''
    throw new JavaException(
      'java.util.regex.PatternSyntaxException',
      `${description}${place}\n${this.#text}`,
    )
  }

  #peek(length = 1): string {
    return this.#text.slice(this.#at, this.#at + length)
  }

  #eat(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false
    this.#at += text.length
    return true
  }

  #choice(): RegexNode {
    this.#depth++
    if (this.#depth > depthMax) this.#fail('Nested too deeply', this.#at)
    const flags = this.#flags
    const options = [this.#sequence()]
    while (this.#eat('|')) options.push(this.#sequence())
    this.#flags = flags
    this.#depth--
    const [only] = options
    return options.length === 1 && only !== undefined ? only : { kind: 'choice', options }
  }

  #sequence(): RegexNode {
    const items: RegexNode[] = []
    while (this.#at < this.#text.length && !['|', ')'].includes(this.#peek())) {
      if (this.#eat('\\Q')) {
        items.push(...this.#quoted())
        continue
      }
      const atom = this.#atom()
      if (atom !== undefined) items.push(this.#repeated(atom))
    }
    return { kind: 'sequence', items }
  }

  #quoted(): RegexNode[] {
    const end = this.#text.indexOf('\\E', this.#at)
    const quoted = this.#text.slice(this.#at, end === -1 ? undefined : end)
    this.#at = end === -1 ? this.#text.length : end + 2
    return [...quoted].map((character) => this.#literal(character.charCodeAt(0)))
  }

  #literal(code: number): RegexNode {
    return { kind: 'char', test: this.#folded((c) => c === code) }
  }

  /** Makes a test blind to case where `(?i)` holds. */
  #folded(test: CharTest): CharTest {
    if (!this.#flags.fold) return test
    return (c) => test(c) || (isLower(c) && test(c - 32)) || (isUpper(c) && test(c + 32))
  }

  #atom(): RegexNode | undefined {
    const character = this.#peek()
    this.#at++
    switch (character) {
      case '(':
        return this.#group()
      case '[':
        return { kind: 'char', test: this.#folded(this.#class()) }
      case '.':
        return { kind: 'char', test: this.#flags.dotAll ? () => true : not(isBreak) }
      case '^':
        return { kind: 'anchor', at: this.#flags.multiline ? 'lineStart' : 'start' }
      case '$':
        return { kind: 'anchor', at: this.#flags.multiline ? 'lineEnd' : 'lastLine' }
      case '\\':
        return this.#escape()
      case '*':
      case '+':
      case '?':
        return this.#fail(`Dangling meta character '${character}'`, this.#at - 1)
      default:
        return this.#literal(character.charCodeAt(0))
    }
  }

  #escape(): RegexNode {
    const character = this.#peek()
    if (character === '') this.#fail('Unexpected internal error', this.#at)
    const anchors: Readonly<Record<string, Anchor>> = {
      b: 'word',
      B: 'notWord',
      A: 'start',
      z: 'end',
      Z: 'lastLine',
    }
    const anchor = anchors[character]
    if (anchor !== undefined) {
      this.#at++
      return { kind: 'anchor', at: anchor }
    }
    if (/^[1-9]$/.test(character)) {
      this.#at++
      return { kind: 'back', index: Number(character), fold: this.#flags.fold }
    }
    if (this.#eat('k<')) {
      const name = this.#until('>')
      const index = this.names.get(name)
      if (index === undefined)
        this.#fail(`named capturing group <${name}> does not exist`, this.#at)
      return { kind: 'back', index, fold: this.#flags.fold }
    }
    return { kind: 'char', test: this.#folded(this.#escapedClass()) }
  }

  #until(end: string): string {
    const to = this.#text.indexOf(end, this.#at)
    if (to === -1) this.#fail('Unclosed group', this.#text.length)
    const text = this.#text.slice(this.#at, to)
    this.#at = to + end.length
    return text
  }

  /** What stands behind a backslash and means one character. */
  #escapedClass(): CharTest {
    const character = this.#peek()
    this.#at++
    const known = classes[character]
    if (known !== undefined) return known
    if (character === 'p' || character === 'P') {
      const name = this.#eat('{') ? this.#until('}') : this.#text.charAt(this.#at++)
      const property = properties[name.replace(/^Is(?=[A-Z][a-z]?$)/, '')]
      if (property === undefined) {
        this.#fail(`Unknown character property name {${name}}`, this.#at - 1)
      }
      return character === 'p' ? property : not(property)
    }
    const code = this.#escapedCode(character)
    return (c) => c === code
  }

  #escapedCode(character: string): number {
    const named: Readonly<Record<string, number>> = { t: 9, n: 10, r: 13, f: 12, a: 7, e: 27 }
    const code = named[character]
    if (code !== undefined) return code
    const digits = { x: 2, u: 4 }[character]
    if (digits !== undefined) {
      const hex = this.#peek(digits)
      if (!/^[0-9a-fA-F]+$/.test(hex) || hex.length < digits) {
        this.#fail('Illegal hexadecimal escape sequence', this.#at)
      }
      this.#at += digits
      return Number.parseInt(hex, 16)
    }
    if (/^[a-zA-Z]$/.test(character)) {
      this.#fail('Illegal/unsupported escape sequence', this.#at - 1)
    }
    return character.charCodeAt(0)
  }

  #class(): CharTest {
    const start = this.#at - 1
    this.#depth++
    if (this.#depth > depthMax) this.#fail('Nested too deeply', this.#at)
    const no = this.#eat('^')
    let tests: CharTest[] = []
    const all: CharTest[][] = [tests]
    for (let first = true; ; first = false) {
      if (this.#at >= this.#text.length)
        this.#fail('Unclosed character class', this.#text.length - 1)
      if (this.#peek() === ']' && (!first || all.length > 1)) break
      if (this.#eat('&&')) {
        tests = []
        all.push(tests)
      } else {
        tests.push(this.#classItem())
      }
    }
    if (start < 0) this.#fail('Unclosed character class', start)
    this.#at++
    this.#depth--
    const sets = all.filter((set) => set.length > 0)
    const test: CharTest = (c) => sets.every((set) => set.some((one) => one(c)))
    return no ? not(test) : test
  }

  #classItem(): CharTest {
    if (this.#eat('[')) return this.#class()
    if (this.#peek() === '\\') {
      const next = this.#text.charAt(this.#at + 1)
      this.#at++
      if (next in classes || next === 'p' || next === 'P') return this.#escapedClass()
      this.#at++
      return this.#range(this.#escapedCode(next))
    }
    const code = this.#text.charCodeAt(this.#at)
    this.#at++
    return this.#range(code)
  }

  #range(from: number): CharTest {
    const dash = this.#peek() === '-'
    const after = this.#text.charAt(this.#at + 1)
    if (!dash || after === ']' || after === '' || after === '[') return (c) => c === from
    this.#at += 2
    let to = after.charCodeAt(0)
    if (after === '\\') {
      const escaped = this.#text.charAt(this.#at)
      this.#at++
      to = this.#escapedCode(escaped)
    }
    if (to < from) this.#fail('Illegal character range', this.#at - 1)
    return (c) => c >= from && c <= to
  }

  #group(): RegexNode | undefined {
    let node: (body: RegexNode) => RegexNode = (body) => body
    if (this.#eat('?')) {
      if (this.#eat('=')) node = look(false, false)
      else if (this.#eat('!')) node = look(false, true)
      else if (this.#eat('<=')) node = look(true, false)
      else if (this.#eat('<!')) node = look(true, true)
      else if (this.#eat('>')) node = (body) => ({ kind: 'atomic', body })
      else if (this.#eat('<')) node = this.#capture(this.#until('>'))
      else if (!this.#eat(':') && this.#flagsEndGroup()) return undefined
    } else {
      node = this.#capture(undefined)
    }
    const before = this.#flags
    const body = this.#choice()
    this.#flags = before
    if (!this.#eat(')')) this.#fail('Unclosed group', this.#text.length)
    return node(body)
  }

  #capture(name: string | undefined): (body: RegexNode) => RegexNode {
    const index = this.groups++
    if (name !== undefined) this.names.set(name, index)
    return (body) => ({ kind: 'group', index, body })
  }

  /** Reads `(?i)` or `(?i:`; true when the group ends there, so that the flags hold from here on. */
  #flagsEndGroup(): boolean {
    const found = /^([a-zA-Z]*)(?:-([a-zA-Z]*))?([:)])/.exec(
      this.#text.slice(this.#at, this.#at + 20),
    )
    if (found === null) this.#fail('Unknown inline modifier', this.#at)
    const [whole, on = '', off = '', end = ''] = found
    this.#at += whole.length
    const flag = (letter: string, now: boolean) =>
      off.includes(letter) ? false : now || on.includes(letter)
    const { fold, dotAll, multiline } = this.#flags
    this.#flags = {
      fold: flag('i', fold),
      dotAll: flag('s', dotAll),
      multiline: flag('m', multiline),
    }
    return end === ')'
  }

  #repeated(body: RegexNode): RegexNode {
    let node = body
    for (;;) {
      const counts = this.#counts()
      if (counts === undefined) return node
      const mode = this.#eat('?') ? 'lazy' : this.#eat('+') ? 'possessive' : 'greedy'
      node = { kind: 'repeat', body: node, ...counts, mode }
    }
  }

  #badCounts(): never {
    const open = /^\{\d+(?:,\d*)?/.exec(this.#text.slice(this.#at))
    if (open === null) this.#fail('Illegal repetition', -1)
    this.#fail('Unclosed counted closure', this.#at + open[0].length)
  }

  #counts(): { min: number; max: number } | undefined {
    if (this.#eat('*')) return { min: 0, max: Number.POSITIVE_INFINITY }
    if (this.#eat('+')) return { min: 1, max: Number.POSITIVE_INFINITY }
    if (this.#eat('?')) return { min: 0, max: 1 }
    if (this.#peek() !== '{') return undefined
    const found = /^\{(\d{1,6})(,(\d{0,6}))?\}/.exec(this.#text.slice(this.#at, this.#at + 20))
    if (found === null) this.#badCounts()
    const [whole, low = '0', comma, high = ''] = found
    this.#at += whole.length
    const min = Number(low)
    const max = comma === undefined ? min : high === '' ? Number.POSITIVE_INFINITY : Number(high)
    if (max < min) this.#fail('Illegal repetition range', this.#at)
    return { min, max }
  }
}

function look(behind: boolean, no: boolean): (body: RegexNode) => RegexNode {
  return (body) => ({ kind: 'look', body, behind, no })
}
