import type { Expression, Reference, Step } from './ast.ts'
import { textBetween } from './token-stream.ts'
import type { Token } from './tokens.ts'

/** What the parser found of a reference: its first and last token, its name and its steps. */
export interface ReferencePieces {
  readonly first: Token
  readonly last: Token
  readonly identifier: Token
  readonly steps: readonly Step[]
  readonly alternate: Expression | undefined
}

/** Works out the reference's name, its escapes, and what it prints when it has no value. */
export function describeReference(pieces: ReferencePieces): Reference {
  const { first, last, identifier, steps, alternate } = pieces
  const { line, column } = first
  const shared = {
    kind: 'reference',
    steps,
    alternate,
    line,
    column,
    lenient: false,
    runt: false,
  } as const
  if (first.image.includes('\\!')) {
    const { literal, whenNull } = slashBang(first, last)
    const empty = { slashes: '', before: '', escaped: false, quiet: false, computable: false }
    return { ...shared, ...empty, root: whenNull, literal, whenNull }
  }
  if (!first.image.includes('$')) {
    const literal = textBetween(first, last)
    const empty = { slashes: '', before: '', escaped: false, quiet: false, computable: false }
    return { ...shared, ...empty, root: first.image, literal, whenNull: literal, runt: true }
  }
  const slashes = /^\\*/.exec(first.image)?.[0].length ?? 0
  const bare = first.image.slice(slashes)
  const curly = bare.lastIndexOf('{')
  const dollar = bare.lastIndexOf('$', curly === -1 ? bare.length : curly)
  first.image = bare.slice(Math.max(dollar, 0))
  const literal = textBetween(first, last)
  const quiet = first.image.startsWith('$!')
  const escaped = slashes % 2 === 1
  const root = first === identifier ? first.image.slice(quiet ? 2 : 1) : identifier.image
  return {
    ...shared,
    root,
    quiet,
    escaped,
    slashes: '\\'.repeat(Math.floor(slashes / 2)),
    before: bare.slice(0, Math.max(dollar, 0)),
    literal,
    whenNull: quiet && !escaped ? '' : literal,
    computable: true,
  }
}

/** `$\!name` is no reference: one backslash goes, the rest is text. */
function slashBang(first: Token, last: Token): { literal: string; whenNull: string } {
  const image = first.image
  const literal = textBetween(first, last)
  const dollar = image.indexOf('$')
  const start = image.indexOf('\\', Math.max(dollar, 0))
  const count = /^\\+/.exec(image.slice(start))?.[0].length ?? 0
  const whenNull = image.slice(0, start + count - 1) + image.slice(start + count)
  return { literal, whenNull }
}
