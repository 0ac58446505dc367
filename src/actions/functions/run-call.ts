import { type Broker, type BrokerOptions, createBroker } from './broker.ts'
import type { ChildMessage, ChildRequest } from './child-message.ts'
import { readForeignJson } from './foreign-json.ts'
import type { FunctionChild } from './function-child.ts'
import { type FunctionLimits, floodBytesOf } from './function-limits.ts'
import type { ConsoleLine, FunctionProblem, FunctionResult } from './function-result.ts'
import { processUse } from './process-use.ts'

/** One run of user code on a child. */
export interface Call {
  /** Fields of the message that starts it, beside its number. */
  readonly job: object
  readonly limits: FunctionLimits
  /** Anonymous resident memory at which the child is killed; watched on Linux. */
  readonly residentBytesMax: number
  /** Whether processor time is bounded from outside, beside the clock; on Linux. */
  readonly isCpuBounded: boolean
  readonly egress: BrokerOptions['egress']
  readonly allowPrivateNetwork: boolean
  readonly onBug: (error: unknown) => void
}

/** A result, and whether the child it came from must not be used again. */
export interface CallOutcome {
  readonly result: FunctionResult
  readonly isChildSpent: boolean
}

/** How often the memory of a working child is looked at. */
const watchMs = 50
/** What a script may use beyond its processor time before it is killed: it should have ended itself. */
const cpuGraceMs = 500

let runs = 0

/**
 * Runs a call on a child that is idle, and watches the clock, the memory and what the child says from outside.
 * Never rejects because of user code; a child that broke a bound is killed by its id.
 */
export function runCall(child: FunctionChild, call: Call): Promise<CallOutcome> {
  runs += 1
  const run = runs
  const { limits } = call
  const startMs = performance.now()
  const console = keepConsole(limits)
  const broker = createBroker({
    egress: call.egress,
    limits,
    allowPrivateNetwork: call.allowPrivateNetwork,
    deadlineMs: startMs + limits.timeoutMs,
    onBug: call.onBug,
  })
  return new Promise((resolve) => {
    let isSettled = false
    let usedAtStartMs: number | undefined
    const settle = (end: { value: unknown } | FunctionProblem, isLast = false) => {
      if (isSettled) return
      isSettled = true
      clearTimeout(timer)
      clearInterval(watch)
      const isChildSpent = isLast || (!('value' in end) && !leavesChildWhole.includes(end.failure))
      if (isChildSpent) child.kill()
      child.listen(undefined, floodBytesOf(limits))
      const trace = {
        console: console.lines,
        isConsoleCut: console.isCut(),
        requests: [...broker.summaries],
        durationMs: performance.now() - startMs,
      }
      const result = 'value' in end ? { ok: true as const, ...end } : { ok: false as const, ...end }
      resolve({ result: { ...result, ...trace }, isChildSpent: isChildSpent || !child.isUsable() })
    }
    const timer = setTimeout(() => {
      const message = `The function took longer than ${limits.timeoutMs} ms.`
      settle({ failure: 'timeout', message })
    }, limits.timeoutMs)
    const watch = setInterval(async () => {
      const { residentBytes, cpuMs } = await processUse(child.pid)
      if (!child.isUsable()) return
      usedAtStartMs ??= cpuMs
      if (residentBytes > call.residentBytesMax) {
        settle({ failure: 'memory', message: 'The function used more memory than it may.' })
      } else if (call.isCpuBounded && cpuMs - usedAtStartMs > limits.cpuMs + cpuGraceMs) {
        const message = `The function used more than ${limits.cpuMs} ms of processor time.`
        settle({ failure: 'cpu', message })
      }
    }, watchMs)
    const onMessage = (message: ChildMessage) => {
      if (message.type === 'ready' || message.run !== run) return // left over from an earlier run
      if (message.type === 'console') console.add(message)
      else if (message.type === 'request') void answer(message, broker, child)
      else if (message.type === 'failure') settle(message.problem, message.isLast)
      else settle(readResult(message.json, limits))
    }
    child.listen({ onMessage, onBroken: (problem) => settle(problem, true) }, floodBytesOf(limits))
    child.send({ ...call.job, type: 'run', run, limits, timeoutMs: limits.timeoutMs })
  })
}

/** Failures of the code itself, after which the process around it is as good as before. */
const leavesChildWhole: readonly string[] = ['syntax', 'error', 'forbidden', 'output']

function readResult(json: string, limits: FunctionLimits): { value: unknown } | FunctionProblem {
  const read = readForeignJson(json, {
    bytesMax: limits.payloadBytesMax,
    depthMax: limits.resultDepthMax,
  })
  return read.ok ? { value: read.value } : { failure: 'output', message: read.message }
}

async function answer(asked: ChildRequest, broker: Broker, child: FunctionChild): Promise<void> {
  const { run, request } = asked
  child.send({ type: 'reply', run, request, ...(await broker.handle(asked)) })
}

function keepConsole(limits: FunctionLimits) {
  const lines: ConsoleLine[] = []
  let bytesLeft = limits.consoleBytesMax
  let isCut = false
  return {
    lines,
    isCut: () => isCut,
    add({ level, text }: ConsoleLine) {
      const bytes = Buffer.byteLength(text)
      if (isCut || lines.length >= limits.consoleLinesMax || bytes > bytesLeft) {
        isCut = true
        return
      }
      bytesLeft -= bytes
      lines.push({ level, text })
    },
  }
}
