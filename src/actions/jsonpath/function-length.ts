import { integerNumber } from '../json/number.ts'
import { isObject, type JsonValue } from '../json/value.ts'
import { PathEvaluationError } from './errors.ts'
import type { Reading, Scope } from './reading.ts'
import { type CompiledPath, linkPath, type Parameter, type Token } from './tokens.ts'

/** What `length()` and `size()` look at. */
export interface LengthCall {
  readonly model: JsonValue
  readonly parameters: readonly Parameter[]
  readonly scope: Scope
  readonly reading: Reading
}

/**
 * Counts items of an array or members of an object; null for anything else, strings included. With a path
 * as argument, `$.length($..x)` counts what lies below the path.
 */
export function measureLength({ model, parameters, reading, scope }: LengthCall): JsonValue {
  const [first] = parameters
  if (first !== undefined) {
    if (first.kind === 'json') {
      throw new PathEvaluationError('NullPointerException', 'length() takes a path, not a value.')
    }
    const path = belowPath(reading.argumentPath(first))
    reading.changeArgumentPath(first, path)
    const { requireProperties } = scope
    const below = reading.read(path, { item: model, document: model, requireProperties })
    if (reading.isList(below)) return integerNumber(below.length)
  }
  if (reading.isList(model)) return integerNumber(model.length)
  return isObject(model) ? integerNumber(model.size) : null
}

/**
 * Takes the first wildcard behind the first step out of the argument's path again. Jayway does this after
 * any function, and it shows when the function is applied a second time.
 */
export function withoutFirstWildcard(path: CompiledPath): CompiledPath {
  if (path.isFunctionPath) return path
  const at = path.tokens.findIndex((token, index) => index > 0 && token.kind === 'wildcard')
  if (at === -1) return path
  return relink(path, [...path.tokens.slice(0, at), ...path.tokens.slice(at + 1)])
}

function belowPath(path: CompiledPath): CompiledPath {
  if (path.isFunctionPath || path.tokens.length === 0) return path
  return relink(path, [...path.tokens, { kind: 'wildcard', position: -1 }])
}

/** Whether the path is definite was settled before the change, and stays. */
function relink(path: CompiledPath, tokens: readonly Token[]): CompiledPath {
  const { upstreamDefinite } = linkPath(path.root, tokens)
  return { ...path, tokens, upstreamDefinite }
}
