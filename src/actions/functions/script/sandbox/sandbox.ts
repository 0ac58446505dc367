import { callEntry, reportFailure } from './answer.ts'
import { SandboxBuffer } from './buffer.ts'
import { decodeBytes, encodeText } from './bytes.ts'
import { type ConsoleBounds, createConsole } from './console.ts'
import type { Host } from './host.ts'
import type { HostReply } from './http-response.ts'
import { createRequire } from './modules.ts'
import { SandboxSearchParams } from './search-params.ts'
import { createTimers } from './timers.ts'
import { SandboxUrl } from './url.ts'

type OnReply = (reply: HostReply | { error: { code: string; message: string } }) => void

/**
 * Furnishes the global object for one script and gives the functions that the host calls. Everything here runs
 * inside the interpreter, beside the user's code, and guards nothing: the walls are the interpreter's memory and
 * the process around it.
 */
export function createSandbox(host: Host, bounds: ConsoleBounds) {
  const guarded = (call: () => void) => {
    try {
      call()
    } catch (error) {
      reportFailure(host, error)
    }
  }
  const defer = (call: () => void) => {
    void Promise.resolve().then(() => guarded(call))
  }
  const timers = createTimers(host)
  const awaiting = new Map<number, OnReply>()
  const console = createConsole(host, bounds)
  let lastRequest = 0
  const send = (message: object, onReply: OnReply) => {
    lastRequest += 1
    awaiting.set(lastRequest, onReply)
    host('request', lastRequest, JSON.stringify(message))
  }
  const module: { exports: unknown } = { exports: {} }
  const { fire, ...timerFunctions } = timers
  const globals = {
    ...timerFunctions,
    console,
    require: createRequire({ send, timers, defer }, console),
    module,
    exports: module.exports,
    Buffer: SandboxBuffer,
    URL: SandboxUrl,
    URLSearchParams: SandboxSearchParams,
    global: globalThis,
    btoa: (text: unknown) => decodeBytes(encodeText(String(text), 'latin1'), 'base64'),
    atob: (text: unknown) => decodeBytes(encodeText(String(text), 'base64'), 'latin1'),
    queueMicrotask: defer,
  }
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true })
  }
  let endWithoutAnswer = () => {}
  return {
    /** Calls the script's entry with its inputs and context, both as JSON. */
    start: (execute: unknown, handler: unknown, json: string) =>
      guarded(() => {
        const { event, context } = JSON.parse(json)
        if (isEntry(execute)) {
          const values = [{ ...context, inputs: event }]
          endWithoutAnswer = callEntry(execute, {
            form: 'execute',
            values,
            host,
          })
          return
        }
        const entry = handlerOf(module.exports) ?? handler
        if (!isEntry(entry)) {
          throw new Error('The code has no function named execute, and exports no handler.')
        }
        const values = [event, context]
        endWithoutAnswer = callEntry(entry, { form: 'handler', values, host })
      }),
    /** Called when nothing is under way and no answer came. */
    idle: () => guarded(() => endWithoutAnswer()),
    fire: (id: number) => guarded(() => fire(id)),
    reply: (request: number, json: string) =>
      guarded(() => {
        const onReply = awaiting.get(request)
        awaiting.delete(request)
        onReply?.(JSON.parse(json))
      }),
  }
}

function handlerOf(exports: unknown): unknown {
  if (typeof exports === 'function') return exports
  const { handler, execute } = Object(exports)
  return handler ?? execute
}

function isEntry(value: unknown): value is (...values: never[]) => unknown {
  return typeof value === 'function'
}
