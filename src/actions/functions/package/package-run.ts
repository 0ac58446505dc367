import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** A handler as the vendor's platform calls it. */
export type Handler = (event: unknown, context: object, callback: Callback) => unknown
type Callback = (error: unknown, value?: unknown) => void

/** Loads a handler such as `src/index.handler`: path without extension, then the name of the export. */
export async function loadHandler(folder: string, handler: string): Promise<Handler> {
  const [, path = '', names = ''] = /^((?:.*\/)?[^./]+)\.(.+)$/.exec(handler) ?? []
  const file = ['.js', '.mjs', '.cjs'].map((end) => join(folder, path) + end).find(existsSync)
  if (path === '' || file === undefined) {
    throw new Error(`There is no file for the handler ${handler} in the package.`)
  }
  const exported: unknown = await import(pathToFileURL(file).href)
  const found = memberOf(exported, names) ?? memberOf(memberOf(exported, 'default'), names)
  if (!isHandler(found)) throw new Error(`The package exports no function ${handler}.`)
  return found
}

function isHandler(value: unknown): value is Handler {
  return typeof value === 'function'
}

function memberOf(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inside, name) => Object(inside)[name], value)
}

/** Calls a handler and gives its first answer: the value of its promise, or what it gave the callback. */
export function callHandler(handler: Handler, event: unknown, context: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const callback: Callback = (error, value) => {
      if (error === null || error === undefined) resolve(value)
      else reject(error)
    }
    const legacy = { done: callback, succeed: resolve, fail: reject }
    const full = Object.create(legacy, Object.getOwnPropertyDescriptors(context))
    const returned = handler(event, full, callback)
    const isPromise = typeof Object(returned).then === 'function'
    const isValue = returned !== undefined && handler.length < 3 // without a callback
    if (isPromise || isValue) resolve(returned)
  })
}

/** Thrown for a result that is longer than a result may be. */
class OutputError extends Error {}

/** Writes a result as JSON; nothing becomes `null`, as on the vendor's platform. */
export function writeResult(value: unknown, bytesMax: number): string {
  let json: string
  try {
    json = JSON.stringify(value) ?? 'null'
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
    throw new Error(`The result cannot be written as JSON: ${reason}`, { cause })
  }
  if (json.length <= bytesMax) return json // the server counts again, in bytes
  throw new OutputError(`The result is longer than the ${bytesMax} bytes allowed.`)
}

/** What the server is told of an error; paths are shown as they stand in the package. */
export function describeError(error: unknown, folder: string): object {
  const { name, message, stack, code, cause } = Object(error)
  if (typeof message !== 'string') {
    return {
      failure: 'error',
      message: typeof error === 'string' ? error : `Thrown: ${String(error)}`,
    }
  }
  if (error instanceof OutputError) return { failure: 'output', message }
  if (Object(cause).code === 'ERR_FORBIDDEN') return describeError(cause, folder) // out of fetch
  const isForbidden = code === 'ERR_FORBIDDEN' || code === 'ERR_ACCESS_DENIED'
  const isSyntax = name === 'SyntaxError' && !/^\s+at (?!.*node:)/m.test(String(stack))
  const failure = isForbidden ? 'forbidden' : isSyntax ? 'syntax' : 'error'
  const named =
    name === 'Error' || name === undefined || isForbidden ? message : `${name}: ${message}`
  const inside = String(stack ?? '')
    .replaceAll('file://', '')
    .split(`${folder}/`)
    .slice(1)
  const [, line, column] = /^[^\n:]*:(\d+)(?::(\d+))?/.exec(inside[0] ?? '') ?? []
  return {
    failure,
    message: named.replaceAll(`${folder}/`, ''),
    ...(line === undefined ? {} : { line: Number(line) }),
    ...(column === undefined ? {} : { column: Number(column) }),
  }
}

/** The context's one function, beside its data. */
export function withRemainingTime(context: object, timeoutMs: number): object {
  const endMs = performance.now() + timeoutMs
  const getRemainingTimeInMillis = () => Math.max(0, Math.round(endMs - performance.now()))
  return { ...context, getRemainingTimeInMillis }
}
