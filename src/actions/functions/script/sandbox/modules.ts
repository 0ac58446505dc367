import { SandboxBuffer } from './buffer.ts'
import { SandboxEmitter } from './events.ts'
import { forbidden } from './host.ts'
import { createHttp } from './http.ts'
import type { RequestPorts } from './http-request.ts'
import { format, inspect } from './inspect.ts'
import { querystring } from './query.ts'
import { SandboxSearchParams } from './search-params.ts'
import { SandboxUrl } from './url.ts'

type Callback = (error: unknown, value?: unknown) => void

/** Turns a function that takes a callback at its end into one that gives a promise. */
function promisify(call: (...values: unknown[]) => unknown) {
  return (...values: unknown[]) =>
    new Promise((resolve, reject) => {
      const done: Callback = (error, value) => {
        if (error === null || error === undefined) resolve(value)
        else reject(error)
      }
      call(...values, done)
    })
}

/** Makes `require` for a script. It knows a handful of names; every other one is refused in a sentence. */
export function createRequire(ports: RequestPorts, console: object) {
  const events = Object.assign(SandboxEmitter, { EventEmitter: SandboxEmitter })
  const { timers } = ports
  const known: Readonly<Record<string, unknown>> = {
    http: createHttp('http:', ports),
    https: createHttp('https:', ports),
    url: { URL: SandboxUrl, URLSearchParams: SandboxSearchParams },
    querystring,
    buffer: { Buffer: SandboxBuffer },
    events,
    console,
    timers: { ...timers, fire: undefined },
    util: { format, inspect, promisify },
  }
  const names = Object.keys(known)
  return (name: unknown): unknown => {
    const bare = String(name).replace(/^node:/, '')
    if (Object.hasOwn(known, bare)) return known[bare]
    const message = `Cannot find module '${String(name)}'. A script may require ${names.join(', ')}.`
    throw forbidden(message)
  }
}
