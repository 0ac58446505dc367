import type { IfNode, Node } from './ast.ts'
import { block, edges } from './edges.ts'
import { type Position, TemplateSyntaxError } from './errors.ts'
import { parseDirective } from './parse-directive.ts'
import { atReference, parseExpression, parseReference, stringsOf } from './parse-expression.ts'
import { TokenStream, tokenText } from './token-stream.ts'
import type { TokenKind } from './tokens.ts'

/** What the text of a template means for the parser. */
export interface ParseSettings {
  /** The name that messages give the template. */
  readonly name: string
  /** True lets names hold `-`, as Velocity 1.7 did. */
  readonly hyphens: boolean
}

/** Longest template that is read, in characters. */
const sourceLengthMax = 250_000

/** How deep string literals may hold further string literals. */
const literalDepthMax = 20

const directiveWords: readonly string[] = ['if', 'end', 'set', 'else', 'elseif']
const namedDirectives: readonly string[] = [
  'evaluate',
  'stop',
  'break',
  'include',
  'parse',
  'foreach',
  'macro',
  'define',
]

/** Tokens that are printed as they stand outside directives. */
const textual: readonly TokenKind[] = [
  'TEXT',
  'INLINE_TEXT',
  'NEWLINE',
  'SUFFIX',
  'WHITESPACE',
  'ZERO',
  'LONE',
  'OR_BAR',
  'DOT',
  'RPAREN',
  'LPAREN',
  'INTEGER',
  'FLOAT',
  'STRING',
  'ESCAPE',
  'LCURLY',
  'RCURLY',
  'EMPTY_INDEX',
  'PIPE',
]

/** Parses template text into nodes. Throws `TemplateSyntaxError`. */
export function parseSource(source: string, settings: ParseSettings): readonly Node[] {
  return parseText({ source, origin: { line: 1, column: 0 }, settings, depth: 0 })
}

interface Text {
  readonly source: string
  readonly origin: Position
  readonly settings: ParseSettings
  readonly depth: number
}

function parseText(text: Text): readonly Node[] {
  const { source, origin, settings, depth } = text
  if (source.length > sourceLengthMax || depth > literalDepthMax) {
    throw new TemplateSyntaxError('The template is too long or too deeply nested', origin)
  }
  const stream = new TokenStream(source, origin, settings)
  const parser = new Parser(stream)
  const nodes = parser.parseAll()
  for (const literal of stringsOf(stream)) {
    const inner = { line: literal.line, column: literal.column }
    try {
      literal.parts = parseText({ ...text, source: literal.text, origin: inner, depth: depth + 1 })
    } catch (error) {
      if (!(error instanceof TemplateSyntaxError)) throw error
      const place = `${settings.name}[line ${literal.line}, column ${literal.column}]`
      throw new TemplateSyntaxError(`Failed to parse String literal at ${place}`, literal)
    }
  }
  return nodes
}

/** Reads statements. Whether one starts on a fresh line decides which blanks around directives go. */
export class Parser {
  readonly stream: TokenStream
  readonly #macros = new Set<string>()

  constructor(stream: TokenStream) {
    this.stream = stream
  }

  parseAll(): Node[] {
    const nodes: Node[] = []
    let fresh = true
    while (!this.stream.is('EOF')) fresh = this.#statement(nodes, fresh)
    return nodes
  }

  /** Reads statements up to one of the closing directives; returns whether the last ended a line. */
  parseUntil(closers: readonly TokenKind[], nodes: Node[], startsFresh: boolean): boolean {
    return this.stream.nested(() => {
      let fresh = startsFresh
      while (!this.#closes(closers, fresh)) fresh = this.#statement(nodes, fresh)
      return fresh
    })
  }

  /** Notes a macro's name, so that `\#name` is known to be an escaped directive. */
  noteMacro(name: string): void {
    this.#macros.add(name)
  }

  #closes(closers: readonly TokenKind[], fresh: boolean): boolean {
    const { kind } = this.stream.peek()
    if (closers.includes(kind)) return true
    return fresh && kind === 'WHITESPACE' && closers.includes(this.stream.peek(2).kind)
  }

  #starts(fresh: boolean, ...kinds: readonly TokenKind[]): boolean {
    const { kind } = this.stream.peek()
    if (kinds.includes(kind)) return true
    return fresh && kind === 'WHITESPACE' && kinds.includes(this.stream.peek(2).kind)
  }

  #statement(nodes: Node[], fresh: boolean): boolean {
    const { stream } = this
    if (this.#starts(fresh, 'IF')) return this.#parseIf(nodes, fresh)
    if (atReference(stream)) {
      nodes.push(parseReference(stream))
      return false
    }
    if (stream.is('COMMENT_START', 'COMMENT_END_BLOCK', 'COMMENT_END_FORMAL')) {
      return this.#comment(nodes)
    }
    if (stream.is('TEXTBLOCK')) {
      nodes.push({ kind: 'text', text: stream.take().image.slice(3, -3) })
      return false
    }
    if (this.#starts(fresh, 'SET')) return this.#parseSet(nodes, fresh)
    if (stream.is('ESCAPED_DIRECTIVE', 'DOUBLE_ESCAPE')) return this.#escape(nodes)
    if (this.#starts(fresh, 'WORD', 'BRACKETED_WORD')) return parseDirective(this, nodes, fresh)
    return this.#text(nodes, fresh)
  }

  #comment(nodes: Node[]): boolean {
    const first = this.stream.take()
    const marks = [first.image.indexOf('##'), first.image.indexOf('#*')]
    const mark = marks.find((index) => index !== -1)
    if (mark !== undefined && mark > 0) {
      nodes.push({ kind: 'text', text: first.image.slice(0, mark) })
    }
    if (first.kind !== 'COMMENT_START') return false
    if (this.stream.is('COMMENT_END_LINE')) this.stream.take()
    return true
  }

  #escape(nodes: Node[]): boolean {
    const { stream } = this
    if (stream.is('ESCAPED_DIRECTIVE')) {
      nodes.push({ kind: 'text', text: this.#unescapedDirective(stream.take().image) })
      return false
    }
    let count = 0
    while (stream.is('DOUBLE_ESCAPE')) {
      stream.take()
      count++
    }
    const follower = stream.peek()
    const tag = follower.image.slice(1)
    const control =
      ['IF', 'ELSE', 'ELSEIF', 'END'].includes(follower.kind) || this.#isDirective(tag)
    nodes.push({ kind: 'text', text: (control ? '\\' : '\\\\').repeat(count) })
    return false
  }

  #isDirective(tag: string): boolean {
    return namedDirectives.includes(tag) || this.#macros.has(tag)
  }

  #unescapedDirective(image: string): string {
    const last = image.lastIndexOf('\\')
    const directive = image.slice(last + 1)
    const tag = directive.slice(1).replace(/^\{(.*)\}$/, '$1')
    const known = this.#isDirective(tag) || directiveWords.includes(tag)
    return known ? image.slice(0, Math.floor(last / 2)) + directive : image
  }

  #text(nodes: Node[], fresh: boolean): boolean {
    const { stream } = this
    if (!textual.includes(stream.peek().kind)) stream.fail()
    const token = stream.take()
    if (token.kind === 'ZERO' && stream.is('EOF')) return fresh
    const text = tokenText(token)
    nodes.push({ kind: 'text', text: token.kind === 'LONE' ? text.slice(0, -1) : text })
    if (token.kind === 'INLINE_TEXT' && stream.is('TEXT')) return this.#text(nodes, fresh)
    if (token.kind === 'OR_BAR') return fresh
    return token.kind === 'TEXT' || token.kind === 'NEWLINE' || token.kind === 'SUFFIX'
  }

  /** Takes the line end behind a directive, with blanks before it; the text that was taken. */
  takeLineEnd(): string | undefined {
    const { stream } = this
    const blanks = stream.is('WHITESPACE')
    if (blanks ? stream.peek(2).kind !== 'NEWLINE' : !stream.is('NEWLINE')) return undefined
    const text = blanks ? stream.take().image : ''
    return text + stream.take('NEWLINE').image
  }

  takeBlanks(): string {
    return this.stream.is('WHITESPACE') ? this.stream.take().image : ''
  }

  #parseSet(nodes: Node[], fresh: boolean): boolean {
    const { stream } = this
    const first = stream.peek()
    const prefix = this.takeBlanks()
    stream.take('SET')
    stream.skipBlanks()
    if (!atReference(stream)) stream.fail()
    const target = parseReference(stream)
    stream.skipBlanks()
    stream.take('EQUALS')
    const value = parseExpression(stream)
    stream.take('RPAREN')
    stream.lexer.inSet = false
    const postfix = fresh ? this.takeLineEnd() : undefined
    const around = edges(first, prefix, postfix ?? '')
    nodes.push({ kind: 'set', target, value, ...around, line: first.line, column: first.column })
    return postfix !== undefined
  }

  #parseIf(nodes: Node[], fresh: boolean): boolean {
    const { stream } = this
    const first = stream.peek()
    const prefix = this.takeBlanks()
    const branches: IfNode['branches'][number][] = []
    stream.ifDepth++
    let after = fresh
    let postfix = ''
    stream.take('IF')
    for (let more = true; more; ) {
      const isElse = stream.last.kind === 'ELSE'
      const test = isElse ? undefined : this.#condition()
      if (this.takeLineEnd() !== undefined) after = true
      const body: Node[] = []
      after = this.parseUntil(isElse ? ['END'] : ['ELSEIF', 'ELSE', 'END'], body, after)
      postfix = after ? this.takeBlanks() : ''
      const closer = stream.take('ELSEIF', 'ELSE', 'END')
      branches.push({ test, body: block(body, closer, postfix) })
      more = closer.kind !== 'END'
    }
    stream.ifDepth--
    const end = fresh ? this.takeLineEnd() : undefined
    const around = edges(first, prefix, end ?? '')
    nodes.push({ kind: 'if', branches, ...around, line: first.line, column: first.column })
    return end !== undefined
  }

  #condition(): IfNode['branches'][number]['test'] {
    const { stream } = this
    stream.skipBlanks()
    stream.take('LPAREN')
    const test = parseExpression(stream)
    stream.take('RPAREN')
    return test
  }
}
