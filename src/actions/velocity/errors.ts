/**
 * What kind of failure a template met while it ran. All but the last are the exception names of the
 * Apache Velocity 2.4 engine; `LimitExceeded` is ours: a cap of `TemplateLimits` was reached.
 */
export type TemplateErrorKind =
  | 'MethodInvocationException'
  | 'VelocityException'
  | 'ParseErrorException'
  | 'ResourceNotFoundException'
  | 'TemplateInitException'
  | 'MacroOverflowException'
  | 'ArithmeticException'
  | 'NumberFormatException'
  | 'NullPointerException'
  | 'ConcurrentModificationException'
  | 'LimitExceeded'

/** Where in a template something is: both count from 1, a tab reaches to the next multiple of 8. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** Says that a text is not a template, and where: thrown before anything is rendered. */
export class TemplateSyntaxError extends Error {
  override readonly name = 'TemplateSyntaxError'
  readonly kind = 'ParseErrorException'
  readonly line: number
  readonly column: number

  constructor(message: string, position: Position) {
    super(message)
    this.line = position.line
    this.column = position.column
  }
}

/** Says why rendering stopped, and at which place of the template. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError'
  readonly kind: TemplateErrorKind
  readonly line: number
  readonly column: number

  constructor(kind: TemplateErrorKind, message: string, position: Position) {
    super(message)
    this.kind = kind
    this.line = position.line
    this.column = position.column
  }
}

/** Renders a place the way the engine's messages do: `name[line 1, column 5]`. */
export function at(name: string, position: Position): string {
  return `${name}[line ${position.line}, column ${position.column}]`
}

const named: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
  '"': '\\"',
  "'": "\\'",
  '\\': '\\\\',
}

/** Prints a token's text the way Java source would write it, as the engine's messages do. */
export function javaEscaped(text: string): string {
  return text.replace(/[^\x20-\x7e]|["'\\]/g, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(4, '0')
    return named[character] ?? `\\u${code}`
  })
}

/** Moves a place over the characters `from`…`to` of a text; a tab reaches to the next multiple of 8. */
export function advance(place: Position, text: string, from: number, to: number): Position {
  let { line, column } = place
  for (let offset = from; offset < to; offset++) {
    const before = offset === 0 ? '' : text.charAt(offset - 1)
    const character = text.charAt(offset)
    if (before === '\n' || (before === '\r' && character !== '\n')) {
      line++
      column = 0
    }
    column++
    if (character === '\t') column = column - 1 + (8 - ((column - 1) % 8))
  }
  return { line, column }
}
