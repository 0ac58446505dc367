import type { PathLimits } from './budget.ts'
import { Cursor, Mishap } from './cursor.ts'
import { PathEvaluationError, PathSyntaxError } from './errors.ts'
import { parseArguments } from './parse-arguments.ts'
import { parseArrayToken } from './parse-array.ts'
import { parseFilter } from './parse-filter.ts'
import { javaTrim, unescapePathText } from './text.ts'
import { type CompiledPath, linkPath, type Token } from './tokens.ts'

/** Where a piece of path stands: inside how many others, and at which character of the whole. */
export interface Placement {
  readonly limits: PathLimits
  readonly nesting: number
  readonly offset: number
}

/**
 * Reads a path as Jayway JsonPath 2.10 compiles it: blanks at the ends do not count, and a path that does
 * not start with `$` or `@` gets `$.` in front (so `.total` means `$..total`). Throws PathSyntaxError.
 */
export function parsePath(text: string, placement: Placement): CompiledPath {
  return translatingMishaps(placement, () => {
    let place = placement
    let cursor = new Cursor(text).trim()
    if (cursor.at(0) !== '$' && cursor.at(0) !== '@') {
      cursor = new Cursor(`$.${text}`).trim()
      place = { ...placement, offset: placement.offset - 2 }
    }
    if (cursor.at(cursor.last) === '.') {
      throw new PathSyntaxError("Path must not end with a '.' or '..'", cursor.last + place.offset)
    }
    return new PathParser(cursor, place).path()
  })
}

/** Every unforeseen mistake inside becomes a PathSyntaxError, as Jayway wraps any exception. */
function translatingMishaps(placement: Placement, parse: () => CompiledPath): CompiledPath {
  try {
    return parse()
  } catch (error) {
    if (error instanceof Mishap) {
      throw new PathSyntaxError(error.message, error.position + placement.offset)
    }
    if (error instanceof PathEvaluationError) {
      throw new PathSyntaxError(error.message, placement.offset)
    }
    throw error
  }
}

class PathParser {
  private readonly cursor: Cursor
  private readonly placement: Placement
  private readonly tokens: Token[] = []

  constructor(cursor: Cursor, placement: Placement) {
    this.cursor = cursor
    this.placement = placement
    if (placement.nesting > placement.limits.nestingMax) {
      throw this.failure(`The path is nested deeper than ${placement.limits.nestingMax} levels.`)
    }
  }

  path(): CompiledPath {
    const { cursor } = this
    while (cursor.has() && isWhitespace(cursor.current)) cursor.position += 1
    const root = cursor.current
    if (root !== '$' && root !== '@') throw this.failure("Path must start with '$' or '@'")
    if (!cursor.atTail) {
      cursor.position += 1
      if (cursor.current !== '.' && cursor.current !== '[') {
        throw this.failure(`Illegal character at position ${cursor.position} expected '.' or '['`)
      }
      do this.token()
      while (!cursor.atTail)
    }
    return invertScanFunction(linkPath(root, this.tokens))
  }

  private token(): void {
    this.dots()
    const { cursor } = this
    const start = cursor.position
    if (cursor.current === '[') {
      const read = this.bracketProperty() || this.array() || this.wildcard() || this.filter()
      if (read) return
      this.refusePlaceholder()
      const expected = "Expected ?, ', 0-9, * "
      throw this.failure(`Could not parse token starting at position ${start}. ${expected}`)
    }
    if (cursor.current === '*') this.wildcard()
    else if (cursor.current === ' ') {
      throw this.failure(`Could not parse token starting at position ${start}`)
    } else this.propertyOrFunction()
  }

  /** Reads `.` or `..`, after which something must follow. */
  private dots(): void {
    const { cursor } = this
    if (cursor.current !== '.') return
    if (cursor.has(cursor.position + 1) && cursor.at(cursor.position + 1) === '.') {
      this.tokens.push({ kind: 'scan', position: this.here })
      cursor.position += 2
    } else if (!cursor.has(cursor.position + 1)) {
      throw this.failure("Path must not end with a '.")
    } else {
      cursor.position += 1
    }
    if (cursor.current === '.') {
      throw this.failure(`Character '.' on position ${cursor.position} is not valid.`)
    }
  }

  private propertyOrFunction(): void {
    const { cursor } = this
    const start = cursor.position
    let end = start
    while (cursor.has(end) && !'.[('.includes(cursor.at(end))) {
      if (cursor.at(end) === ' ') {
        const advice = "Use bracket notion ['my prop'] if your property contains blank characters."
        throw this.failure(`${advice} position: ${start}`)
      }
      end += 1
    }
    const name = cursor.text.slice(start, end)
    const position = this.here
    cursor.position = end
    if (cursor.has(end) && cursor.at(end) === '(') this.call(name, position)
    else this.tokens.push({ kind: 'property', names: [name], quote: "'", position })
  }

  /**
   * After `f()` the cursor stays on the `)`, so that a step behind it is read as a property named `)`:
   * Jayway does so too.
   */
  private call(name: string, position: number): void {
    const { cursor } = this
    const open = cursor.position
    if (!isClosed(cursor, open)) {
      throw this.failure(`Arguments to function: '${name}' are not closed properly.`)
    }
    cursor.position = open + 1
    const compile = (text: string) => {
      const placement = { ...this.placement, nesting: this.placement.nesting + 1 }
      return new PathParser(new Cursor(text), placement).path()
    }
    const parameters = cursor.current === ')' ? [] : parseArguments(cursor, name, compile)
    const fragment = name + (parameters.length > 0 ? '(...)' : '()')
    this.tokens.push({ kind: 'function', name, fragment, parameters, position })
  }

  private wildcard(): boolean {
    const { cursor } = this
    const position = this.here
    if (cursor.current === '[') {
      if (cursor.nextSignificant() !== '*') return false
      const star = cursor.indexOfNextSignificant('*')
      if (cursor.nextSignificant(star) !== ']') {
        throw this.failure(`Expected wildcard token to end with ']' on position ${star + 1}`)
      }
      cursor.position = cursor.indexOfNextSignificant(']', star)
    }
    cursor.position += 1
    this.tokens.push({ kind: 'wildcard', position })
    return true
  }

  private array(): boolean {
    const { cursor } = this
    const first = cursor.nextSignificant()
    if (!isDigit(first) && first !== '-' && first !== ':') return false
    const end = cursor.indexOf(']', cursor.position + 1)
    if (end === -1) return false
    const expression = javaTrim(cursor.text.slice(cursor.position + 1, end))
    if (!/^[\p{Nd},\-: ]*$/u.test(expression)) return false
    this.tokens.push(parseArrayToken(expression, this.here))
    cursor.position = end + 1
    return true
  }

  private filter(): boolean {
    const { cursor } = this
    const question = cursor.indexOfNextSignificant('?')
    if (question === -1) return false
    const group = cursor.indexOfNextSignificant('(', question)
    if (group === -1) return false
    const close = cursor.indexOfClosing(group, ')', true)
    if (close === -1 || cursor.nextSignificant(close) !== ']') return false
    const end = cursor.indexOfNextSignificant(']', close)
    const criteria = cursor.text.slice(cursor.position, end + 1)
    const nesting = this.placement.nesting + 1
    const placement = { ...this.placement, nesting, offset: this.here }
    const expression = parseFilter(criteria, placement, parsePath)
    this.tokens.push({ kind: 'filter', expression, position: this.here })
    cursor.position = end + 1
    return true
  }

  /** `[?]` stands for a filter given by a Java program; there is none here. */
  private refusePlaceholder(): void {
    const { cursor } = this
    const question = cursor.indexOfNextSignificant('?')
    if (question === -1 || !'],'.includes(cursor.nextSignificant(question))) return
    const end = cursor.indexOf(']', cursor.position + 1)
    if (end === -1) return
    const expression = cursor.text.slice(cursor.position + 1, end)
    const place = `[${expression}] at position ${cursor.position}`
    throw this.failure(`Not enough predicates supplied for filter ${place}`)
  }

  private bracketProperty(): boolean {
    const { cursor } = this
    const quote = cursor.nextSignificant()
    if (quote !== "'" && quote !== '"') return false
    const { names, end } = this.quotedNames(quote)
    const close = cursor.indexOfNextSignificant(']', end)
    if (close === -1) throw this.failure('Property has not been closed - missing closing ]')
    if (names.length === 0) throw this.failure('Empty properties')
    this.tokens.push({ kind: 'property', names, quote, position: this.here })
    cursor.position = close + 1
    return true
  }

  /** Reads `'a', 'b'`; anything else between the names is passed over, as in Jayway. */
  private quotedNames(quote: string): { names: string[]; end: number } {
    const { cursor } = this
    const names: string[] = []
    let end = 0
    let afterComma = false
    for (let index = cursor.position + 1; cursor.has(index); index += 1) {
      const character = cursor.at(index)
      const empty = afterComma && (character === ']' || character === ',')
      if (empty) throw this.failure(`Found empty property at index ${index}`)
      if (character === ']') break
      if (character === ',') afterComma = true
      if (character === '\\') index += 1
      if (character !== quote) continue
      end = this.endOfName(quote, index)
      names.push(unescapePathText(cursor.text.slice(index + 1, end)))
      afterComma = false
      index = end
    }
    return { names, end }
  }

  private endOfName(quote: string, start: number): number {
    const { cursor } = this
    const end = cursor.indexOfUnescaped(quote, start)
    if (end === -1) {
      throw this.failure(`Property has not been closed - missing closing ${quote}`)
    }
    if (!'],'.includes(cursor.nextSignificant(end))) {
      const rule = 'Property must be separated by comma or Property must be terminated close square'
      throw this.failure(`${rule} bracket at index ${end}`)
    }
    return end
  }

  private get here(): number {
    return this.cursor.position + this.placement.offset
  }

  private failure(message: string): PathSyntaxError {
    return new PathSyntaxError(message, this.here)
  }
}

/** `$..a.sum()` is read as `$.sum($..a)`: one function over all hits instead of one for each. */
function invertScanFunction(path: CompiledPath): CompiledPath {
  if (!path.isFunctionPath || path.tokens[0]?.kind !== 'scan') return path
  const at = path.tokens.findIndex((token) => token.kind === 'function')
  const token = path.tokens[at]
  if (token?.kind !== 'function') return path
  const hits = linkPath(path.root, path.tokens.slice(0, at))
  const inverted: Token = { ...token, parameters: [{ kind: 'path', path: hits }] }
  const linked = linkPath('$', [inverted, ...path.tokens.slice(at + 1)])
  // Behind the function Jayway still looks back at the scan: nothing there counts as definite.
  const upstreamDefinite = linked.tokens.map(() => false)
  return { ...linked, upstreamDefinite, readsDocument: path.readsDocument }
}

function isClosed(cursor: Cursor, open: number): boolean {
  let opened = 0
  for (let index = open; cursor.has(index); index += 1) {
    const character = cursor.at(index)
    if (character === '(') opened += 1
    if (character === ')') opened -= 1
    if (opened === 0) return true
  }
  return false
}

function isDigit(character: string): boolean {
  return /^\p{Nd}$/u.test(character)
}

function isWhitespace(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\n' || character === '\r'
}
