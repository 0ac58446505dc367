import type { BinaryOperator, Expression, Reference, Step, StringLiteral } from './ast.ts'
import { numberLiteral } from './numbers.ts'
import { describeReference } from './reference-text.ts'
import { type TokenStream, textBetween } from './token-stream.ts'
import type { Token, TokenKind } from './tokens.ts'

type Level = readonly (readonly [TokenKind, BinaryOperator])[]

/** Operators from the loosest to the tightest. */
const levels: readonly Level[] = [
  [
    ['OR', '||'],
    ['OR_BAR', '||'],
  ],
  [['AND', '&&']],
  [
    ['EQ', '=='],
    ['NE', '!='],
  ],
  [
    ['LT', '<'],
    ['GT', '>'],
    ['LE', '<='],
    ['GE', '>='],
  ],
  [
    ['PLUS', '+'],
    ['MINUS', '-'],
  ],
  [
    ['MULTIPLY', '*'],
    ['DIVIDE', '/'],
    ['MODULUS', '%'],
  ],
]

const expressionStarts: readonly TokenKind[] = [
  'WHITESPACE',
  'NEWLINE',
  'STRING',
  'INTEGER',
  'FLOAT',
  'IDENTIFIER',
  'LCURLY',
  'LBRACKET',
  'MAP_OPEN',
  'TRUE',
  'FALSE',
  'NOT',
  'MINUS',
  'LPAREN',
]

const pending = new WeakMap<TokenStream, StringLiteral[]>()

/** The string literals read so far whose content still has to be parsed. */
export function stringsOf(stream: TokenStream): StringLiteral[] {
  const known = pending.get(stream)
  if (known !== undefined) return known
  const made: StringLiteral[] = []
  pending.set(stream, made)
  return made
}

/** Reads an expression with all operators of Velocity 2.4. */
export function parseExpression(stream: TokenStream): Expression {
  return stream.nested(() => relaxed(parseLevel(stream, 0), stream))
}

/** A bare name that only gets tested within `#if` may be undefined. */
function relaxed(expression: Expression, stream: TokenStream): Expression {
  const bare = expression.kind === 'reference' && expression.steps.length === 0
  return bare && stream.ifDepth > 0 ? { ...expression, lenient: true } : expression
}

function parseLevel(stream: TokenStream, level: number): Expression {
  const operators = levels[level]
  if (operators === undefined) return parseUnary(stream)
  let left = parseLevel(stream, level + 1)
  for (;;) {
    const kind = stream.peek().kind
    const operator = operators.find(([token]) => token === kind)?.[1]
    if (operator === undefined) return left
    stream.take(kind)
    const { line, column } = stream.peek()
    const right = parseLevel(stream, level + 1)
    const tests = operator === '||' || operator === '&&'
    left = {
      kind: 'binary',
      operator,
      left: tests ? relaxed(left, stream) : left,
      right: tests ? relaxed(right, stream) : right,
      line,
      column,
    }
  }
}

function parseUnary(stream: TokenStream): Expression {
  stream.skipBlanks()
  if (stream.is('NOT')) {
    stream.take('NOT')
    const { line, column } = stream.peek()
    const operand = stream.nested(() => relaxed(parseUnary(stream), stream))
    return { kind: 'not', operand, line, column }
  }
  if (stream.is('MINUS')) {
    stream.take('MINUS')
    const { line, column } = stream.peek()
    return { kind: 'negate', operand: parsePrimary(stream), line, column }
  }
  return parsePrimary(stream)
}

function parsePrimary(stream: TokenStream): Expression {
  stream.skipBlanks()
  let expression: Expression
  if (stream.is('LPAREN')) {
    stream.take('LPAREN')
    expression = parseExpression(stream)
    stream.take('RPAREN')
  } else {
    expression = parseOperand(stream)
  }
  stream.skipBlanks()
  return expression
}

/** Reads a value without operators: what lists, maps and directives take. */
export function parseOperand(stream: TokenStream): Expression {
  const token = stream.peek()
  const { line, column } = token
  switch (token.kind) {
    case 'STRING':
      return parseString(stream)
    case 'INTEGER':
    case 'FLOAT':
      stream.take()
      return {
        kind: 'constant',
        value: numberLiteral(token.image),
        literal: token.image,
        line,
        column,
      }
    case 'TRUE':
    case 'FALSE':
      stream.take()
      return { kind: 'constant', value: token.kind === 'TRUE', literal: token.image, line, column }
    case 'LBRACKET':
      return stream.nested(() => (atRange(stream) ? parseRange(stream) : parseList(stream)))
    case 'MAP_OPEN':
      return stream.nested(() => parseMap(stream))
    default:
      if (!atReference(stream)) stream.fail()
      return parseReference(stream)
  }
}

function parseString(stream: TokenStream): Expression {
  const token = stream.take('STRING')
  const { image, line, column } = token
  const quote = image.charAt(0)
  const inner = image.slice(1, -1)
  const unescaped = quote === '"' ? unicodeUnescaped(inner) : inner
  const text = unescaped.replaceAll(quote + quote, quote)
  const literal: StringLiteral = {
    kind: 'string',
    text,
    literal: image,
    parts: undefined,
    line,
    column,
  }
  if (quote === '"' && /[$#]/.test(image)) stringsOf(stream).push(literal)
  return literal
}

function unicodeUnescaped(text: string): string {
  return text.replace(/\\u([0-9a-fA-F]{4})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  )
}

/** A list's bracket opens a range when `..` follows its first number or reference. */
function atRange(stream: TokenStream): boolean {
  let token = stream.after(stream.peek())
  const skipBlanks = (): void => {
    while (token.kind === 'WHITESPACE' || token.kind === 'NEWLINE') token = stream.after(token)
  }
  skipBlanks()
  if (token.kind === 'INTEGER') token = stream.after(token)
  else if (token.kind === 'IDENTIFIER' || token.kind === 'LCURLY') {
    token = afterReference(stream, token)
  } else return false
  skipBlanks()
  return token.kind === 'DOUBLEDOT'
}

/** The token that follows the reference which begins here. */
function afterReference(stream: TokenStream, first: Token): Token {
  let token = first
  let open = 0
  for (;;) {
    const { kind } = token
    if (['LCURLY', 'INDEX_OPEN', 'LPAREN'].includes(kind)) open++
    else if (open > 0 && kind === 'MAP_OPEN') open++
    else if (open > 0 && closers.includes(kind)) open--
    else if (kind === 'EOF') return token
    else if (open === 0 && kind !== 'IDENTIFIER' && kind !== 'DOT') return token
    token = stream.after(token)
  }
}

const closers: readonly TokenKind[] = ['RCURLY', 'MAP_CLOSE', 'INDEX_CLOSE', 'ARGS_CLOSE']

function parseRange(stream: TokenStream): Expression {
  const first = stream.take('LBRACKET')
  const from = parseBound(stream)
  stream.take('DOUBLEDOT')
  const to = parseBound(stream)
  stream.take('RBRACKET')
  return { kind: 'range', from, to, ...placed(first, stream) }
}

function parseBound(stream: TokenStream): Expression {
  stream.skipBlanks()
  if (!stream.is('INTEGER') && !atReference(stream)) stream.fail()
  const bound = parseOperand(stream)
  stream.skipBlanks()
  return bound
}

function parseParameter(stream: TokenStream): Expression {
  stream.skipBlanks()
  const value = parseOperand(stream)
  stream.skipBlanks()
  return value
}

function parseList(stream: TokenStream): Expression {
  const first = stream.take('LBRACKET')
  const items: Expression[] = []
  if (!stream.is('RBRACKET')) {
    items.push(parseParameter(stream))
    while (stream.is('COMMA')) {
      stream.take('COMMA')
      items.push(parseParameter(stream))
    }
  }
  stream.take('RBRACKET')
  return { kind: 'list', items, ...placed(first, stream) }
}

function parseMap(stream: TokenStream): Expression {
  const first = stream.take('MAP_OPEN')
  const entries: { key: Expression; value: Expression }[] = []
  stream.skipBlanks()
  if (!stream.is('MAP_CLOSE', 'RCURLY')) {
    entries.push(parseEntry(stream))
    while (stream.is('COMMA')) {
      stream.take('COMMA')
      entries.push(parseEntry(stream))
    }
  }
  stream.take('MAP_CLOSE', 'RCURLY')
  return { kind: 'map', entries, ...placed(first, stream) }
}

function parseEntry(stream: TokenStream): { key: Expression; value: Expression } {
  const key = parseParameter(stream)
  stream.take('COLON')
  return { key, value: parseParameter(stream) }
}

function placed(
  first: Token,
  stream: TokenStream,
): { literal: string; line: number; column: number } {
  return { literal: textBetween(first, stream.last), line: first.line, column: first.column }
}

/** True when the next tokens begin a reference. */
export function atReference(stream: TokenStream): boolean {
  if (stream.is('IDENTIFIER')) return true
  return stream.is('LCURLY') && stream.peek(2).kind === 'IDENTIFIER'
}

/** Reads a reference: its root, its steps, and in the `${…}` form an alternate after `|`. */
export function parseReference(stream: TokenStream): Reference {
  const first = stream.peek()
  const formal = first.kind === 'LCURLY'
  if (formal) stream.take('LCURLY')
  const identifier = stream.take('IDENTIFIER')
  const steps = parseSteps(stream)
  let alternate: Expression | undefined
  if (formal) {
    if (stream.is('PIPE')) {
      stream.take('PIPE')
      alternate = parseExpression(stream)
    }
    stream.take('RCURLY', 'MAP_CLOSE')
  }
  return describeReference({ first, last: stream.last, identifier, steps, alternate })
}

function parseSteps(stream: TokenStream): Step[] {
  const steps: Step[] = []
  parseIndexes(stream, steps)
  while (stream.is('DOT') && stream.peek(2).kind === 'IDENTIFIER') {
    stream.take('DOT')
    const name = stream.take('IDENTIFIER')
    const { line, column } = name
    const third = stream.is('LPAREN') ? stream.peek(2).kind : undefined
    if (third !== undefined && (third === 'ARGS_CLOSE' || expressionStarts.includes(third))) {
      const args = parseArguments(stream)
      steps.push({ kind: 'method', name: name.image, args, line, column })
    } else {
      steps.push({ kind: 'property', name: name.image, line, column })
    }
    parseIndexes(stream, steps)
  }
  return steps
}

function parseIndexes(stream: TokenStream, steps: Step[]): void {
  while (stream.is('INDEX_OPEN')) {
    const { line, column } = stream.take('INDEX_OPEN')
    const at = parseExpression(stream)
    stream.take('INDEX_CLOSE')
    steps.push({ kind: 'index', at, line, column })
  }
}

function parseArguments(stream: TokenStream): Expression[] {
  const args: Expression[] = []
  stream.take('LPAREN')
  if (!stream.is('ARGS_CLOSE')) {
    args.push(parseExpression(stream))
    while (stream.is('COMMA')) {
      stream.take('COMMA')
      args.push(parseExpression(stream))
    }
  }
  stream.take('ARGS_CLOSE')
  return args
}
