import { javaClassName, javaText } from '../json/java-text.ts'
import { isObject, type JsonArray, type JsonObject, type JsonValue, kindOf } from '../json/value.ts'
import { PathEvaluationError, PathNotFoundError, type PathStop, PathSyntaxError } from './errors.ts'
import { fulfils } from './evaluate-filter.ts'
import { withoutFirstWildcard } from './function-length.ts'
import { applyFunction, requireFunction } from './functions.ts'
import type { Reading, Scope } from './reading.ts'
import { type CompiledPath, fragmentOf, fragmentsFrom, pathText, type Token } from './tokens.ts'

/** What the evaluations of one read share: mostly index marks that deep scans leave on tokens. */
export interface SharedReading extends Reading {
  upstreamIndex(token: Token): number | undefined
  leaveIndex(token: Token, index: number): void
}

/** A place in the document: the path that led there and the value. */
interface Place {
  readonly trail: string
  readonly value: JsonValue
}

const provider = 'com.jayway.jsonpath.spi.json.JsonSmartJsonProvider'
const shownCharactersMax = 400

/** Walks one path over one document and collects what it finds, in Jayway JsonPath 2.10's order. */
export class Evaluation {
  private readonly reading: SharedReading
  private readonly path: CompiledPath
  private readonly scope: Scope
  private readonly results: JsonValue[] = []
  private documentResults: Map<CompiledPath, JsonValue> | undefined
  private stop: PathStop | undefined

  constructor(reading: SharedReading, path: CompiledPath, scope: Scope) {
    this.reading = reading
    this.path = path
    this.scope = scope
  }

  /**
   * The value of a definite path, or the list of an indefinite one. Throws PathNotFoundError when a definite
   * path, or the definite start of another, leads nowhere.
   */
  value(): JsonValue {
    if (this.scope.document === null) {
      throw new PathEvaluationError('IllegalArgumentException', 'root can not be null')
    }
    const start = { trail: this.path.root, value: this.scope.item }
    this.follow(-1, start)
    if (!this.path.definite) return this.results
    const last = this.results.at(-1)
    if (last !== undefined) return last
    throw new PathNotFoundError(`No results for path: ${pathText(this.path)}`, this.stop)
  }

  /** Goes on behind token `index`: to the next, or to the end, where the value is a result. */
  private follow(index: number, place: Place): void {
    if (this.isLeaf(index)) this.add(place.value)
    else this.take(index + 1, place)
  }

  private take(index: number, place: Place): void {
    const { budget } = this.reading
    budget.enter()
    try {
      this.dispatch(index, place)
    } finally {
      budget.leave()
    }
  }

  private dispatch(index: number, place: Place): void {
    const token = this.path.tokens[index]
    switch (token?.kind) {
      case 'property':
        this.property(token.names, index, place)
        break
      case 'index':
      case 'slice':
        this.array(token, index, place)
        break
      case 'wildcard':
        this.wildcard(index, place)
        break
      case 'filter':
        this.filter(token, index, place)
        break
      case 'function':
        this.call(token, index, place)
        break
      case 'scan':
        this.scan(index, place)
    }
  }

  private isLeaf(index: number): boolean {
    return index === this.path.tokens.length - 1
  }

  private add(value: JsonValue): void {
    this.reading.budget.result()
    this.results.push(value)
  }

  // Names

  private property(names: readonly string[], index: number, place: Place): void {
    const { value, trail } = place
    if (!isObject(value)) {
      if (!this.path.upstreamDefinite[index]) return
      const wanted = this.fragment(index)
      const lead = `Expected to find an object with property ${wanted} in path ${trail}`
      const found = `but found '${this.className(value)}'`
      const tail = `This is not a json object according to the JsonProvider: '${provider}'.`
      throw this.notFound(`${lead} ${found}. ${tail}`, place, wanted)
    }
    if (names.length > 1 && this.isLeaf(index)) {
      this.add(this.merge(names, value, place))
      return
    }
    for (const name of names) this.member(name, index, place)
  }

  /** Several names at the end make one object of those that are there. */
  private merge(names: readonly string[], object: JsonObject, place: Place): JsonObject {
    const merged: JsonObject = new Map()
    for (const name of names) {
      this.reading.budget.step()
      const value = object.get(name)
      if (value !== undefined) merged.set(name, value)
      else if (this.scope.requireProperties) {
        const list = names.map((other) => `'${other}'`).join(', ')
        throw this.notFound(
          `Missing property in path ${place.trail}[${list}]`,
          place,
          `['${name}']`,
        )
      }
    }
    return merged
  }

  private member(name: string, index: number, place: Place): void {
    if (!isObject(place.value)) return
    const value = place.value.get(name)
    const trail = `${place.trail}['${name}']`
    if (value === undefined) this.missing(index, place, trail)
    else if (!this.isLeaf(index)) this.take(index + 1, { trail, value })
    else if (this.isWantedIndex(index)) this.add(value)
  }

  private missing(index: number, place: Place, trail: string): void {
    const wanted = trail.slice(place.trail.length)
    if (this.isLeaf(index)) {
      this.stop = stopAt(place, wanted)
      if (!this.scope.requireProperties) return
      throw this.notFound(`No results for path: ${trail}`, place, wanted)
    }
    const token = this.path.tokens[index]
    const single = token?.kind !== 'property' || token.names.length === 1
    const definite = this.path.upstreamDefinite[index] === true && single
    if (!definite && !this.scope.requireProperties) return
    throw this.notFound(`Missing property in path ${trail}`, place, wanted)
  }

  /** Behind `..[n]` Jayway visits every item and sorts out here, by the index it left on the token. */
  private isWantedIndex(index: number): boolean {
    const token = this.path.tokens[index]
    const mark = token === undefined ? undefined : this.reading.upstreamIndex(token)
    return mark === undefined || this.path.beforeTail === `[${mark}]`
  }

  // Arrays

  private array(token: Token & { kind: 'index' | 'slice' }, index: number, place: Place): void {
    const items = this.requireArray(index, place)
    if (items === undefined) return
    if (token.kind === 'index') {
      for (const at of token.indexes) this.item(at, index, place)
      return
    }
    const [from, to] = sliceBounds(token, items.length)
    for (let at = from; at < to; at += 1) this.item(at, index, place)
  }

  private requireArray(index: number, place: Place): JsonArray | undefined {
    const { value, trail } = place
    if (this.reading.isList(value)) return value
    if (!this.path.upstreamDefinite[index]) return undefined
    const wanted = this.fragment(index)
    if (value === null) throw this.notFound(`The path ${trail} is null`, place, wanted)
    const filter = fragmentsFrom(this.path.tokens, index)
    const message = `Filter: ${filter} can only be applied to arrays. Current context is: `
    throw this.notFound(message + shown(value), place, wanted)
  }

  /** Takes one item; one that is not there is passed over, negative indexes count from the end. */
  private item(at: number, index: number, place: Place): void {
    this.reading.budget.step()
    if (!Array.isArray(place.value)) return
    const value = place.value[at < 0 ? place.value.length + at : at]
    if (value === undefined) {
      this.stop = stopAt(place, `[${at}]`)
      return
    }
    try {
      this.follow(index, { trail: `${place.trail}[${at}]`, value })
    } catch (error) {
      // Jayway mistakes a function's bad index further on for its own.
      if (!isIndexError(error)) throw error
    }
  }

  private wildcard(index: number, place: Place): void {
    const { value } = place
    if (isObject(value)) {
      for (const name of value.keys()) this.member(name, index, place)
    } else if (this.reading.isList(value)) {
      for (let at = 0; at < value.length; at += 1) this.wildcardItem(at, index, place)
    }
  }

  private wildcardItem(at: number, index: number, place: Place): void {
    try {
      this.item(at, index, place)
    } catch (error) {
      if (!(error instanceof PathNotFoundError) || this.scope.requireProperties) throw error
    }
  }

  // Filters and functions

  private filter(token: Token & { kind: 'filter' }, index: number, place: Place): void {
    const { value } = place
    if (isObject(value)) {
      if (this.accepts(token, value)) this.follow(index, place)
    } else if (this.reading.isList(value)) {
      for (let at = 0; at < value.length; at += 1) {
        if (this.accepts(token, value[at] ?? null)) this.item(at, index, place)
      }
    } else if (this.path.upstreamDefinite[index]) {
      const filter = fragmentsFrom(this.path.tokens, index)
      const message = `Filter: ${filter} can not be applied to primitives. Current context is: `
      throw new PathSyntaxError(message + shown(value))
    }
  }

  private accepts(token: Token & { kind: 'filter' }, item: JsonValue): boolean {
    const { reading, scope } = this
    const { document, requireProperties } = scope
    this.documentResults ??= new Map()
    return fulfils(token.expression, {
      reading,
      scope: { item, document, requireProperties },
      documentResults: this.documentResults,
    })
  }

  /** A function's outcome is a result even where the path goes on; the last result is what counts. */
  private call(token: Token & { kind: 'function' }, index: number, place: Place): void {
    const { name, parameters } = token
    const { reading, scope } = this
    requireFunction(name)
    for (const parameter of parameters) {
      if (parameter.kind === 'path') reading.argument(parameter, scope)
    }
    const value = applyFunction({ name, model: place.value, parameters, scope, reading })
    this.add(value)
    const [first] = parameters
    if (first?.kind === 'path') {
      reading.changeArgumentPath(first, withoutFirstWildcard(reading.argumentPath(first)))
    }
    if (!this.isLeaf(index)) this.take(index + 1, { trail: place.trail, value })
  }

  // Deep scan

  private scan(index: number, place: Place): void {
    const target = this.path.tokens[index + 1]
    if (target === undefined) {
      throw new PathEvaluationError('IllegalStateException', 'Current path token is a leaf')
    }
    this.walk(target, index + 1, place)
  }

  private walk(target: Token, index: number, place: Place): void {
    const { budget } = this.reading
    const { value, trail } = place
    budget.enter()
    try {
      if (isObject(value)) {
        if (this.isTarget(target, index, value)) this.take(index, place)
        for (const [name, member] of value) {
          this.walk(target, index, { trail: `${trail}['${name}']`, value: member })
        }
      } else if (this.reading.isList(value)) {
        if (this.isTarget(target, index, value)) this.scanItems(value, index, place)
        for (const [at, item] of value.entries()) {
          this.walk(target, index, { trail: `${trail}[${at}]`, value: item })
        }
      }
    } finally {
      budget.leave()
    }
  }

  /** Where the path goes on behind the target, all items are visited with their index left on the token. */
  private scanItems(items: JsonArray, index: number, place: Place): void {
    const next = this.path.tokens[index + 1]
    if (next === undefined) {
      this.take(index, place)
      return
    }
    for (const [at, value] of items.entries()) {
      this.reading.leaveIndex(next, at)
      this.take(index + 1, { trail: `${place.trail}[${at}]`, value })
    }
  }

  private isTarget(target: Token, index: number, value: JsonArray | JsonObject): boolean {
    switch (target.kind) {
      case 'property':
        if (!isObject(value)) return false
        if (target.names.length > 1 && !this.isLeaf(index)) return true
        return target.names.every((name) => value.has(name))
      case 'index':
      case 'slice':
        return this.reading.isList(value)
      case 'wildcard':
        return true
      case 'filter':
        return this.accepts(target, value)
      default:
        return false
    }
  }

  // Messages

  private fragment(index: number): string {
    const token = this.path.tokens[index]
    return token === undefined ? '' : fragmentOf(token)
  }

  private className(value: JsonValue): string {
    const isKeySet = Array.isArray(value) && !this.reading.isList(value)
    return isKeySet ? 'java.util.LinkedHashMap$LinkedKeySet' : javaClassName(value)
  }

  private notFound(message: string, place: Place, wanted: string): PathNotFoundError {
    return new PathNotFoundError(message, stopAt(place, wanted))
  }
}

/** `[a:b]` takes negative bounds as they are and lets each index count from the end by itself. */
function sliceBounds(token: Token & { kind: 'slice' }, length: number): [number, number] {
  const { from, to } = token
  if (length === 0) return [0, 0]
  if (to === undefined) return [Math.max(0, fromEnd(from ?? 0, length)), length]
  if (from === undefined) return [0, Math.min(length, fromEnd(to, length))]
  return [from, Math.min(length, to)]
}

function fromEnd(index: number, length: number): number {
  return index < 0 ? length + index : index
}

function stopAt({ trail, value }: Place, wanted: string): PathStop {
  const size = Array.isArray(value) ? value.length : undefined
  const foundSize = isObject(value) ? value.size : size
  return { stoppedAt: trail, wanted, found: kindOf(value), foundSize }
}

function shown(value: JsonValue): string {
  const text = javaText(value)
  return text.length > shownCharactersMax ? `${text.slice(0, shownCharactersMax)}…` : text
}

function isIndexError(error: unknown): boolean {
  return error instanceof PathEvaluationError && error.errorClass === 'IndexOutOfBoundsException'
}
