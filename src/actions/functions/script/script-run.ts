import type { QuickJSHandle } from 'quickjs-emscripten-core'
import type { ChildPort } from '../child-port.ts'
import type { FunctionFailure } from '../function-result.ts'
import type { ScriptInstance } from './script-instance.ts'

/** What the server sends to start a run. */
export interface ScriptJob {
  readonly run: number
  readonly code: string
  /** `event` and `context` as JSON. */
  readonly input: string
  readonly cpuMs: number
  readonly bounds: {
    readonly consoleLinesMax: number
    readonly consoleBytesMax: number
    readonly payloadBytesMax: number
  }
}

/** A run under way, as the worker sees it. */
export interface ScriptRun {
  start(): void
  reply(request: number, json: string): void
}

/** Name under which the user's code appears in stacks. */
const fileName = 'function.js'
/** Jobs of promises done before the processor time is looked at from outside of them. */
const jobsAtOnce = 256

/** Ties one script to the line to the server. `onEnd` is called once, when nothing more will be said. */
export function createRun(
  { runtime, context, createSandbox, isMemoryFull }: ScriptInstance,
  job: ScriptJob,
  { port, onEnd }: { readonly port: ChildPort; readonly onEnd: (isSpent: boolean) => void },
): ScriptRun {
  const { run } = job
  const timers = new Map<number, NodeJS.Timeout>()
  let sandbox: QuickJSHandle | undefined
  let requestsUnderWay = 0
  let isOver = false
  let isCpuSpent = false
  let usedMicros = 0
  let enteredMicros = 0

  const finish = (message: object, isSpent: boolean) => {
    if (isOver) return
    isOver = true
    for (const timer of timers.values()) clearTimeout(timer)
    port.send({ ...message, run })
    onEnd(isSpent)
  }
  const fail = (failure: FunctionFailure, about: Thrown) => {
    if (isCpuSpent) {
      const message = `The function used more than ${job.cpuMs} ms of processor time.`
      return finish({ type: 'failure', failure: 'cpu', message }, true)
    }
    // Where not even an error can be made, the interpreter throws null.
    const isNull = /^(Thrown: )?null$/.test(about.message)
    const isMemoryOut = about.message.includes('out of memory') || (isNull && isMemoryFull())
    if (isMemoryOut && failure === 'error') {
      const message = 'The function used more memory than it may.'
      return finish({ type: 'failure', failure: 'memory', message }, true)
    }
    const message = about.message
    finish({ type: 'failure', failure, message, ...positionIn(about.stack) }, false)
  }
  runtime.setInterruptHandler(() => {
    isCpuSpent ||= usedMicros + cpuMicros() - enteredMicros > job.cpuMs * 1_000
    return isCpuSpent || isOver
  })

  /** Enters the interpreter, does the promises' jobs after it, and ends a run that waits for nothing. */
  const enter = (work: () => void) => {
    if (isOver) return
    enteredMicros = cpuMicros()
    try {
      work()
      drain()
      const isIdle = () => !isOver && timers.size === 0 && requestsUnderWay === 0
      if (isIdle()) call('idle')
      if (isIdle()) fail('error', { message: 'The function ended without an answer.' })
    } catch (error) {
      fail('error', readHostError(error))
    }
    usedMicros += cpuMicros() - enteredMicros
  }
  const drain = () => {
    while (!isOver && runtime.hasPendingJob()) {
      const result = runtime.executePendingJobs(jobsAtOnce)
      if (result.error) {
        fail('error', readThrown(context.dump(result.error)))
        result.dispose()
      }
    }
  }
  const call = (name: string, ...values: (string | number | QuickJSHandle)[]) => {
    if (sandbox === undefined) return
    const handles = values.map((value) =>
      typeof value === 'string'
        ? context.newString(value)
        : typeof value === 'number'
          ? context.newNumber(value)
          : value,
    )
    const result = context.callMethod(sandbox, name, handles)
    if (result.error) fail('error', readThrown(context.dump(result.error)))
    result.dispose()
  }
  const fire = (id: number) => {
    timers.delete(id)
    enter(() => call('fire', id))
  }
  const answer = (json: string) => {
    const { payloadBytesMax } = job.bounds
    if (json.length <= payloadBytesMax) return finish({ type: 'result', json }, false)
    fail('output', { message: `The result is longer than the ${payloadBytesMax} bytes allowed.` })
  }
  /** What the sandbox asks of the worker; anything it sends is for this run only. */
  const hear = (kind: string, first: string | number, second: string | number) => {
    if (isOver) return
    if (kind === 'console') port.send({ type: 'console', run, level: first, text: second })
    else if (kind === 'timer' && timers.size < 1_000) {
      timers.set(Number(first), setTimeout(fire, Number(second), Number(first)))
    } else if (kind === 'clearTimer') {
      clearTimeout(timers.get(Number(first)))
      timers.delete(Number(first))
    } else if (kind === 'request') {
      requestsUnderWay += 1
      const request = { ...JSON.parse(String(second)), encoding: 'base64' }
      port.send({ ...request, type: 'request', run, request: first })
    } else if (kind === 'result') answer(String(first))
    else if (kind === 'failure') {
      fail(first === 'forbidden' ? 'forbidden' : 'error', readThrown(JSON.parse(String(second))))
    }
  }
  const evaluate = (code: string, name: string): QuickJSHandle | undefined => {
    const result = context.evalCode(code, name)
    if (!result.error) return result.value
    const thrown = readThrown(context.dump(result.error))
    fail(
      thrown.name === 'SyntaxError' ? 'syntax' : thrown.isForbidden ? 'forbidden' : 'error',
      thrown,
    )
    return undefined
  }

  return {
    start: () =>
      enter(() => {
        const host = context.newFunction('host', (kind, first, second) => {
          hear(
            context.getString(kind),
            context.dump(first),
            context.dump(second ?? context.undefined),
          )
        })
        const bounds = context.unwrapResult(context.evalCode(`(${JSON.stringify(job.bounds)})`))
        const made = context.callFunction(createSandbox, context.undefined, host, bounds)
        sandbox = context.unwrapResult(made)
        if (evaluate(job.code, fileName) === undefined) return
        const execute = evaluate(entryNamed('execute'), 'entry.js')
        const handler = evaluate(entryNamed('handler'), 'entry.js')
        if (execute !== undefined && handler !== undefined)
          call('start', execute, handler, job.input)
      }),
    reply(request, json) {
      requestsUnderWay -= 1
      enter(() => call('reply', request, json))
    },
  }
}

/** Finds functions that were declared, and those in a `const`, which are no members of the global object. */
function entryNamed(name: string): string {
  return `typeof ${name} === 'function' ? ${name} : undefined`
}

function cpuMicros(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

interface Thrown {
  readonly name?: string
  readonly message: string
  readonly stack?: string
  readonly isForbidden?: boolean
}

function readThrown(value: unknown): Thrown {
  const { name, message, stack, code } = Object(value)
  if (typeof message !== 'string') return { message: `Thrown: ${String(value)}` }
  const isForbidden = code === 'ERR_FORBIDDEN'
  const isNamed = typeof name === 'string' && name !== 'Error' && !isForbidden
  const said = isNamed && !message.startsWith(name) ? `${name}: ${message}` : message
  return { name: String(name), message: said, stack: String(stack ?? ''), isForbidden }
}

function readHostError(error: unknown): Thrown {
  return {
    message: error instanceof Error ? `The interpreter failed: ${error.message}` : 'Failed.',
  }
}

function positionIn(stack = ''): { line?: number; column?: number } {
  const [, line, column] = /function\.js:(\d+)(?::(\d+))?/.exec(stack) ?? []
  if (line === undefined) return {}
  return column === undefined
    ? { line: Number(line) }
    : { line: Number(line), column: Number(column) }
}
