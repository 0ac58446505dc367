import { type Position, TemplateError } from './errors.ts'
import type { JavaNumber } from './numbers.ts'

/** One step of a reference after its root: `.name`, `.name(…)` or `[…]`. */
export type Step = PropertyStep | MethodStep | IndexStep

/** `.name`: a key of a map or a property of any other value. */
export interface PropertyStep extends Position {
  readonly kind: 'property'
  readonly name: string
}

/** `.name(…)`: a method call. */
export interface MethodStep extends Position {
  readonly kind: 'method'
  readonly name: string
  readonly args: readonly Expression[]
}

/** `[…]`: a position in a list or a key of a map. */
export interface IndexStep extends Position {
  readonly kind: 'index'
  readonly at: Expression
}

/** A reference such as `$a.b`, `${a.b(1)}` or `$!{a|'none'}`, with what to print when it has no value. */
export interface Reference extends Position {
  readonly kind: 'reference'
  readonly root: string
  readonly quiet: boolean
  readonly steps: readonly Step[]
  readonly alternate: Expression | undefined
  /** `\$a`: print the source text, not the value. */
  readonly escaped: boolean
  /** Backslashes that remain in front. */
  readonly slashes: string
  /** Characters that were read as part of the reference but stand before its `$`. */
  readonly before: string
  /** The source text, which messages and escaped references print. */
  readonly literal: string
  /** Text to print in place of a missing value, when not in strict mode. */
  readonly whenNull: string
  /** A name without a `$`, which the grammar takes for a reference: it prints itself. */
  readonly runt: boolean
  /** False for `$\!a`, which only looks like a reference. */
  readonly computable: boolean
  /** A bare name tested within `#if`: it may be undefined even in strict mode. */
  readonly lenient: boolean
}

/** A quoted string; `parts` is its parsed content when it has references or directives to work out. */
export interface StringLiteral extends Position {
  readonly kind: 'string'
  readonly text: string
  readonly literal: string
  parts: readonly Node[] | undefined
}

/** A number or truth value written in the template. */
export interface Constant extends Position {
  readonly kind: 'constant'
  readonly value: JavaNumber | boolean
  readonly literal: string
}

/** `[1..3]`: all whole numbers between two, in either direction. */
export interface RangeLiteral extends Position {
  readonly kind: 'range'
  readonly from: Expression
  readonly to: Expression
  readonly literal: string
}

/** `[a, b]`: a list of values. */
export interface ListLiteral extends Position {
  readonly kind: 'list'
  readonly items: readonly Expression[]
  readonly literal: string
}

/** `{'a' : b}`: a map, in the order written. */
export interface MapLiteral extends Position {
  readonly kind: 'map'
  readonly entries: readonly { readonly key: Expression; readonly value: Expression }[]
  readonly literal: string
}

/** An operator's sign as messages print it. */
export type BinaryOperator =
  | '||'
  | '&&'
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'

/** Two operands and their sign; its place is where the right operand starts. */
export interface Binary extends Position {
  readonly kind: 'binary'
  readonly operator: BinaryOperator
  readonly left: Expression
  readonly right: Expression
}

/** `!a` or `-a`. */
export interface Unary extends Position {
  readonly kind: 'not' | 'negate'
  readonly operand: Expression
}

/** Anything that has a value. */
export type Expression =
  | Reference
  | StringLiteral
  | Constant
  | RangeLiteral
  | ListLiteral
  | MapLiteral
  | Binary
  | Unary

/** A body between directives; `trail` is text that the closing directive's token carried. */
export interface Block {
  readonly nodes: readonly Node[]
  readonly trail: string
}

/** Text that is printed as it stands. */
export interface TextNode {
  readonly kind: 'text'
  readonly text: string
}

/** What all directives have: text that their tokens carried before and after them. */
interface Directive extends Position {
  readonly lead: string
  readonly trail: string
}

/** `#set($a = …)`. */
export interface SetNode extends Directive {
  readonly kind: 'set'
  readonly target: Reference
  readonly value: Expression
}

/** `#if … #elseif … #else … #end`; the branch without a test is the last. */
export interface IfNode extends Directive {
  readonly kind: 'if'
  readonly branches: readonly { readonly test: Expression | undefined; readonly body: Block }[]
}

/** `#foreach($i in …) … #else … #end`. */
export interface ForeachNode extends Directive {
  readonly kind: 'foreach'
  readonly element: string
  readonly over: Expression
  readonly body: Block
  readonly otherwise: Block | undefined
}

/** A parameter of a macro, with the value it has when a call leaves it out. */
export interface MacroParameter {
  readonly name: string
  readonly fallback: Expression | undefined
}

/** `#macro(name $a) … #end`. */
export interface MacroNode extends Directive {
  readonly kind: 'macro'
  readonly name: string
  readonly parameters: readonly MacroParameter[]
  readonly body: Block
  /** Where the body starts, for messages. */
  readonly bodyAt: Position
}

/** `#define($a) … #end`. */
export interface DefineNode extends Directive {
  readonly kind: 'define'
  readonly name: string
  readonly body: Block
}

/** `#evaluate`, `#stop`, `#break`, `#include` and `#parse`: directives of one line. */
export interface LineNode extends Directive {
  readonly kind: 'evaluate' | 'stop' | 'break' | 'include' | 'parse'
  readonly args: readonly Expression[]
}

/** `#name(…)`, or `#@name(…) … #end` when it has a body. */
export interface CallNode extends Directive {
  readonly kind: 'call'
  readonly name: string
  readonly args: readonly Expression[]
  readonly body: Block | undefined
  /** Printed as it stands when no such macro exists and the call has no parentheses. */
  readonly literal: string
  /** True when an unknown name is an error in strict mode. */
  readonly mustExist: boolean
  /** A bare word among the arguments, which no macro accepts. */
  readonly badArgument: (Position & { readonly word: string }) | undefined
}

/** A part of a template that prints something or changes a variable. */
export type Node =
  | TextNode
  | Reference
  | SetNode
  | IfNode
  | ForeachNode
  | MacroNode
  | DefineNode
  | LineNode
  | CallNode

/**
 * The source text of an expression, as the engine's messages print it. The engine forgets that of
 * numbers, truth values, lists, maps and ranges, and fails where a message needs it; so does this.
 */
export function literalOf(expression: Expression): string {
  switch (expression.kind) {
    case 'binary':
      return `${literalOf(expression.left)} ${expression.operator} `
    case 'not':
      return `!${literalOf(expression.operand)}`
    case 'negate':
      return `-${literalOf(expression.operand)}`
    case 'string':
    case 'reference':
      return expression.literal
    default:
      throw new TemplateError(
        'NullPointerException',
        'Cannot read field "kind" because "t" is null',
        expression,
      )
  }
}
