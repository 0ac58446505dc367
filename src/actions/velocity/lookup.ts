import { type Call, findCall, type MethodTable, methodTable, objectMethods } from './invoke.ts'
import type { Budget } from './limits.ts'
import {
  arrayMethods,
  entryMethods,
  flagMethods,
  iteratorMethods,
  listMethods,
  loopMethods,
  mapMethods,
  scoped,
  setMethods,
} from './methods/collections.ts'
import { charMethods, exactMethods, numberMethods, realMethods } from './methods/number.ts'
import { realClassMethods, wholeClassMethods } from './methods/static-number.ts'
import { textMethods } from './methods/text.ts'
import { JavaNumber } from './numbers.ts'
import {
  BlockValue,
  classNameOf,
  JavaChar,
  JavaClass,
  JavaEntry,
  JavaIterator,
  JavaList,
  JavaMap,
  LoopScope,
  Tool,
  type Value,
} from './values.ts'

const tables = {
  text: methodTable(textMethods),
  int: methodTable({ ...numberMethods, ...wholeClassMethods('int') }),
  long: methodTable({ ...numberMethods, ...wholeClassMethods('long') }),
  float: methodTable(realMethods),
  double: methodTable({ ...realMethods, ...realClassMethods }),
  exact: methodTable(exactMethods),
  char: methodTable(charMethods),
  flag: methodTable(flagMethods),
  list: methodTable(listMethods),
  array: methodTable(arrayMethods),
  set: methodTable(setMethods),
  map: methodTable(mapMethods),
  entry: methodTable(entryMethods),
  iterator: methodTable(iteratorMethods),
  loop: methodTable(loopMethods),
}

const classTable: MethodTable<JavaClass> = methodTable({
  'getName()': (self) => self.name,
  'getSimpleName()': (self) => self.name.slice(self.name.search(/[^.$]*$/)),
  'getPackageName()': (self) => self.name.slice(0, Math.max(self.name.lastIndexOf('.'), 0)),
  'isArray()': (self) => self.name.startsWith('['),
  'isInstance(Object)': (self, args) => {
    const value = args.value(0)
    return value !== null && classNameOf(value) === self.name
  },
})

const toolTables = new WeakMap<object, MethodTable<Tool>>()

function toolTable(tool: Tool): MethodTable<Tool> {
  const known = toolTables.get(tool.methods)
  if (known !== undefined) return known
  const made = methodTable(tool.methods)
  toolTables.set(tool.methods, made)
  return made
}

/** Finds the method of a value that takes these arguments; undefined when there is none. */
export function findMethod(
  self: Exclude<Value, null>,
  name: string,
  call: { readonly args: readonly Value[]; readonly budget: Budget },
): Call | undefined {
  const { args, budget } = call
  const own = findOwn(self, { name, args, budget })
  return own ?? findCall(objectMethods, { self, name, budget }, args)
}

function findOwn(
  self: Exclude<Value, null>,
  call: { readonly name: string; readonly args: readonly Value[]; readonly budget: Budget },
): Call | undefined {
  const { name, args, budget } = call
  if (typeof self === 'string') return findCall(tables.text, { self, name, budget }, args)
  if (typeof self === 'boolean') return findCall(tables.flag, { self, name, budget }, args)
  if (self instanceof JavaNumber) {
    const table = self.type === 'big' || self.type === 'decimal' ? tables.exact : tables[self.type]
    return findCall(table, { self, name, budget }, args)
  }
  if (self instanceof JavaList) {
    const lists = self.shape === 'list' || self.shape === 'fixed' ? tables.list : tables.set
    return findCall(self.shape === 'array' ? tables.array : lists, { self, name, budget }, args)
  }
  if (self instanceof JavaMap) return findCall(tables.map, { self, name, budget }, args)
  if (self instanceof Tool) return findCall(toolTable(self), { self, name, budget }, args)
  if (self instanceof LoopScope) return findCall(tables.loop, { self, name, budget }, args)
  if (self instanceof JavaEntry) return findCall(tables.entry, { self, name, budget }, args)
  if (self instanceof JavaClass) return findCall(classTable, { self, name, budget }, args)
  if (self instanceof JavaChar) return findCall(tables.char, { self, name, budget }, args)
  if (self instanceof JavaIterator) return findCall(tables.iterator, { self, name, budget }, args)
  return self instanceof BlockValue ? undefined : self
}

interface GetterNames {
  readonly methods: readonly string[]
  readonly isMethod: string
  /** True when no method of a map has any of these names, so that a map can only have it as a key. */
  readonly isKey: boolean
}

const knownGetters = new Map<string, GetterNames>()
const knownGettersMax = 2_000

/** The methods that may read a property, kept: templates ask for the same few names. */
function getterNames(name: string): GetterNames {
  const known = knownGetters.get(name)
  if (known !== undefined) return known
  const capital = name.charAt(0).toUpperCase() + name.slice(1)
  const methods = [`get${capital}`, `get${name}`, name]
  const isKey = !methods.some((method) => tables.map.has(method) || objectMethods.has(method))
  const made = { methods, isMethod: `is${capital}`, isKey }
  if (knownGetters.size >= knownGettersMax) knownGetters.clear()
  knownGetters.set(name, made)
  return made
}

/** How a property is read: by which call, and under which method name failures report it. */
export interface Getter {
  readonly method: string
  readonly call: Call
}

/** Whether a map reads this property as a key and in no other way: most properties of most templates. */
export function isOnlyKey(name: string): boolean {
  return getterNames(name).isKey
}

/**
 * Finds how `.name` is read, in the engine's order: `getName()`, `name()`, a map's key, `isName()`. The
 * constants of a class, such as `MAX_VALUE`, are no properties for the engine.
 */
export function findGetter(
  self: Exclude<Value, null>,
  name: string,
  budget: Budget,
): Getter | undefined {
  const { methods, isMethod } = getterNames(name)
  const none = { args: [], budget }
  for (const method of methods) {
    const call = findMethod(self, method, none)
    if (call !== undefined) return { method, call }
  }
  if (self instanceof JavaMap) {
    return { method: 'get', call: { run: () => self.get(name) ?? null } }
  }
  if (self instanceof LoopScope) return { method: 'get', call: { run: () => scoped(self, name) } }
  const call = findMethod(self, isMethod, none)
  return call === undefined ? undefined : { method: isMethod, call }
}
