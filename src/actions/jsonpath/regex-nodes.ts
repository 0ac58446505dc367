/** Says whether a code point fits. */
export type CodeTest = (code: number) => boolean

/** A parsed piece of a regular expression. */
export type RegexNode =
  | { readonly kind: 'one'; readonly test: CodeTest }
  | { readonly kind: 'sequence' | 'choice'; readonly items: readonly RegexNode[] }
  | {
      readonly kind: 'repeat'
      readonly item: RegexNode
      readonly min: number
      readonly max: number
      readonly mode: 'greedy' | 'lazy' | 'possessive'
    }
  | { readonly kind: 'group'; readonly index: number; readonly item: RegexNode }
  | { readonly kind: 'back'; readonly index: number; readonly ignoreCase: boolean }
  | {
      readonly kind: 'look'
      readonly item: RegexNode
      readonly ahead: boolean
      readonly negative: boolean
    }
  | { readonly kind: 'atomic'; readonly item: RegexNode }
  | { readonly kind: 'assert'; readonly test: (text: string, position: number) => boolean }
