import { createRequire, isBuiltin, registerHooks, syncBuiltinESMExports } from 'node:module'
import {
  brokeredModules,
  closedProcessMembers,
  harmlessParts,
  innerModules,
  openModules,
  refusingModules,
} from './builtins.ts'

/** An error about something that no function gets. */
export function forbidden(message: string): Error {
  return Object.assign(new Error(message), { code: 'ERR_FORBIDDEN' })
}

/**
 * Takes the network and the way around it out of this process, before any code of a package runs.
 *
 * This is defence in depth, not a wall: the code runs in the same realm. The walls are the process with its
 * `--permission` flags (files, children, threads, addons, `process.binding`) and, where the platform has it, a
 * network namespace without interfaces. Node 24's permissions know nothing of sockets, so without a namespace
 * these replacements are what keeps a package off the network: each module object is emptied, so that it does not
 * matter by which way (`require`, `import`, `createRequire`, `getBuiltinModule`) it is reached.
 */
export function lockDown(replacements: Readonly<Record<string, object>>): void {
  const require = createRequire(import.meta.url)
  // All are loaded before the first is emptied: while they load they take parts from each other.
  for (const name of [...innerModules, ...refusingModules, ...brokeredModules]) require(name)
  for (const name of innerModules) empty(require(name), name)
  for (const name of refusingModules) refuse(require(`node:${name}`), name)
  for (const name of brokeredModules) {
    const target = require(`node:${name}`)
    const { STATUS_CODES, METHODS } = target
    empty(target, name)
    Object.assign(target, { STATUS_CODES, METHODS }, replacements[name])
  }
  const moduleBuiltin = require('node:module')
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context)
      if (isBuiltin(specifier)) assertOpen(specifier)
      if (resolved.url.startsWith('node:')) assertOpen(resolved.url)
      return resolved
    },
  })
  for (const name of ['registerHooks', 'register', 'enableCompileCache', 'runMain']) {
    Reflect.deleteProperty(moduleBuiltin, name)
  }
  syncBuiltinESMExports()
  closeProcess()
  for (const name of ['WebSocket', 'EventSource', 'CloseEvent'])
    Reflect.deleteProperty(globalThis, name)
}

function assertOpen(specifier: string): void {
  const name = specifier.replace(/^node:/, '')
  const isOpen = openModules.has(name) || brokeredModules.has(name) || refusingModules.has(name)
  if (!isOpen) throw forbidden(`A function cannot use the module ${name}.`)
}

/** Takes everything out of a module object. */
function empty(target: object, name: string): void {
  for (const key of Reflect.ownKeys(target)) {
    if (!Reflect.deleteProperty(target, key)) Reflect.set(target, key, refusal(name))
  }
}

/** Leaves plain values and harmless parts in a module object; the rest refuses when it is called. */
function refuse(target: object, name: string): void {
  const kept = new Map<PropertyKey, unknown>()
  for (const key of Reflect.ownKeys(target)) {
    const isHarmless = harmlessParts[name]?.includes(String(key)) === true
    const value: unknown = isHarmless ? Reflect.get(target, key) : plainOrRefusal(target, key, name)
    kept.set(key, value)
  }
  empty(target, name)
  for (const [key, value] of kept) {
    // What cannot be redefined is a list of certificates, behind a getter.
    Reflect.defineProperty(target, key, {
      value,
      writable: true,
      configurable: true,
      enumerable: true,
    })
  }
}

function plainOrRefusal(target: object, key: PropertyKey, name: string): unknown {
  const descriptor = Reflect.getOwnPropertyDescriptor(target, key)
  const value: unknown = descriptor?.value
  const isPlain = ['string', 'number', 'boolean'].includes(typeof value) || value === null
  return isPlain ? value : refusal(name)
}

function refusal(name: string) {
  return function refused(): never {
    throw forbidden(`A function cannot use ${name}; it reaches others by http, https or fetch.`)
  }
}

function closeProcess(): void {
  const { getBuiltinModule } = process
  for (const name of closedProcessMembers) {
    const value = typeof Reflect.get(process, name) === 'function' ? refusal(name) : undefined
    Object.defineProperty(process, name, { value, writable: false, configurable: false })
  }
  Object.defineProperty(process, 'getBuiltinModule', {
    writable: false,
    configurable: false,
    value(name: string) {
      assertOpen(String(name))
      return getBuiltinModule.call(process, name)
    },
  })
}
