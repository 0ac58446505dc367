import { atEndBeforeFinalLineEnd, atWordBoundary, lineAssertion } from './regex-assertions.ts'
import {
  type CaseRule,
  isLineEnd,
  propertyClass,
  shorthandClass,
  withCase,
} from './regex-classes.ts'
import { RegexSyntaxError, regexFlags } from './regex-flags.ts'
import type { CodeTest, RegexNode } from './regex-nodes.ts'

/** Reads a regular expression in Java's syntax into a tree. Throws RegexSyntaxError. */
export function parseRegex(source: string, flags: string): RegexNode {
  return new RegexParser(source, new Set(flags)).pattern()
}

const nestingMax = 100
const controls: ReadonlyMap<string, number> = new Map([
  ['t', 0x09],
  ['n', 0x0a],
  ['r', 0x0d],
  ['f', 0x0c],
  ['a', 0x07],
  ['e', 0x1b],
])

class RegexParser {
  private readonly source: string
  private flags: ReadonlySet<string>
  private position = 0
  private groups = 0
  private nesting = 0
  private readonly names = new Map<string, number>()

  constructor(source: string, flags: ReadonlySet<string>) {
    this.source = source
    this.flags = flags
  }

  pattern(): RegexNode {
    const node = this.choice()
    if (this.position < this.source.length) throw new RegexSyntaxError("Unmatched closing ')'")
    return node
  }

  private get next(): string {
    return this.source[this.position] ?? ''
  }

  private get caseRule(): CaseRule {
    if (!this.flags.has('i')) return 'exact'
    return this.flags.has('u') || this.flags.has('U') ? 'unicode' : 'ascii'
  }

  private choice(): RegexNode {
    this.nesting += 1
    if (this.nesting > nestingMax) throw new RegexSyntaxError('The pattern is nested too deep.')
    const items = [this.sequence()]
    while (this.take('|')) items.push(this.sequence())
    this.nesting -= 1
    return { kind: 'choice', items }
  }

  private sequence(): RegexNode {
    const items: RegexNode[] = []
    for (;;) {
      this.skipComments()
      if (this.next === '' || this.next === '|' || this.next === ')') break
      if (this.take('\\Q')) items.push(...this.quotation())
      else items.push(this.repetition(this.atom()))
    }
    return { kind: 'sequence', items }
  }

  private quotation(): RegexNode[] {
    const end = this.source.indexOf('\\E', this.position)
    const text = this.source.slice(this.position, end === -1 ? undefined : end)
    this.position = end === -1 ? this.source.length : end + 2
    return [...text].map((character) => this.one(literal(character.codePointAt(0) ?? 0)))
  }

  private repetition(item: RegexNode): RegexNode {
    this.skipComments()
    const range = this.range()
    if (range === undefined) return item
    const mode = this.take('?') ? 'lazy' : this.take('+') ? 'possessive' : 'greedy'
    return { kind: 'repeat', item, ...range, mode }
  }

  private range(): { min: number; max: number } | undefined {
    if (this.take('*')) return { min: 0, max: Number.POSITIVE_INFINITY }
    if (this.take('+')) return { min: 1, max: Number.POSITIVE_INFINITY }
    if (this.take('?')) return { min: 0, max: 1 }
    if (this.next !== '{') return undefined
    const parts = /^\{(\d{1,9})(,?)(\d{0,9})\}/.exec(this.source.slice(this.position))
    if (parts === null) throw new RegexSyntaxError('Illegal repetition')
    const [whole, low = '', comma = '', high = ''] = parts
    this.position += whole.length
    const min = Number(low)
    const open = comma === '' ? min : Number.POSITIVE_INFINITY
    const max = high === '' ? open : Number(high)
    if (max < min) throw new RegexSyntaxError('Illegal repetition range')
    return { min, max }
  }

  private atom(): RegexNode {
    if (this.next === '{') return nothing // a second `{2}` repeats nothing, as in Java
    const character = this.character()
    if (character === '(') return this.group()
    if (character === '[') return this.one(this.characterClass())
    if (character === '\\') return this.escape()
    if (character === '.') return { kind: 'one', test: this.dot() }
    if (character === '^' || character === '$') {
      const { flags } = this
      return { kind: 'assert', test: lineAssertion(character, flags.has('m'), flags.has('d')) }
    }
    if ('*+?'.includes(character)) {
      throw new RegexSyntaxError(`Dangling meta character '${character}'`)
    }
    return this.one(literal(character.codePointAt(0) ?? 0))
  }

  private dot(): CodeTest {
    if (this.flags.has('s')) return () => true
    const unixLines = this.flags.has('d')
    return (code) => !isLineEnd(code, unixLines)
  }

  private group(): RegexNode {
    const outer = this.flags
    const node = this.groupBody()
    if (node === undefined) return nothing // (?i) holds to the end of the outer group
    if (!this.take(')')) throw new RegexSyntaxError('Unclosed group')
    this.flags = outer
    return node
  }

  private groupBody(): RegexNode | undefined {
    if (this.take('?:')) return this.choice()
    if (this.take('?>')) return { kind: 'atomic', item: this.choice() }
    for (const [sign, ahead, negative] of lookarounds) {
      if (this.take(sign)) return { kind: 'look', item: this.choice(), ahead, negative }
    }
    const named = /^\?<([a-zA-Z][a-zA-Z0-9]*)>/.exec(this.source.slice(this.position))
    if (named === null && this.take('?')) return this.flagGroup()
    this.groups += 1
    const index = this.groups
    if (named !== null) {
      this.position += named[0].length
      this.names.set(named[1] ?? '', index)
    }
    return { kind: 'group', index, item: this.choice() }
  }

  private flagGroup(): RegexNode | undefined {
    const parts = /^([a-zA-Z]*)(?:-([a-zA-Z]*))?([:)])/.exec(this.source.slice(this.position))
    const [whole = '', on = '', off = '', close = ''] = parts ?? []
    const known = [...on, ...off].every((flag) => regexFlags.includes(flag))
    if (parts === null || !known) throw new RegexSyntaxError('Unknown inline modifier')
    this.position += whole.length
    const flags = new Set([...this.flags, ...on])
    for (const flag of off) flags.delete(flag)
    this.flags = flags
    return close === ':' ? this.choice() : undefined
  }

  private escape(): RegexNode {
    const letter = this.next
    if (letter === 'b' || letter === 'B') {
      this.position += 1
      const positive = letter === 'b'
      return { kind: 'assert', test: (text, at) => atWordBoundary(text, at) === positive }
    }
    if (this.take('A') || this.take('G')) {
      return { kind: 'assert', test: (_text, position) => position === 0 }
    }
    if (this.take('R')) return { kind: 'choice', items: lineBreaks }
    if (this.take('z')) {
      return { kind: 'assert', test: (text, position) => position === text.length }
    }
    if (this.take('Z')) return { kind: 'assert', test: atEndBeforeFinalLineEnd }
    if (/[1-9]/.test(letter)) return this.numberedBackReference()
    if (this.take('k<')) return this.namedBackReference()
    return this.one(this.escapedClass())
  }

  /** As many digits as there are groups for belong to the number. */
  private numberedBackReference(): RegexNode {
    let index = Number(this.character())
    while (/\d/.test(this.next) && index * 10 + Number(this.next) <= this.groups) {
      index = index * 10 + Number(this.character())
    }
    return { kind: 'back', index, ignoreCase: this.caseRule !== 'exact' }
  }

  private namedBackReference(): RegexNode {
    const end = this.source.indexOf('>', this.position)
    const index = this.names.get(this.source.slice(this.position, end))
    if (end === -1 || index === undefined) throw new RegexSyntaxError('Unknown group name')
    this.position = end + 1
    return { kind: 'back', index, ignoreCase: this.caseRule !== 'exact' }
  }

  /** Reads what stands behind a backslash as a set of characters. */
  private escapedClass(): CodeTest {
    const letter = this.character()
    if (letter === '') throw new RegexSyntaxError('Unexpected internal error')
    const short = shorthandClass(letter, this.flags.has('U'))
    if (short !== undefined) return short
    if (letter === 'p' || letter === 'P') return this.property(letter === 'P')
    const code = controls.get(letter) ?? this.numericEscape(letter)
    if (code !== undefined) return literal(code)
    if (/[a-zA-Z]/.test(letter)) throw new RegexSyntaxError('Illegal/unsupported escape sequence')
    return literal(letter.codePointAt(0) ?? 0)
  }

  private property(negative: boolean): CodeTest {
    const parts = /^(?:\{([^{}]*)\}|(\w))/.exec(this.source.slice(this.position))
    if (parts === null) throw new RegexSyntaxError('Unclosed character family')
    this.position += parts[0].length
    const test = propertyClass(parts[1] ?? parts[2] ?? '')
    return negative ? (code) => !test(code) : test
  }

  private numericEscape(letter: string): number | undefined {
    const pattern = numericEscapes.get(letter)
    if (pattern === undefined) return undefined
    const parts = pattern.exec(this.source.slice(this.position))
    if (parts === null) throw new RegexSyntaxError('Illegal hexadecimal or control escape sequence')
    this.position += parts[0].length
    const digits = parts[1] ?? parts[2] ?? ''
    if (letter === 'c') return digits.charCodeAt(0) ^ 64
    const code = Number.parseInt(digits, letter === '0' ? 8 : 16)
    if (code > 0x10ffff) throw new RegexSyntaxError('Hexadecimal codepoint is too big')
    return code
  }

  /** Reads a class behind its `[`: ranges, nested classes (unions) and `&&` (intersections). */
  private characterClass(): CodeTest {
    this.nesting += 1
    if (this.nesting > nestingMax) throw new RegexSyntaxError('The pattern is nested too deep.')
    const negative = this.take('^')
    const intersection: CodeTest[] = []
    do intersection.push(this.classUnion(intersection.length === 0))
    while (this.take('&&'))
    if (!this.take(']')) throw new RegexSyntaxError('Unclosed character class')
    this.nesting -= 1
    return (code) => intersection.every((test) => test(code)) !== negative
  }

  private classUnion(isFirst: boolean): CodeTest {
    const union: CodeTest[] = []
    for (;;) {
      this.skipComments()
      const closes = this.next === ']' && !(isFirst && union.length === 0)
      if (this.next === '' || closes || this.source.startsWith('&&', this.position)) break
      union.push(this.classItem())
    }
    return (code) => union.some((test) => test(code))
  }

  private classItem(): CodeTest {
    if (this.take('[')) return this.characterClass()
    const low = this.classCharacter()
    if (typeof low !== 'number') return low
    const following = this.source[this.position + 1] ?? ']'
    if (this.next !== '-' || following === ']' || following === '[') {
      return withCase(literal(low), this.caseRule)
    }
    this.position += 1
    const high = this.classCharacter()
    if (typeof high !== 'number' || high < low) {
      throw new RegexSyntaxError('Illegal character range')
    }
    return withCase((code) => code >= low && code <= high, this.caseRule)
  }

  /** One character of a class as its code, or a set such as `\d`. */
  private classCharacter(): number | CodeTest {
    const character = this.character()
    if (character !== '\\') return character.codePointAt(0) ?? 0
    const letter = this.next
    const code = controls.get(letter)
    if (code !== undefined) {
      this.position += 1
      return code
    }
    if (/[^a-zA-Z0-9]/.test(letter)) return this.character().codePointAt(0) ?? 0
    if (!numericEscapes.has(letter)) return this.escapedClass()
    this.position += 1
    return this.numericEscape(letter) ?? 0
  }

  private one(test: CodeTest): RegexNode {
    return { kind: 'one', test: withCase(test, this.caseRule) }
  }

  private character(): string {
    const code = this.source.codePointAt(this.position)
    if (code === undefined) return ''
    const character = String.fromCodePoint(code)
    this.position += character.length
    return character
  }

  private take(text: string): boolean {
    if (!this.source.startsWith(text, this.position)) return false
    this.position += text.length
    return true
  }

  private skipComments(): void {
    if (!this.flags.has('x')) return
    const blanks = /^(?:\s|#[^\n]*)*/.exec(this.source.slice(this.position))
    this.position += blanks?.[0].length ?? 0
  }
}

const lookarounds = [
  ['?=', true, false],
  ['?!', true, true],
  ['?<=', false, false],
  ['?<!', false, true],
] as const

const numericEscapes: ReadonlyMap<string, RegExp> = new Map([
  ['0', /^([0-3]?[0-7]{1,2})/],
  ['x', /^(?:\{([0-9a-fA-F]{1,8})\}|([0-9a-fA-F]{2}))/],
  ['u', /^([0-9a-fA-F]{4})/],
  ['c', /^([\s\S])/],
])

const nothing: RegexNode = { kind: 'sequence', items: [] }

const lineBreaks: readonly RegexNode[] = [
  {
    kind: 'sequence',
    items: [
      { kind: 'one', test: literal(0x0d) },
      { kind: 'one', test: literal(0x0a) },
    ],
  },
  { kind: 'one', test: shorthandClass('v', false) ?? literal(0x0a) },
]

function literal(wanted: number): CodeTest {
  return (code) => code === wanted
}
