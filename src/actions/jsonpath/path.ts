import { keepCompiled } from '../compiled.ts'
import { parsePermissiveJson } from '../json/read-permissive.ts'
import { cloneJson, type JsonArray, type JsonValue } from '../json/value.ts'
import { Budget, defaultPathLimits, type PathLimits } from './budget.ts'
import { PathEvaluationError, PathSyntaxError } from './errors.ts'
import { Evaluation, type SharedReading } from './evaluate.ts'
import { parsePath } from './parse-path.ts'
import type { Scope } from './reading.ts'
import { type CompiledPath, type Parameter, pathText, type Token } from './tokens.ts'

/** What reading a path gave. */
export interface PathResult {
  /** False when `value` is the list of everything that was found. */
  readonly definite: boolean
  readonly value: JsonValue
}

/**
 * Compiles a path as Jayway JsonPath 2.10 does in its default configuration with the JSON-smart provider,
 * which is how Genesys Cloud data actions read responses (`translationMap`). Throws PathSyntaxError.
 */
export function compilePath(text: string, limits?: Partial<PathLimits>): JsonPath {
  return limits === undefined ? compiled(text) : compile(text, limits)
}

const compiled = keepCompiled((text) => compile(text, {}))

function compile(text: string, limits: Partial<PathLimits>): JsonPath {
  const all = { ...defaultPathLimits, ...limits }
  if (text === '') throw new PathSyntaxError('json can not be null or empty', 0)
  if (text.length > all.charactersMax) {
    throw new PathSyntaxError(`The path is longer than ${all.charactersMax} characters.`, 0)
  }
  return new JsonPath(text, parsePath(text, { limits: all, nesting: 0, offset: 0 }), all)
}

/** A compiled path. It keeps no state between reads. */
export class JsonPath {
  /** The path as it was written. */
  readonly text: string
  /** The path in canonical form, e.g. `$['a'][0]`. */
  readonly canonical: string
  /** True when the path leads to one value; otherwise reading gives a list, possibly empty. */
  readonly definite: boolean
  /** The steps, for tools that explain a path. */
  readonly tokens: readonly Token[]
  private readonly path: CompiledPath
  private readonly limits: PathLimits

  constructor(text: string, path: CompiledPath, limits: PathLimits) {
    this.text = text
    this.path = path
    this.limits = limits
    this.canonical = pathText(path)
    this.definite = path.definite
    this.tokens = path.tokens
  }

  /**
   * Reads the path. The document is not changed. Throws PathNotFoundError when it leads nowhere,
   * PathSyntaxError when a step does not fit the document (a filter on a string, an unknown function), and
   * PathEvaluationError when Java would fail otherwise or a limit was hit.
   */
  read(document: JsonValue): PathResult {
    const reading = new PathReading(this.limits)
    // `append()` changes the list it is applied to.
    const own = this.text.includes('append(') ? cloneJson(document) : document
    const scope = { item: own, document: own, requireProperties: false }
    try {
      return { definite: this.definite, value: reading.read(this.path, scope) }
    } catch (error) {
      // The limit on levels leaves room, but the caller may have used up most of the stack before.
      if (!(error instanceof RangeError)) throw error
      throw new PathEvaluationError('BudgetExceeded', 'The path needs more stack than there is.')
    }
  }
}

/** What few paths have to remember is made when the first of it comes. */
class PathReading implements SharedReading {
  readonly budget: Budget
  private readonly limits: PathLimits
  private upstreamIndexes: Map<Token, number> | undefined
  private keySets: WeakSet<JsonArray> | undefined
  private argumentPaths: Map<Parameter, CompiledPath> | undefined
  private argumentValues: Map<Parameter, JsonValue> | undefined

  constructor(limits: PathLimits) {
    this.limits = limits
    this.budget = new Budget(limits)
  }

  read(path: CompiledPath, scope: Scope): JsonValue {
    this.budget.enter()
    try {
      return new Evaluation(this, path, scope).value()
    } finally {
      this.budget.leave()
    }
  }

  upstreamIndex(token: Token): number | undefined {
    return this.upstreamIndexes?.get(token)
  }

  leaveIndex(token: Token, index: number): void {
    this.upstreamIndexes ??= new Map()
    this.upstreamIndexes.set(token, index)
  }

  isPath(text: string): boolean {
    this.budget.step(text.length)
    try {
      parsePath(text, { limits: this.limits, nesting: 0, offset: 0 })
      return true
    } catch (error) {
      if (error instanceof PathSyntaxError) return false
      throw error
    }
  }

  isList(value: JsonValue): value is JsonArray {
    return Array.isArray(value) && this.keySets?.has(value) !== true
  }

  markKeySet(keys: JsonArray): void {
    this.keySets ??= new WeakSet()
    this.keySets.add(keys)
  }

  /** A path argument is read each time, but the first value stays. */
  argument(parameter: Parameter, scope: Scope): JsonValue {
    if (parameter.kind === 'json') return this.literal(parameter.text)
    const { document, requireProperties } = scope
    const path = this.argumentPath(parameter)
    const value = this.read(path, { item: document, document, requireProperties })
    this.argumentValues ??= new Map()
    const first = this.argumentValues.get(parameter) ?? value
    this.argumentValues.set(parameter, first)
    return first
  }

  argumentPath(parameter: Parameter & { kind: 'path' }): CompiledPath {
    return this.argumentPaths?.get(parameter) ?? parameter.path
  }

  changeArgumentPath(parameter: Parameter & { kind: 'path' }, path: CompiledPath): void {
    this.argumentPaths ??= new Map()
    this.argumentPaths.set(parameter, path)
  }

  private literal(text: string): JsonValue {
    this.budget.step(text.length)
    try {
      return parsePermissiveJson(text)
    } catch (error) {
      const message = error instanceof Error ? error.message : 'The argument is no JSON.'
      throw new PathEvaluationError('InvalidJsonException', message)
    }
  }
}
