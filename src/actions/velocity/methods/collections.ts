import { hashOf, isTrue, sameValue } from '../java-semantics.ts'
import { int, JavaNumber } from '../numbers.ts'
import {
  type Arguments,
  type JavaEntry,
  JavaException,
  JavaIterator,
  JavaList,
  type JavaMap,
  type LoopScope,
  type Methods,
  type Value,
} from '../values.ts'
import { castFailure, compareSameClass } from './cast.ts'

function checked(self: JavaList, index: number): number {
  if (index < 0 || index >= self.items.length) {
    const isArray = self.shape === 'array'
    throw new JavaException(
      `java.lang.${isArray ? 'Array' : ''}IndexOutOfBoundsException`,
      isArray || self.className.endsWith('$IntegerRange')
        ? undefined
        : `Index ${index} out of bounds for length ${self.items.length}`,
    )
  }
  return index
}

/** Refuses to change what Java would not let change: views of a map take nothing new, arrays nothing. */
function growing(self: JavaList): Value[] {
  return self.backing === undefined ? writable(self) : refuse()
}

function refuse(): never {
  throw new JavaException('java.lang.UnsupportedOperationException', undefined)
}

function writable(self: JavaList): Value[] {
  return self.shape === 'list' || self.shape === 'set' ? self.items : refuse()
}

function indexOf(self: JavaList, args: Arguments): number {
  const wanted = args.value(0)
  return self.items.findIndex((item) => sameValue(item, wanted, args.budget))
}

function lastIndexOf(self: JavaList, args: Arguments): number {
  const wanted = args.value(0)
  return self.items.findLastIndex((item) => sameValue(item, wanted, args.budget))
}

function removeItem(self: JavaList, args: Arguments): boolean {
  const at = indexOf(self, args)
  if (at >= 0) writable(self).splice(at, 1)
  return at >= 0
}

function addAll(self: JavaList, args: Arguments): boolean {
  const items = args.list(0).items
  if (items.length === 0) return false
  args.budget.step(items.length)
  const target = growing(self)
  for (const item of items.slice()) target.push(item)
  return true
}

function removeWhere(self: JavaList, args: Arguments, present: boolean): boolean {
  const others = args.list(0).items
  const known = (item: Value) => others.some((other) => sameValue(item, other, args.budget))
  const kept = self.items.filter((item) => known(item) !== present)
  if (kept.length === self.items.length) return false
  const target = writable(self)
  target.length = 0
  for (const item of kept) target.push(item)
  return true
}

function subList(self: JavaList, args: Arguments): JavaList {
  const [from, to] = [args.int(0), args.int(1)]
  const failure = 'java.lang.IndexOutOfBoundsException'
  if (from < 0) throw new JavaException(failure, `fromIndex = ${from}`)
  if (to > self.items.length) throw new JavaException(failure, `toIndex = ${to}`)
  if (from > to) {
    throw new JavaException(
      'java.lang.IllegalArgumentException',
      `fromIndex(${from}) > toIndex(${to})`,
    )
  }
  args.budget.step(to - from)
  return new JavaList(self.items.slice(from, to), 'fixed', 'java.util.ArrayList$SubList')
}

/** What arrays and lists share: arrays answer to the methods of lists in templates. */
const sequenceMethods: Methods<JavaList> = {
  'size()': (self) => int(self.items.length),
  'isEmpty()': (self) => self.items.length === 0,
  'get(int)': (self, args) => self.items[checked(self, args.int(0))] ?? null,
  'set(int,Object)': (self, args) => {
    if (self.shape !== 'array') writable(self)
    const at = checked(self, args.int(0))
    const before = self.items[at] ?? null
    self.items[at] = args.value(1)
    return before
  },
  'contains(Object)': (self, args) => indexOf(self, args) >= 0,
  'containsAll(Collection)': (self, args) =>
    args
      .list(0)
      .items.every((wanted) => self.items.some((item) => sameValue(item, wanted, args.budget))),
  'indexOf(Object)': (self, args) => int(indexOf(self, args)),
  'lastIndexOf(Object)': (self, args) => int(lastIndexOf(self, args)),
  'iterator()': (self) => new JavaIterator(self.items),
  'subList(int,int)': subList,
  'toArray()': (self) => new JavaList([...self.items], 'array', '[Ljava.lang.Object;'),
}

const changingMethods: Methods<JavaList> = {
  'add(Object)': (self, args) => {
    const isKnown = self.shape === 'set' && indexOf(self, args) >= 0
    if (isKnown && self.backing === undefined) return false
    args.budget.step()
    growing(self).push(args.value(0))
    return true
  },
  'remove(Object)': removeItem,
  'addAll(Collection)': addAll,
  'removeAll(Collection)': (self, args) => removeWhere(self, args, true),
  'retainAll(Collection)': (self, args) => removeWhere(self, args, false),
  'clear()': (self) => {
    if (self.items.length > 0) writable(self).splice(0)
    return undefined
  },
}

const placedMethods: Methods<JavaList> = {
  'remove(int)': (self, args) => {
    const items = writable(self)
    return items.splice(checked(self, args.int(0)), 1)[0] ?? null
  },
  'add(int,Object)': (self, args) => {
    const items = writable(self)
    const at = args.int(0)
    if (at !== self.items.length) checked(self, at)
    args.budget.step()
    items.splice(at, 0, args.value(1))
    return undefined
  },
  'addAll(int,Collection)': (self, args) => {
    const [at, items] = [args.int(0), args.list(1).items.slice()]
    if (at !== self.items.length) checked(self, at)
    args.budget.step(items.length)
    writable(self).splice(at, 0, ...items)
    return items.length > 0
  },
}

const listOnlyMethods: Methods<JavaList> = {
  'clone()': (self, args) => {
    args.budget.step(self.items.length)
    return new JavaList([...self.items])
  },
  'of(Object...)': (_, args) => unchanging(args.values),
  'copyOf(Collection)': (_, args) => {
    args.budget.step(args.list(0).items.length)
    return unchanging(args.list(0).items)
  },
  'ensureCapacity(int)': () => undefined,
  'trimToSize()': () => undefined,
  'sort(Comparator)': (self, args) => {
    args.budget.step(self.items.length * 8)
    writable(self).sort(inNaturalOrder)
    return undefined
  },
}

/** What `List.of` gives, a static method that templates reach through any list: it refuses nulls and changes. */
function unchanging(items: readonly Value[]): JavaList {
  if (items.includes(null)) throw new JavaException('java.lang.NullPointerException', undefined)
  const className = `java.util.ImmutableCollections$List${items.length === 1 || items.length === 2 ? '12' : 'N'}`
  return new JavaList([...items], 'fixed', className)
}

/** Orders values of one class as their `compareTo` does. */
function inNaturalOrder(left: Value, right: Value): number {
  if (typeof left === 'string') {
    if (typeof right !== 'string') castFailure(right, 'java.lang.String')
    return left < right ? -1 : Number(left > right)
  }
  if (left instanceof JavaNumber) return compareSameClass(left, right)
  if (typeof left === 'boolean') return compareFlags(left, right)
  return castFailure(left, 'java.lang.Comparable')
}

function pick(names: readonly string[]): Methods<JavaList> {
  const chosen = Object.entries(sequenceMethods).filter(([signature]) => names.includes(signature))
  return Object.fromEntries(chosen)
}

/** The methods of `java.util.List`. */
export const listMethods: Methods<JavaList> = {
  ...listOnlyMethods,
  ...placedMethods,
  ...sequenceMethods,
  ...changingMethods,
}

/** The methods that Velocity lends to arrays; those that would change their length fail. */
export const arrayMethods: Methods<JavaList> = {
  ...placedMethods,
  ...sequenceMethods,
  ...changingMethods,
}

/** The methods of `java.util.Set` and of the other views of a map. */
export const setMethods: Methods<JavaList> = {
  ...pick([
    'size()',
    'isEmpty()',
    'contains(Object)',
    'containsAll(Collection)',
    'iterator()',
    'toArray()',
  ]),
  ...changingMethods,
}

function view(self: JavaMap, name: string, items: Value[]): JavaList {
  const shape = name === 'Values' ? 'collection' : 'set'
  const linked = self.order === 'insertion'
  const className = linked
    ? `java.util.LinkedHashMap$Linked${name === 'EntrySet' ? 'EntrySet' : name === 'KeySet' ? 'KeySet' : 'Values'}`
    : `java.util.HashMap$${name}`
  const list = new JavaList(items, shape, className)
  list.backing = self
  return list
}

function holdsPair(self: JavaMap, args: Arguments): boolean {
  const found = self.get(args.value(0))
  return found !== undefined && sameValue(found, args.value(1), args.budget)
}

/** The methods of `java.util.Map`. */
export const mapMethods: Methods<JavaMap> = {
  'size()': (self) => int(self.size),
  'isEmpty()': (self) => self.size === 0,
  'get(Object)': (self, args) => self.get(args.value(0)) ?? null,
  'getOrDefault(Object,Object)': (self, args) => {
    const found = self.get(args.value(0))
    return found === undefined ? args.value(1) : found
  },
  'containsKey(Object)': (self, args) => self.get(args.value(0)) !== undefined,
  'containsValue(Object)': (self, args) =>
    self.entries().some(({ value }) => sameValue(value, args.value(0), args.budget)),
  'put(Object,Object)': (self, args) => {
    args.budget.step()
    return self.put(args.value(0), args.value(1))
  },
  'putIfAbsent(Object,Object)': (self, args) => {
    const before = self.get(args.value(0)) ?? null
    if (before === null) self.put(args.value(0), args.value(1))
    return before
  },
  'putAll(Map)': (self, args) => {
    for (const { key, value } of args.map(0).entries()) {
      args.budget.step()
      self.put(key, value)
    }
    return undefined
  },
  'remove(Object)': (self, args) => self.remove(args.value(0)),
  'remove(Object,Object)': (self, args) => {
    const same = holdsPair(self, args)
    if (same) self.remove(args.value(0))
    return same
  },
  'replace(Object,Object,Object)': (self, args) => {
    const same = holdsPair(self, args)
    if (same) self.put(args.value(0), args.value(2))
    return same
  },
  'replace(Object,Object)': (self, args) =>
    self.get(args.value(0)) === undefined ? null : self.put(args.value(0), args.value(1)),
  'clear()': (self) => {
    self.clear()
    return undefined
  },
  'keySet()': (self) =>
    view(
      self,
      'KeySet',
      self.entries().map(({ key }) => key),
    ),
  'values()': (self) =>
    view(
      self,
      'Values',
      self.entries().map(({ value }) => value),
    ),
  'entrySet()': (self) => view(self, 'EntrySet', self.entries()),
}

/** The methods of `java.util.Map.Entry`. */
export const entryMethods: Methods<JavaEntry> = {
  'getKey()': (self) => self.key,
  'getValue()': (self) => self.value,
  'setValue(Object)': (self, args) => {
    const before = self.value
    self.value = args.value(0)
    return before
  },
  'hashCode()': (self, args) => int(hashOf(self, args.budget)),
}

/** The methods of `java.util.Iterator`. */
export const iteratorMethods: Methods<JavaIterator> = {
  'hasNext()': (self) => self.next < self.items.length,
  'next()': (self) => {
    if (self.next >= self.items.length) {
      throw new JavaException('java.util.NoSuchElementException', undefined)
    }
    return self.items[self.next++] ?? null
  },
}

/** What `$foreach` offers within a loop. */
export const loopMethods: Methods<LoopScope> = {
  'getIndex()': (self) => int(self.index),
  'getCount()': (self) => int(self.index + 1),
  'hasNext()': (self) => self.hasNext,
  'getHasNext()': (self) => self.hasNext,
  'isFirst()': (self) => self.index < 1,
  'getFirst()': (self) => self.index < 1,
  'isLast()': (self) => !self.hasNext,
  'getLast()': (self) => !self.hasNext,
  'getReplaced()': (self) => self.replaced,
  'getParent()': (self) => self.parent ?? null,
  'getTopmost()': (self) => {
    let top = self
    while (top.parent !== undefined) top = top.parent
    return top
  },
  'get(Object)': (self, args) => scoped(self, args.value(0)),
  'put(Object,Object)': (self, args) => self.own.put(args.value(0), args.value(1)),
  'set(Object,Object)': (self, args) => {
    self.own.put(args.value(0), args.value(1))
    return ''
  },
  'size()': (self) => int(self.own.size),
  'isEmpty()': (self) => self.own.size === 0,
}

/** A loop's own variable, or that of a loop around it. */
export function scoped(scope: LoopScope, key: Value): Value {
  let at: LoopScope | undefined = scope
  while (at !== undefined) {
    const found = at.own.get(key)
    if (found !== undefined) return found
    at = at.parent
  }
  return null
}

function isTrueText(_: boolean, args: Arguments): boolean {
  return args.value(0) !== null && args.text(0).toLowerCase() === 'true'
}

/** The methods of `java.lang.Boolean`; the static ones do not look at the value that they are called on. */
export const flagMethods: Methods<boolean> = {
  'booleanValue()': (self) => self,
  'parseBoolean(String)': isTrueText,
  'valueOf(boolean)': (_, args) => args.flag(0),
  'valueOf(String)': isTrueText,
  'toString(boolean)': (_, args) => String(args.flag(0)),
  'compare(boolean,boolean)': (_, args) => int(Number(args.flag(0)) - Number(args.flag(1))),
  'logicalAnd(boolean,boolean)': (_, args) => args.flag(0) && args.flag(1),
  'logicalOr(boolean,boolean)': (_, args) => args.flag(0) || args.flag(1),
  'logicalXor(boolean,boolean)': (_, args) => args.flag(0) !== args.flag(1),
  'compareTo(Object)': (self, args) => int(compareFlags(self, args.value(0))),
}

function compareFlags(self: boolean, other: Value): number {
  if (typeof other !== 'boolean') castFailure(other, 'java.lang.Boolean')
  return Number(self) - Number(isTrue(other))
}
