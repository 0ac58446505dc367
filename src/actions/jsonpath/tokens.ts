import type { Expression } from './filter-nodes.ts'

/** An argument of a path function: JSON text, or a path that is read against the whole document. */
export type Parameter =
  | { readonly kind: 'json'; readonly text: string }
  | { readonly kind: 'path'; readonly path: CompiledPath }

/** One step of a path. `position` is the character of the path at which it starts. */
export type Token =
  | {
      readonly kind: 'property'
      readonly names: readonly string[]
      readonly quote: string
      readonly position: number
    }
  | { readonly kind: 'index'; readonly indexes: readonly number[]; readonly position: number }
  | {
      readonly kind: 'slice'
      readonly from: number | undefined
      readonly to: number | undefined
      readonly position: number
    }
  | { readonly kind: 'wildcard'; readonly position: number }
  | { readonly kind: 'scan'; readonly position: number }
  | { readonly kind: 'filter'; readonly expression: Expression; readonly position: number }
  | {
      readonly kind: 'function'
      readonly name: string
      readonly fragment: string
      readonly parameters: readonly Parameter[]
      readonly position: number
    }

/** A path after reading its text. Immutable; all state of a read lives elsewhere. */
export interface CompiledPath {
  readonly root: '$' | '@'
  /** True when a filter reads the path against the whole document, false against the item. */
  readonly readsDocument: boolean
  readonly tokens: readonly Token[]
  /** True when the path leads to one value at most, so that reading gives it bare and not in a list. */
  readonly definite: boolean
  /** For each token, whether everything before it is definite. */
  readonly upstreamDefinite: readonly boolean[]
  /** True when the last token is a function. */
  readonly isFunctionPath: boolean
  /** Printed form of the token before the last; deep scans compare array indexes with it. */
  readonly beforeTail: string
}

/** Puts tokens together and works out which parts are definite. */
export function linkPath(root: '$' | '@', tokens: readonly Token[]): CompiledPath {
  const upstreamDefinite: boolean[] = []
  let definite = true
  tokens.forEach((token, index) => {
    upstreamDefinite.push(definite)
    definite &&= isDefinite(token, index === tokens.length - 1)
  })
  const beforeTail = tokens.at(-2)
  return {
    root,
    readsDocument: root === '$',
    tokens,
    definite,
    upstreamDefinite,
    isFunctionPath: tokens.at(-1)?.kind === 'function',
    beforeTail: beforeTail === undefined ? root : fragmentOf(beforeTail),
  }
}

/** Several names are definite only at the end of a path, where they make one object. */
export function isDefinite(token: Token, isLeaf: boolean): boolean {
  if (token.kind === 'property') return isLeaf || token.names.length === 1
  if (token.kind === 'index') return token.indexes.length === 1
  return token.kind === 'function'
}

/** Prints a token in Jayway's canonical bracket form, as its error messages show it. */
export function fragmentOf(token: Token): string {
  switch (token.kind) {
    case 'property':
      return `[${token.names.map((name) => token.quote + name + token.quote).join(',')}]`
    case 'index':
      return `[${token.indexes.join(',')}]`
    case 'slice':
      return `[${token.from ?? ''}:${token.to ?? ''}]`
    case 'wildcard':
      return '[*]'
    case 'scan':
      return '..'
    case 'filter':
      return '[?]'
    case 'function':
      return `.${token.fragment}`
  }
}

/** Prints tokens from an index on, in canonical form. */
export function fragmentsFrom(tokens: readonly Token[], index: number): string {
  return tokens.slice(index).map(fragmentOf).join('')
}

/** Prints a path in canonical form, e.g. `$['a'][0].length()`. */
export function pathText(path: CompiledPath): string {
  return path.root + fragmentsFrom(path.tokens, 0)
}
