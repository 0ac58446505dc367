import type { Budget } from './limits.ts'
import type { JavaNumber } from './numbers.ts'

/**
 * Everything that a template can hold. The set is closed: no JavaScript object of the host is ever a
 * value, so no prototype, constructor or function of the host can be reached from a template.
 */
export type Value =
  | null
  | boolean
  | string
  | JavaNumber
  | JavaChar
  | JavaList
  | JavaMap
  | JavaEntry
  | JavaIterator
  | JavaClass
  | LoopScope
  | BlockValue
  | Tool

/** One UTF-16 unit, as `charAt` gives it. */
export class JavaChar {
  readonly className = 'java.lang.Character'
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** How a sequence behaves: arrays and sets lack some methods of lists, `fixed` ones refuse changes. */
export type ListShape = 'list' | 'fixed' | 'array' | 'set' | 'collection'

/** A list, an array, or a view of a map's keys, values or entries. */
export class JavaList {
  readonly items: Value[]
  readonly shape: ListShape
  readonly className: string
  /** The map that this is a view of. */
  backing: JavaMap | undefined

  constructor(items: Value[], shape: ListShape = 'list', className = 'java.util.ArrayList') {
    this.items = items
    this.shape = shape
    this.className = className
  }
}

/** An array of texts, as `split` gives it. */
export function textArray(items: readonly string[]): JavaList {
  return new JavaList([...items], 'array', '[Ljava.lang.String;')
}

/** Where an `iterator()` stands. */
export class JavaIterator {
  readonly className = 'java.util.ArrayList$Itr'
  readonly items: readonly Value[]
  next = 0

  constructor(items: readonly Value[]) {
    this.items = items
  }
}

/** A key with its value. */
export class JavaEntry {
  readonly className: string
  readonly key: Value
  value: Value

  constructor(key: Value, value: Value, className = 'java.util.HashMap$Node') {
    this.key = key
    this.value = value
    this.className = className
  }
}

/** Whether a map lists its keys in the order of Java's `HashMap` or in that of insertion. */
export type MapOrder = 'hash' | 'insertion'

/** A map. Keys that are texts, numbers, truth values or null are told apart by value. */
export class JavaMap {
  readonly order: MapOrder
  readonly #entries = new Map<unknown, JavaEntry>()
  #peak = 0
  #changes = 0

  constructor(order: MapOrder) {
    this.order = order
  }

  get className(): string {
    return this.order === 'hash' ? 'java.util.HashMap' : 'java.util.LinkedHashMap'
  }

  get size(): number {
    return this.#entries.size
  }

  /** How often a key came or went: a loop over the map must not see that change. */
  get changes(): number {
    return this.#changes
  }

  get(key: Value): Value | undefined {
    return this.#entries.get(identityOf(key))?.value
  }

  put(key: Value, value: Value): Value {
    const identity = identityOf(key)
    const known = this.#entries.get(identity)
    if (known !== undefined) {
      const before = known.value
      known.value = value
      return before
    }
    const entryClass =
      this.order === 'hash' ? 'java.util.HashMap$Node' : 'java.util.LinkedHashMap$Entry'
    const entry = new JavaEntry(key, value, entryClass)
    this.#changes++
    this.#entries.set(identity, entry)
    this.#peak = Math.max(this.#peak, this.#entries.size)
    return null
  }

  remove(key: Value): Value {
    const identity = identityOf(key)
    const before = this.#entries.get(identity)?.value ?? null
    if (this.#entries.delete(identity)) this.#changes++
    return before
  }

  clear(): void {
    this.#changes++
    this.#entries.clear()
  }

  /** The entries in the order that Java would list them. */
  entries(): JavaEntry[] {
    const all = [...this.#entries.values()]
    if (this.order === 'insertion') return all
    let capacity = 16
    while (this.#peak > capacity * 0.75) capacity *= 2
    const placed = all.map((entry) => ({ entry, bucket: bucketOf(keyHash(entry.key), capacity) }))
    return placed.sort((a, b) => a.bucket - b.bucket).map(({ entry }) => entry)
  }
}

/** The Java class of a value. Only its name can be asked for. */
export class JavaClass {
  readonly className = 'java.lang.Class'
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

/** What `$foreach` is within a loop. */
export class LoopScope {
  readonly className = 'org.apache.velocity.runtime.directive.ForeachScope'
  readonly parent: LoopScope | undefined
  /** What `$foreach` was outside of all loops. */
  readonly replaced: Value
  readonly own = new JavaMap('hash')
  index = -1
  hasNext = false

  constructor(parent: LoopScope | undefined, replaced: Value = null) {
    this.parent = parent
    this.replaced = parent === undefined ? replaced : parent.replaced
  }
}

/** A `#define`d block, or the body of a `#@macro` call: it is rendered anew wherever it is printed. */
export class BlockValue {
  readonly className = 'org.apache.velocity.runtime.directive.Block$Reference'
  /** Renders the block into the output; false when it contains itself too deeply. */
  readonly print: () => boolean
  /** Renders the block to a text; undefined when it contains itself too deeply. */
  readonly render: () => string | undefined
  /** False while the block is rendering itself too deeply. */
  readonly usable: () => boolean

  constructor(ways: Pick<BlockValue, 'print' | 'render' | 'usable'>) {
    this.print = ways.print
    this.render = ways.render
    this.usable = ways.usable
  }
}

/** Arguments of a method call, already of the types that its signature names. */
export interface Arguments {
  readonly values: readonly Value[]
  readonly budget: Budget
  text(index: number): string
  int(index: number): number
  number(index: number): JavaNumber
  flag(index: number): boolean
  value(index: number): Value
  list(index: number): JavaList
  map(index: number): JavaMap
}

/** A method of a value. It returns undefined where Java's method returns nothing. */
export type Method<Self> = (self: Self, args: Arguments) => Value | undefined

/** Methods by signature, such as `substring(int,int)`; the earlier of two that fit equally wins. */
export type Methods<Self> = Readonly<Record<string, Method<Self>>>

/** A helper that templates call, such as `$esc`: a name and a closed table of methods. */
export class Tool {
  readonly className: string
  readonly methods: Methods<Tool>

  constructor(className: string, methods: Methods<Tool>) {
    this.className = className
    this.methods = methods
  }
}

/** Thrown by a method where Java would throw: `className` and message make up the engine's message. */
export class JavaException extends Error {
  override readonly name = 'JavaException'
  readonly className: string
  readonly reason: string

  constructor(className: string, message: string | undefined) {
    super(message === undefined ? className : `${className}: ${message}`)
    this.className = className
    this.reason = message ?? ''
  }
}

/** The name of a value's Java class. */
export function classNameOf(value: Exclude<Value, null>): string {
  if (typeof value === 'string') return 'java.lang.String'
  return typeof value === 'boolean' ? 'java.lang.Boolean' : value.className
}

/** A text stands for itself unless it begins like what stands for a character or a number. */
function identityOf(key: Value): unknown {
  if (typeof key === 'string') return key.startsWith('\0') ? `\0s${key}` : key
  if (key === null || typeof key === 'boolean') return key
  if (key instanceof JavaChar) return `\0c${key.text}`
  return 'whole' in key ? `\0n${key.type} ${key.toString()}` : key
}

function bucketOf(hash: number, capacity: number): number {
  return (hash ^ (hash >>> 16)) & (capacity - 1)
}

function keyHash(key: Value): number {
  if (typeof key === 'string') return textHash(key)
  if (typeof key === 'boolean') return key ? 1231 : 1237
  if (key instanceof JavaChar) return key.text.charCodeAt(0)
  if (key !== null && 'whole' in key)
    return Number(BigInt.asIntN(32, key.whole ^ (key.whole >> 32n)))
  return 0
}

/** Java's hash code of a text. */
export function textHash(text: string): number {
  let hash = 0
  for (let i = 0; i < text.length; i++) hash = (Math.imul(31, hash) + text.charCodeAt(i)) | 0
  return hash
}
