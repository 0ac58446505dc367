import { parseDecimal } from '../json/decimal.ts'
import { Cursor, Mishap } from './cursor.ts'
import { PathSyntaxError } from './errors.ts'
import { type Expression, type Operator, operators, type ValueNode } from './filter-nodes.ts'
import type { Placement } from './parse-path.ts'
import { compileRegex } from './regex.ts'
import { RegexSyntaxError, regexFlags } from './regex-flags.ts'
import { unquotePathText } from './text.ts'
import type { CompiledPath } from './tokens.ts'

/** Compiles a path that stands in a filter. */
export type CompilePath = (text: string, placement: Placement) => CompiledPath

/**
 * Reads a filter with its brackets, `[?(@.n > 1 && @.x)]`, as Jayway JsonPath 2.10 does. Conditions:
 * `||` over `&&` over comparisons, existence checks, `!` and groups. Throws PathSyntaxError.
 */
export function parseFilter(text: string, placement: Placement, compile: CompilePath): Expression {
  const parser = new FilterParser(text, placement, compile)
  try {
    return parser.filter()
  } catch (error) {
    if (!(error instanceof Mishap)) throw error
    const message = `Failed to parse filter: ${text}, error on position: ${error.position}`
    throw new PathSyntaxError(message, error.position + placement.offset)
  }
}

class FilterParser {
  private readonly cursor: Cursor
  private readonly placement: Placement
  private readonly compile: CompilePath
  private nesting: number

  constructor(text: string, placement: Placement, compile: CompilePath) {
    this.cursor = new Cursor(text)
    this.placement = placement
    this.compile = compile
    this.nesting = placement.nesting
  }

  filter(): Expression {
    const { cursor } = this
    cursor.position += 1
    cursor.last -= 1
    cursor.trim()
    cursor.position += 1
    cursor.trim()
    if (cursor.current !== '(' || cursor.at(cursor.last) !== ')') {
      throw this.failure(`Filter must start with '[?(' and end with ')]'. ${cursor.text}`)
    }
    const expression = this.or()
    cursor.skipBlanks()
    if (!cursor.has()) return expression
    const rest = cursor.text.slice(cursor.position, cursor.length)
    throw this.failure(`Expected end of filter expression instead of: ${rest}`)
  }

  private or(): Expression {
    this.enter()
    const operands = [this.and()]
    while (this.takeWord('||')) operands.push(this.and())
    this.nesting -= 1
    return single(operands) ?? { kind: 'or', operands }
  }

  private and(): Expression {
    const operands = [this.operand()]
    while (this.takeWord('&&')) operands.push(this.operand())
    return single(operands) ?? { kind: 'and', operands }
  }

  private operand(): Expression {
    const { cursor } = this
    const start = cursor.skipBlanks().position
    if (cursor.current === '!') {
      cursor.position += 1
      if (!startsPath(cursor.skipBlanks().current)) return this.negation()
      cursor.position = start // `!@.x` is read as one value below
    }
    if (cursor.skipBlanks().current !== '(') return this.comparison()
    cursor.position += 1
    const group = this.or()
    if (cursor.skipBlanks().current !== ')') throw this.failure('Expected character: )')
    cursor.position += 1
    return group
  }

  private negation(): Expression {
    this.enter()
    const operand = this.operand()
    this.nesting -= 1
    return { kind: 'not', operand }
  }

  /** Where no operator with a right side follows, a path alone asks whether it exists. */
  private comparison(): Expression {
    const { cursor } = this
    const { node: left, negated } = this.value()
    const afterLeft = cursor.position
    try {
      const operator = this.operator()
      return { kind: 'compare', left, operator, right: this.value().node }
    } catch (error) {
      if (!(error instanceof PathSyntaxError)) throw error
      cursor.position = afterLeft
    }
    if (left.kind !== 'path') throw this.failure('Expected path node')
    return {
      kind: 'compare',
      left: { ...left, check: 'exists' },
      operator: 'EXISTS',
      right: { kind: 'boolean', value: !negated },
    }
  }

  private operator(): Operator {
    const { cursor } = this
    const start = cursor.skipBlanks().position
    const symbolic = isOperatorCharacter(cursor.current)
    while (
      cursor.has() &&
      (symbolic ? isOperatorCharacter(cursor.current) : cursor.current !== ' ')
    ) {
      cursor.position += 1
    }
    const text = cursor.text.slice(start, cursor.position)
    const upperCase = text.toUpperCase()
    const known = operators.find((operator) => operator === upperCase)
    if (known === undefined) throw this.failure(`Filter operator ${text} is not supported!`)
    return known
  }

  /** In front of a path `!` is read over here; it only counts where the path stands alone. */
  private value(): { node: ValueNode; negated: boolean } {
    const { cursor } = this
    const negated = cursor.skipBlanks().current === '!'
    if (negated) {
      cursor.position += 1
      if (!startsPath(cursor.skipBlanks().current)) throw this.failure('Unexpected character: !')
    }
    if (!startsPath(cursor.current)) return { node: this.literal(), negated: false }
    const before = cursor.indexOfPreviousSignificant()
    return { node: this.path(), negated: before !== -1 && cursor.at(before) === '!' }
  }

  private literal(): ValueNode {
    const first = this.cursor.current
    if (first === "'" || first === '"') return this.string(first)
    if (first === 't' || first === 'f') return this.boolean(first === 't' ? 'true' : 'false')
    if (first === 'n') return this.nothing()
    if (first === '{') return this.json('}')
    if (first === '[') return this.json(']')
    if (first === '/') return this.pattern()
    return this.number()
  }

  private string(quote: string): ValueNode {
    const end = this.cursor.indexOfUnescaped(quote)
    if (end === -1) {
      const message = `String literal does not have matching quotes. Expected ${quote}`
      throw this.failure(`${message} in ${this.cursor.text}`)
    }
    return { kind: 'string', text: unquotePathText(this.takeTo(end + 1)) }
  }

  private boolean(word: string): ValueNode {
    const { cursor } = this
    const end = cursor.position + word.length
    const text = cursor.text.slice(cursor.position, end)
    if (!cursor.has(end - 1) || text !== word) throw this.failure('Expected boolean literal')
    cursor.position = end
    return { kind: 'boolean', value: word === 'true' }
  }

  private nothing(): ValueNode {
    const { cursor } = this
    const end = cursor.position + 4
    const text = cursor.text.slice(cursor.position, end)
    if (!cursor.has(end - 1) || text !== 'null') throw this.failure('Expected <null> value')
    cursor.position = end
    return { kind: 'null' }
  }

  private json(close: string): ValueNode {
    const { cursor } = this
    const end = cursor.indexOfClosing(cursor.position, close, false)
    if (end !== -1) return { kind: 'jsonText', text: this.takeTo(end + 1) }
    throw this.failure(`String not closed. Expected ' in ${cursor.text}`)
  }

  private pattern(): ValueNode {
    const { cursor } = this
    const close = cursor.indexOfUnescaped('/')
    if (close === -1) throw this.failure(`Pattern not closed. Expected / in ${cursor.text}`)
    let end = close + 1
    while (cursor.has(end) && regexFlags.includes(cursor.at(end))) end += 1
    const source = cursor.text.slice(cursor.position + 1, close)
    const flags = cursor.text.slice(close + 1, end)
    const start = cursor.position
    cursor.position = end
    try {
      return { kind: 'pattern', regex: compileRegex(source, flags) }
    } catch (error) {
      if (error instanceof RegexSyntaxError) throw new Mishap(error.message, start)
      throw error
    }
  }

  private number(): ValueNode {
    const { cursor } = this
    const start = cursor.position
    while (cursor.has() && /^[\p{Nd}.eE-]$/u.test(cursor.current)) cursor.position += 1
    const number = parseDecimal(cursor.text.slice(start, cursor.position))
    if (number === undefined) throw new Mishap('That is not a number.', cursor.position)
    return { kind: 'number', number }
  }

  private path(): ValueNode {
    const { cursor } = this
    const start = cursor.position
    cursor.position += 1
    while (cursor.has()) {
      if (cursor.current === '[') this.skipBrackets()
      if (!cursor.has()) break
      const character = cursor.current
      if (isOperatorCharacter(character) || character === ' ') break
      if (character === ')' && !this.closesCall(start)) break
      cursor.position += 1
    }
    const offset = this.placement.offset + start
    const placement = { ...this.placement, nesting: this.nesting + 1, offset }
    const text = cursor.text.slice(start, cursor.position)
    return { kind: 'path', path: this.compile(text, placement), check: 'value' }
  }

  private skipBrackets(): void {
    const { cursor } = this
    const end = cursor.indexOfClosing(cursor.position, ']', false)
    if (end === -1) {
      throw this.failure(`Square brackets does not match in filter ${cursor.text}`)
    }
    cursor.position = end + 1
  }

  /** Only `f()` without arguments counts as a call here; any other `)` ends the path. */
  private closesCall(start: number): boolean {
    const { cursor } = this
    const open = cursor.indexOfPreviousSignificant()
    if (open === -1 || cursor.at(open) !== '(') return false
    return cursor.text.slice(start + 1, open).includes('.')
  }

  private takeTo(end: number): string {
    const text = this.cursor.text.slice(this.cursor.position, end)
    this.cursor.position = end
    return text
  }

  private takeWord(word: string): boolean {
    const { cursor } = this
    const start = cursor.position
    const end = cursor.skipBlanks().position + word.length
    if (cursor.has(end - 1) && cursor.text.startsWith(word, cursor.position)) {
      cursor.position = end
      return true
    }
    cursor.position = start
    return false
  }

  private enter(): void {
    this.nesting += 1
    if (this.nesting <= this.placement.limits.nestingMax) return
    throw new Mishap('The filter is nested too deep.', this.cursor.position)
  }

  private failure(message: string): PathSyntaxError {
    return new PathSyntaxError(message, this.cursor.position + this.placement.offset)
  }
}

function single(operands: readonly Expression[]): Expression | undefined {
  return operands.length === 1 ? operands[0] : undefined
}

function startsPath(character: string): boolean {
  return character === '$' || character === '@'
}

function isOperatorCharacter(character: string): boolean {
  return '<>=~!'.includes(character)
}
