import { advance, at, javaEscaped, type Position, TemplateSyntaxError } from './errors.ts'
import {
  endMark,
  type LexState,
  type Token,
  type TokenKind,
  type TokenRule,
  tokenRules,
} from './tokens.ts'

interface Frame {
  readonly state: LexState
  readonly open: number
  readonly closed: number
  readonly curly: number
}

/** The numbers by which the engine's messages name the lexical states. */
const stateNumber: Readonly<Record<LexState, number>> = {
  preDirective: 0,
  preReference: 1,
  reference: 3,
  modifier: 4,
  afterArguments: 6,
  index: 7,
  directive: 8,
  arguments: 9,
  text: 10,
  formalComment: 13,
  lineComment: 14,
  alternate: 15,
  textBlock: 16,
  blockComment: 17,
}

const words = ['and', 'or', 'lt', 'le', 'gt', 'ge', 'eq', 'ne', 'not', 'true', 'false']

const cache = new Map<boolean, ReadonlyMap<LexState, readonly TokenRule[]>>()

function rulesByState(hyphens: boolean): ReadonlyMap<LexState, readonly TokenRule[]> {
  const known = cache.get(hyphens)
  if (known !== undefined) return known
  const table = new Map<LexState, TokenRule[]>()
  for (const rule of tokenRules(hyphens)) {
    for (const state of rule.states) {
      const list = table.get(state) ?? []
      list.push(rule)
      table.set(state, list)
    }
  }
  cache.set(hyphens, table)
  return table
}

/**
 * Cuts a template into tokens, one at a time, because the grammar of Velocity 2.4 lets the parser
 * change the lexical state between two tokens. Throws `TemplateSyntaxError` where nothing matches.
 */
export class Lexer {
  readonly source: string
  /** Set by the parser around `#set(…)`: a newline ends it. */
  inSet = false
  #state: LexState = 'text'
  #stack: Frame[] = []
  #open = 0
  #closed = 0
  #curly = 0
  #inComment = false
  #offset = 0
  #position: Position
  readonly #origin: Position
  readonly #rules: ReadonlyMap<LexState, readonly TokenRule[]>

  /** `origin` is the place before the first character; a string literal's text starts inside a line. */
  constructor(source: string, origin: Position, hyphens: boolean) {
    this.source = source + endMark
    this.#origin = origin
    this.#position = { line: 1, column: 0 }
    this.#rules = rulesByState(hyphens)
  }

  get state(): LexState {
    return this.#state
  }

  switchTo(state: LexState): void {
    this.#state = state
  }

  /** Drops back to the state that was left last, with its count of parentheses. */
  pop(): boolean {
    const frame = this.#stack.pop()
    if (frame === undefined) {
      this.#open = 0
      this.#state = 'text'
      return false
    }
    this.#state = frame.state
    this.#open = frame.open
    this.#closed = frame.closed
    this.#curly = frame.curly
    return true
  }

  /** Looks ahead in the raw text: is the next character that is no blank this one? */
  nextVisibleIs(character: string): boolean {
    let offset = this.#offset
    while (offset < this.source.length && ' \n\r\t'.includes(this.source.charAt(offset))) offset++
    return this.source.charAt(offset) === character
  }

  next(): Token {
    const specials: string[] = []
    for (;;) {
      if (this.#offset >= this.source.length) return this.#make('EOF', '', this.#position, specials)
      const found = this.#scan()
      if (found.mode === 'special') specials.push(found.image)
      else if (found.mode === 'token') {
        const start = found.start
        return this.#make(found.kind, found.image, start, specials)
      }
    }
  }

  #make(kind: TokenKind, image: string, start: Position, specials: readonly string[]): Token {
    const { line, column } = start
    const inFirstLine = line === 1
    return {
      kind,
      image,
      line: line + this.#origin.line - 1,
      column: inFirstLine ? column + this.#origin.column : column,
      specials,
      next: undefined,
    }
  }

  /** One token, with every `more` piece that leads up to it. */
  #scan(): { kind: TokenKind; mode: 'token' | 'special' | 'skip'; image: string; start: Position } {
    const from = this.#offset
    const start = advance(this.#position, this.source, from, from + 1)
    for (;;) {
      const matched = this.#match()
      this.#offset += matched.length
      if (matched.rule.mode === 'more') {
        this.#act(matched.rule.kind)
        continue
      }
      const end = this.#offset
      let image = this.source.slice(from, end)
      image = this.#adjust(matched.rule.kind, image)
      this.#act(matched.rule.kind)
      this.#position = advance(this.#position, this.source, from, this.#offset)
      return { kind: matched.rule.kind, mode: matched.rule.mode, image, start }
    }
  }

  #match(): { rule: TokenRule; length: number } {
    let best: TokenRule | undefined
    let length = 0
    for (const rule of this.#rules.get(this.#state) ?? []) {
      rule.pattern.lastIndex = this.#offset
      const found = rule.pattern.exec(this.source)
      if (found !== null && found[0].length > length) {
        best = rule
        length = found[0].length
      }
    }
    if (best === undefined) this.#fail()
    return { rule: best, length }
  }

  #fail(): never {
    const begun = this.#begun()
    const offset = this.#offset + begun.length
    const character = this.source.charAt(offset)
    const atEnd = this.#state === 'textBlock' || (begun !== '' && character === endMark)
    const seen = atEnd && begun !== '' ? begun + endMark : begun
    const found = atEnd ? `<EOF>` : `'${javaEscaped(character)}' (${character.charCodeAt(0)}),`
    const prefix = seen === '' ? '' : ` after prefix "${javaEscaped(seen)}"`
    const token = this.#make('EOF', '', this.#placeOf(atEnd ? offset + 1 : offset), [])
    const message = `Lexical error,   Encountered: ${found}${prefix} (in lexical state ${stateNumber[this.#state]})`
    throw new TemplateSyntaxError(`${message} at ${at('*unset*', token)}`, token)
  }

  /** The start of a token that then did not come to its end. */
  #begun(): string {
    const rest = this.source.slice(this.#offset, -1)
    const mark = /^(?:\.|&|\||["'][\s\S]*|\\+)/.exec(rest)?.[0]
    if (mark !== undefined || this.#state === 'text') return mark ?? ''
    let length = 4
    while (length > 0 && !words.some((word) => word.startsWith(rest.slice(0, length)))) length--
    return rest.slice(0, length)
  }

  #placeOf(offset: number): Position {
    return advance({ line: 1, column: 0 }, this.source, 0, offset + 1)
  }

  /** Gives back characters that a pattern only peeked at. */
  #adjust(kind: TokenKind, image: string): string {
    if (kind === 'INTEGER' && image.endsWith('..')) {
      this.#offset -= 2
      return image.slice(0, -2)
    }
    if (kind === 'DOT') {
      this.#offset -= 1
      return '.'
    }
    if (kind === 'REFERENCE_END' || kind === 'DIRECTIVE_END') this.#offset -= 1
    return image
  }

  #push(): void {
    this.#stack.push({
      state: this.#state,
      open: this.#open,
      closed: this.#closed,
      curly: this.#curly,
    })
    this.#open = 0
    this.#curly = 0
  }

  #pushUnlessPre(): void {
    if (this.#state !== 'preReference' && this.#state !== 'preDirective') this.#push()
  }

  #act(kind: TokenKind): void {
    if (this.#actOnOpening(kind) || this.#actOnReference(kind)) return
    const state = this.#state
    switch (kind) {
      case 'RPAREN':
        this.#closeParenthesis()
        return
      case 'COMMENT_END_LINE':
      case 'COMMENT_END_FORMAL':
      case 'COMMENT_END_BLOCK':
        this.#inComment = false
        this.pop()
        if (this.#state === 'reference' || this.#state === 'afterArguments') this.pop()
        return
      case 'TEXTBLOCK':
        this.#inComment = false
        this.pop()
        return
      case 'NEWLINE':
        this.inSet = false
        return
      case 'STRING':
        if (state === 'directive' && !this.inSet && this.#open === 0) this.pop()
        return
      case 'INTEGER':
      case 'FLOAT':
        this.#afterNumber(kind)
        return
      case 'IF':
      case 'ELSEIF':
        this.switchTo('directive')
        return
      case 'LONE':
      case 'SUFFIX':
      case 'END':
      case 'ELSE':
      case 'REFERENCE_END':
      case 'DIRECTIVE_END':
      case 'INDEX_CLOSE':
      case 'OR_BAR':
        this.pop()
    }
  }

  #afterNumber(kind: 'INTEGER' | 'FLOAT'): void {
    const free = this.#open === 0 && !this.inSet
    const state = this.#state
    if (!free || state === 'arguments' || state === 'alternate') return
    if (kind === 'INTEGER' && state === 'index') return
    this.pop()
  }

  /** What starts a reference, a directive or a comment. */
  #actOnOpening(kind: TokenKind): boolean {
    const state = this.#state
    switch (kind) {
      case 'DOLLAR':
        if (this.#inComment) return true
        if (state === 'reference' || state === 'preReference') this.pop()
        this.#pushUnlessPre()
        this.switchTo('preReference')
        return true
      case 'HASH':
        if (this.#inComment) return true
        if (state === 'reference' || state === 'preReference' || state === 'modifier') this.pop()
        if (this.#state === 'afterArguments') this.switchTo('text')
        this.#pushUnlessPre()
        this.switchTo('preDirective')
        return true
      case 'TEXTBLOCK_OPEN':
        this.#openComment('textBlock')
        return true
      case 'FORMAL_OPEN':
        this.#offset -= this.#inComment ? 0 : 1
        this.#openComment('formalComment')
        return true
      case 'BLOCK_OPEN':
        this.#openComment('blockComment')
        return true
      case 'COMMENT_START':
        if (this.#inComment) return true
        if (state === 'reference' || state === 'preReference') this.pop()
        this.#inComment = true
        this.#push()
        this.switchTo('lineComment')
        return true
      case 'SET':
        if (this.#inComment) return true
        this.#push()
        this.inSet = true
        this.switchTo('directive')
        this.#open++
        return true
      default:
        return false
    }
  }

  #openComment(state: LexState): void {
    if (this.#inComment) return
    this.#inComment = true
    this.#pushUnlessPre()
    this.switchTo(state)
  }

  /** What moves along inside a reference. */
  #actOnReference(kind: TokenKind): boolean {
    switch (kind) {
      case 'INDEX_OPEN':
        this.#push()
        this.switchTo('index')
        return true
      case 'PIPE':
        if (this.#curly === 1) this.switchTo('alternate')
        else this.pop()
        return true
      case 'MAP_OPEN':
      case 'LCURLY':
        this.#curly++
        return true
      case 'MAP_CLOSE':
        this.#curly--
        if (this.#state === 'alternate' && this.#curly === 0) this.pop()
        return true
      case 'RCURLY':
        while (this.#curly === 0 && this.#state !== 'text') this.pop()
        if (!['text', 'directive', 'arguments'].includes(this.#state)) this.pop()
        return true
      case 'LPAREN':
        if (!this.#inComment) this.#open++
        if (this.#state === 'modifier') this.switchTo('arguments')
        return true
      case 'ARGS_CLOSE':
        this.switchTo('afterArguments')
        return true
      case 'IDENTIFIER':
        if (this.#state === 'preReference') this.switchTo('reference')
        return true
      case 'DOT':
        this.switchTo('modifier')
        return true
      default:
        return false
    }
  }

  #closeParenthesis(): void {
    let done = this.#inComment
    while (!done) {
      if (this.#open > 0) {
        if (this.#open === this.#closed + 1) this.pop()
        else this.#closed++
        done = true
      } else if (!this.pop()) {
        return
      }
    }
  }
}
