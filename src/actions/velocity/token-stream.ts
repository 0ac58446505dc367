import { at, javaEscaped, type Position, TemplateSyntaxError } from './errors.ts'
import { Lexer } from './lexer.ts'
import type { Token, TokenKind } from './tokens.ts'

/** How deep expressions and blocks may nest before a template is refused. */
const depthMax = 200

/**
 * The tokens of one template (or of one string literal within it) as the parser takes them. Tokens
 * are cut only when looked at, since taking one may change how the next is cut.
 */
export class TokenStream {
  readonly lexer: Lexer
  readonly name: string
  /** Within how many `#if` statements the parser is. */
  ifDepth = 0
  #depth = 0
  #taken: Token

  constructor(source: string, origin: Position, settings: { name: string; hyphens: boolean }) {
    this.lexer = new Lexer(source, origin, settings.hyphens)
    this.name = settings.name
    const start: Token = {
      kind: 'ZERO',
      image: '',
      line: 1,
      column: 1,
      specials: [],
      next: undefined,
    }
    this.#taken = start
  }

  /** The token taken last. */
  get last(): Token {
    return this.#taken
  }

  /** The n-th token to come, from 1. */
  peek(n = 1): Token {
    let token = this.#taken
    for (let i = 0; i < n; i++) {
      token.next ??= this.lexer.next()
      token = token.next
    }
    return token
  }

  /** The token behind another one that was cut before. */
  after(token: Token): Token {
    token.next ??= this.lexer.next()
    return token.next
  }

  is(...kinds: readonly TokenKind[]): boolean {
    return kinds.includes(this.peek().kind)
  }

  /** Takes the next token, which must be of this kind. */
  take(...kinds: readonly TokenKind[]): Token {
    const token = this.peek()
    if (kinds.length > 0 && !kinds.includes(token.kind)) this.fail()
    this.#taken = token
    return token
  }

  skipBlanks(): void {
    while (this.is('WHITESPACE', 'NEWLINE')) this.take()
  }

  /** Runs a nested production, refusing a template that nests too deeply to be read safely. */
  nested<T>(work: () => T): T {
    this.#depth++
    if (this.#depth > depthMax) {
      const place = this.peek()
      throw new TemplateSyntaxError(
        `Nested more than ${depthMax} levels deep at ${at(this.name, place)}`,
        place,
      )
    }
    const result = work()
    this.#depth--
    return result
  }

  /** Throws what the engine says of a token that fits nowhere. */
  fail(): never {
    const token = this.peek()
    const image = token.kind === 'EOF' ? '<EOF>' : javaEscaped(token.image)
    throw new TemplateSyntaxError(`Encountered "${image}" at ${at(this.name, token)}`, token)
  }

  /** Throws a complaint about a directive's arguments, placed behind its name. */
  refuse(message: string, token: Token): never {
    const place = token.next ?? token
    throw new TemplateSyntaxError(`${message} at ${at(this.name, place)}`, place)
  }
}

/** The text of a token with the dropped `$` and `#` characters that belong to the output before it. */
export function tokenText(token: Token): string {
  if (token.kind === 'COMMENT_END_BLOCK') return ''
  const [first] = token.specials
  if (first === undefined || token.specials.at(-1)?.startsWith('##')) return token.image
  return token.specials.map(specialText).join('') + token.image
}

function specialText(image: string): string {
  let text = ''
  for (let i = 0; i < image.length; i++) {
    const character = image.charAt(i)
    if (character === '#' || character === '$') text += character
    else if (character === '\\') {
      const run = /^\\+\$/.exec(image.slice(i))
      if (run !== null) {
        text += run[0]
        i += run[0].length
      }
    }
  }
  return text
}

/** The text from one token to another, both included. */
export function textBetween(first: Token, last: Token): string {
  let text = tokenText(first)
  let token = first
  while (token !== last && token.next !== undefined) {
    token = token.next
    text += tokenText(token)
  }
  return text
}
