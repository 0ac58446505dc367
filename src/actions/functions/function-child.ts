import type { ChildProcess } from 'node:child_process'
import type { Duplex } from 'node:stream'
import { type ChildMessage, readChildMessage } from './child-message.ts'
import { createFrameReader, encodeFrame } from './frames.ts'
import type { FunctionProblem } from './function-result.ts'
import { type LaunchPlan, launch, portDescriptor } from './launch.ts'

/** Who is told what a child does while it works on a run. */
export interface ChildListener {
  onMessage(message: ChildMessage): void
  /** The child ended or may not go on; it is of no further use. */
  onBroken(problem: FunctionProblem): void
}

/** One process that runs user code, and the line to it. */
export interface FunctionChild {
  readonly pid: number
  isUsable(): boolean
  send(message: object): void
  /** Names who hears of the child from now on, and the bytes it may send until the next change. */
  listen(listener: ChildListener | undefined, floodBytes: number): void
  /** Stops the process where it stands, as the vendor's platform does between two runs. */
  freeze(): void
  thaw(): void
  /** Ends the process by its id, without asking it. */
  kill(): void
  /** Settles when the process is gone. */
  readonly ended: Promise<void>
}

/** How a child is started and how much it may say in one message. */
export interface ChildPlan extends LaunchPlan {
  readonly frameBytesMax: number
  readonly startMs: number
}

/** Starts a child and waits until it is ready for a run. Throws when it does not get there. */
export async function startChild(plan: ChildPlan): Promise<FunctionChild> {
  const process = launch(plan)
  const child = attach(process, plan.frameBytesMax)
  await new Promise<void>((resolve, reject) => {
    const fail = (message: string) => {
      clearTimeout(timer)
      child.kill()
      reject(new Error(message))
    }
    const timer = setTimeout(
      () => fail('A process for functions did not start in time.'),
      plan.startMs,
    )
    child.listen(
      {
        onMessage() {
          clearTimeout(timer)
          child.listen(undefined, Number.POSITIVE_INFINITY)
          resolve()
        },
        onBroken: ({ message }) => fail(`A process for functions did not start. ${message}`),
      },
      65_536,
    )
  })
  return child
}

function attach(process: ChildProcess, frameBytesMax: number): FunctionChild {
  const line = process.stdio[portDescriptor] as Duplex // a pipe was asked for at this place
  const reader = createFrameReader(frameBytesMax)
  let listener: ChildListener | undefined
  let bytesLeft = Number.POSITIVE_INFINITY
  let isBroken = false

  const kill = () => {
    isBroken = true
    if (process.exitCode === null && process.signalCode === null) process.kill('SIGKILL')
  }
  const breakOff = (problem: FunctionProblem) => {
    kill()
    const told = listener
    listener = undefined
    told?.onBroken(problem)
  }
  const signal = (name: NodeJS.Signals) => {
    if (!isBroken) process.kill(name)
  }
  line.on('data', (chunk: Buffer) => {
    bytesLeft -= chunk.length
    if (isBroken) return
    if (bytesLeft < 0)
      return breakOff({ failure: 'output', message: 'The function sends too much.' })
    try {
      for (const frame of reader.push(chunk)) {
        const message = readChildMessage(frame)
        if (message !== undefined) listener?.onMessage(message)
      }
    } catch {
      breakOff({ failure: 'output', message: 'The function sends more at once than is allowed.' })
    }
  })
  line.on('error', () => {}) // the process is gone, which `exit` tells
  const ended = new Promise<void>((resolve) => {
    process.on('exit', (code, signalName) => {
      breakOff(problemOfEnd(code, signalName))
      line.destroy()
      resolve()
    })
    process.on('error', (error) => {
      breakOff({ failure: 'error', message: error.message })
      resolve()
    })
  })
  return {
    pid: process.pid ?? 0,
    isUsable: () => !isBroken,
    send(message) {
      if (!isBroken) line.write(encodeFrame(message))
    },
    listen(next, floodBytes) {
      listener = next
      bytesLeft = floodBytes
    },
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    kill,
    ended,
  }
}

/** V8 ends the process by one of these signals when memory is out. */
const crashes: readonly string[] = ['SIGABRT', 'SIGTRAP', 'SIGILL', 'SIGSEGV', 'SIGBUS']

function problemOfEnd(code: number | null, signal: string | null): FunctionProblem {
  // 134 and 133 are how a shell and Node on some platforms tell of the same signals.
  if ((signal !== null && crashes.includes(signal)) || code === 134 || code === 133) {
    return { failure: 'memory', message: 'The function used more memory than it may.' }
  }
  const how = signal === null ? `with exit code ${code ?? 0}` : `by ${signal}`
  return { failure: 'error', message: `The function ended its process ${how} before it answered.` }
}
