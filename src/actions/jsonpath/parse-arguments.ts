import type { Cursor } from './cursor.ts'
import { PathSyntaxError } from './errors.ts'
import type { CompiledPath, Parameter } from './tokens.ts'

/**
 * Reads the arguments of a path function, the cursor standing behind its `(`, and leaves it behind the `)`.
 * An argument that starts with a digit, `-`, `"` or `{` is JSON, one that starts with `$` or `@` a path;
 * of others the leading characters are passed over, as in Jayway.
 */
export function parseArguments(
  cursor: Cursor,
  name: string,
  compile: (text: string) => CompiledPath,
): Parameter[] {
  const scanner = new ArgumentScanner(compile)
  while (cursor.has() && !scanner.ended) {
    cursor.position += 1
    scanner.read(cursor.at(cursor.position - 1), cursor.position)
  }
  if (scanner.isBalanced) return scanner.parameters
  const message = `Arguments to function: '${name}' are not closed properly.`
  throw new PathSyntaxError(message, cursor.position)
}

class ArgumentScanner {
  readonly parameters: Parameter[] = []
  ended = false
  private readonly compile: (text: string) => CompiledPath
  private kind: Parameter['kind'] | undefined
  private text = ''
  private prior = ''
  private parentheses = 1
  private brackets = 0
  private braces = 0
  private quotes = 0

  constructor(compile: (text: string) => CompiledPath) {
    this.compile = compile
  }

  get isBalanced(): boolean {
    return this.parentheses === 0 && this.brackets === 0 && this.braces === 0
  }

  read(character: string, position: number): void {
    this.kind ??= kindOfStart(character)
    if (this.kind === undefined && ' \t\n\r'.includes(character)) return
    this.count(character, position)
    if (character === ')' || character === ',') this.mayEndArgument(character)
    const separates =
      character === ',' && this.braces === 0 && this.brackets === 0 && this.parentheses === 1
    if (this.kind !== undefined && !separates) this.text += character
    this.prior = character
  }

  private count(character: string, position: number): void {
    if (character === '"') this.quotes += this.prior !== '\\' && this.quotes > 0 ? -1 : 1
    if (character === '(') this.parentheses += 1
    if (character === '{') this.braces += 1
    if (character === '[') this.brackets += 1
    if (character === '}') {
      this.mustBeOpen(this.braces, `brace '}' at character position: ${position}`)
      this.braces -= 1
    }
    if (character === ']') {
      this.mustBeOpen(this.brackets, `bracket ']' at character position: ${position}`)
      this.brackets -= 1
    }
    if (character === ')') {
      this.parentheses -= 1
      if (this.parentheses < 0 || this.prior === '(') this.text += character
    }
  }

  private mustBeOpen(opened: number, what: string): void {
    if (opened === 0) throw new PathSyntaxError(`Unexpected close ${what}`)
  }

  private mayEndArgument(character: string): void {
    if (this.quotes !== 0 || this.braces !== 0 || this.brackets !== 0) return
    const closesCall = this.parentheses === 0 && character === ')'
    if (!closesCall && this.parentheses !== 1) return
    this.ended = this.parentheses === 0
    if (this.kind === undefined) return
    if (this.kind === 'json') this.parameters.push({ kind: 'json', text: this.text })
    else this.parameters.push({ kind: 'path', path: this.compile(this.text) })
    this.text = ''
    this.kind = undefined
  }
}

function kindOfStart(character: string): Parameter['kind'] | undefined {
  if (character === '$' || character === '@') return 'path'
  return /^[\p{Nd}{"-]$/u.test(character) ? 'json' : undefined
}
