import type { JsonArray, JsonValue } from '../json/value.ts'
import type { Budget } from './budget.ts'
import type { CompiledPath, Parameter } from './tokens.ts'

/** What a path is read against. */
export interface Scope {
  /** Where the path starts: the document, or the item that a filter looks at. */
  readonly item: JsonValue
  /** The whole document, for `$` and function arguments. */
  readonly document: JsonValue
  /** In existence checks each named member must be there, also behind wildcards. */
  readonly requireProperties: boolean
}

/** One read of a path with everything it may use and has to remember; paths inside filters share it. */
export interface Reading {
  readonly budget: Budget
  /** Reads another path. Throws what the path's own errors are. */
  read(path: CompiledPath, scope: Scope): JsonValue
  /** True for text that would compile as a path. */
  isPath(text: string): boolean
  /** True for arrays, but not for what `keys()` gave: Java has a set there, which no step accepts. */
  isList(value: JsonValue): value is JsonArray
  /** Remembers that an array is the outcome of `keys()`. */
  markKeySet(keys: JsonArray): void
  /** The value of a function's argument. */
  argument(parameter: Parameter, scope: Scope): JsonValue
  /** The path of an argument as `length()` has changed it so far. */
  argumentPath(parameter: Parameter & { kind: 'path' }): CompiledPath
  /** Changes the path of an argument for the rest of this read. */
  changeArgumentPath(parameter: Parameter & { kind: 'path' }, path: CompiledPath): void
}
