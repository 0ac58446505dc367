/** Program of a child that runs one package: shuts itself in, then loads the handler and calls it run by run. */
import { Writable } from 'node:stream'
import { format, inspect } from 'node:util'
import { openPort } from '../child-port.ts'
import { createBrokeredFetch } from './brokered-fetch.ts'
import { createBrokeredHttp } from './brokered-http.ts'
import type { Ask, BrokeredReply } from './brokered-request.ts'
import { lockDown } from './lockdown.ts'
import {
  callHandler,
  describeError,
  type Handler,
  loadHandler,
  withRemainingTime,
  writeResult,
} from './package-run.ts'

const [folder = '', handlerName = ''] = process.argv.slice(2)
const characterMax = 16_384

let run = 0
let handler: Promise<Handler> | undefined
let consoleLeft = { lines: 0, characters: 0 }
let lastRequest = 0
const awaiting = new Map<number, (reply: Reply) => void>()

type Reply = BrokeredReply | { readonly error: { readonly code: string; readonly message: string } }

const ask: Ask = ({ method, url, headers, body }) => {
  lastRequest += 1
  const request = lastRequest
  const encoded = { body: body.toString('base64'), encoding: 'base64' }
  port.send({ type: 'request', run, request, method, url, headers, ...encoded })
  return new Promise((resolve, reject) => {
    awaiting.set(request, (reply) => {
      if (!('error' in reply)) return resolve(reply)
      const { code, message } = reply.error
      reject(Object.assign(new Error(message), { code }))
    })
  })
}

for (const name of Object.keys(process.env)) delete process.env[name] // the shell's own
new Response(new Request('http://localhost').body) // loaded now, with all that their module needs
captureConsole()
const { kill } = process
lockDown({ http: createBrokeredHttp('http:', ask), https: createBrokeredHttp('https:', ask) })
Object.defineProperty(globalThis, 'fetch', { value: createBrokeredFetch(ask), writable: true })
Object.defineProperty(process, 'reallyExit', { value: endProcess })
process.argv = ['node', folder]
process.on('uncaughtException', (error) => fail(error, true))
process.on('unhandledRejection', (error) => fail(error, true))

const port = openPort(3, (message) => {
  const { type, run: about, request, ...rest } = Object(message)
  if (type === 'run') {
    run = about
    void answer(rest)
  } else if (type === 'reply' && about === run) {
    awaiting.get(request)?.(rest)
    awaiting.delete(request)
  }
})
port.send({ type: 'ready' })

interface Job {
  readonly event: unknown
  readonly context: object
  readonly timeoutMs: number
  readonly limits: {
    readonly consoleLinesMax: number
    readonly consoleBytesMax: number
    readonly payloadBytesMax: number
  }
}

async function answer({ event, context, timeoutMs, limits }: Job): Promise<void> {
  const asked = run
  consoleLeft = { lines: limits.consoleLinesMax + 1, characters: limits.consoleBytesMax + 1 }
  try {
    handler ??= loadHandler(folder, handlerName)
    const called = callHandler(await handler, event, withRemainingTime(context, timeoutMs))
    const json = writeResult(await called, limits.payloadBytesMax)
    port.send({ type: 'result', run: asked, json })
  } catch (error) {
    // A package that could not be loaded is loaded afresh: in a new process.
    fail(error, !(await wasLoaded()))
  }
}

async function wasLoaded(): Promise<boolean> {
  return (await Promise.allSettled([handler]))[0].status === 'fulfilled'
}

function fail(error: unknown, isLast: boolean): void {
  port.send({ type: 'failure', run, isLast, ...describeError(error, folder) })
  if (isLast) kill.call(process, process.pid, 'SIGKILL')
}

/** Ends the process at once: an orderly end would wait for the line to the server, which is being read. */
function endProcess(code: number): void {
  const message = `The function ended its process with exit code ${code} before it answered.`
  fail(Object.assign(new Error(message), { stack: '' }), true)
}

/** Sends what is written to the console, and to the process' outputs, to the server. */
function captureConsole(): void {
  const write = (level: string, text: string) => {
    // One line beyond the bounds is let through: it tells the server that something was cut.
    if (consoleLeft.lines <= 0 || consoleLeft.characters <= 0) return
    const shown = text.length > characterMax ? `${text.slice(0, characterMax)}…` : text
    consoleLeft = {
      lines: consoleLeft.lines - 1,
      characters: consoleLeft.characters - shown.length,
    }
    port.send({ type: 'console', run, level, text: shown })
  }
  for (const level of ['log', 'debug', 'info', 'warn', 'error', 'trace'] as const) {
    console[level] = (...values: unknown[]) => write(level, format(...values))
  }
  console.dir = (value: unknown) => write('log', inspect(value))
  for (const [name, level] of [
    ['stdout', 'log'],
    ['stderr', 'error'],
  ] as const) {
    const value = new Writable({
      write(chunk, _encoding, done) {
        write(level, String(chunk).replace(/\n$/, ''))
        done()
      },
    })
    Object.defineProperty(process, name, { value, configurable: true })
  }
}
