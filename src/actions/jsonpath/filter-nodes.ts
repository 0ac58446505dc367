import type { Decimal } from '../json/decimal.ts'
import type { JsonValue } from '../json/value.ts'
import type { Regex } from './regex.ts'
import type { CompiledPath } from './tokens.ts'

/** The comparisons that filters know; words are matched without regard to case. */
export const operators = [
  '>=',
  '<=',
  '==',
  '===',
  '!=',
  '!==',
  '<',
  '>',
  '=~',
  'NIN',
  'IN',
  'CONTAINS',
  'ALL',
  'SIZE',
  'EXISTS',
  'TYPE',
  'MATCHES',
  'EMPTY',
  'SUBSETOF',
  'ANYOF',
  'NONEOF',
] as const

/** A comparison in a filter. */
export type Operator = (typeof operators)[number]

/** A filter's condition. */
export type Expression =
  | { readonly kind: 'or' | 'and'; readonly operands: readonly Expression[] }
  | { readonly kind: 'not'; readonly operand: Expression }
  | {
      readonly kind: 'compare'
      readonly left: ValueNode
      readonly operator: Operator
      readonly right: ValueNode
    }

/** A side of a comparison: a literal, a path still to be read, or what reading it gave. */
export type ValueNode =
  | { readonly kind: 'path'; readonly path: CompiledPath; readonly check: 'value' | 'exists' }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'number'; readonly number: Decimal }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' }
  | { readonly kind: 'undefined' }
  | { readonly kind: 'pattern'; readonly regex: Regex }
  /** A JSON literal, still text: read leniently, and only when a comparison needs it. */
  | { readonly kind: 'jsonText'; readonly text: string }
  | { readonly kind: 'json'; readonly value: JsonValue }
