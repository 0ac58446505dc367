import type { JsonValue } from '../json/value.ts'
import { compare } from './compare.ts'
import { isInvalidPath, PathNotFoundError } from './errors.ts'
import type { Expression, ValueNode } from './filter-nodes.ts'
import { nodeOfValue } from './node-values.ts'
import type { Reading, Scope } from './reading.ts'
import type { CompiledPath } from './tokens.ts'

/** What a filter is decided in: the item it looks at, and results of `$` paths that it has read before. */
export interface FilterContext {
  readonly reading: Reading
  readonly scope: Scope
  readonly documentResults: Map<CompiledPath, JsonValue>
}

/** True when the item fulfils the filter. A condition that does not suit the item does not match. */
export function fulfils(expression: Expression, context: FilterContext): boolean {
  try {
    return holds(expression, context)
  } catch (error) {
    if (isInvalidPath(error)) return false
    throw error
  }
}

function holds(expression: Expression, context: FilterContext): boolean {
  context.reading.budget.step()
  switch (expression.kind) {
    case 'or':
      return expression.operands.some((operand) => holds(operand, context))
    case 'and':
      return expression.operands.every((operand) => holds(operand, context))
    case 'not':
      return !holds(expression.operand, context)
    case 'compare': {
      const left = resolve(expression.left, context)
      const right = resolve(expression.right, context)
      return compare({ left, operator: expression.operator, right, reading: context.reading })
    }
  }
}

function resolve(node: ValueNode, context: FilterContext): ValueNode {
  if (node.kind !== 'path') return node
  try {
    if (node.check === 'value') return nodeOfValue(readSide(node.path, context), context.reading)
    // Existence checks start at the item even for `$` paths, and a list counts even when empty.
    context.reading.read(node.path, { ...context.scope, requireProperties: true })
    return { kind: 'boolean', value: true }
  } catch (error) {
    if (!(error instanceof PathNotFoundError)) throw error
    return node.check === 'exists' ? { kind: 'boolean', value: false } : { kind: 'undefined' }
  }
}

function readSide(
  path: CompiledPath,
  { reading, scope, documentResults }: FilterContext,
): JsonValue {
  if (!path.readsDocument) return reading.read(path, scope)
  const known = documentResults.get(path)
  if (known !== undefined) return known
  const value = reading.read(path, { ...scope, item: scope.document })
  documentResults.set(path, value)
  return value
}
