import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** A process of the benchmark: the server, the provider stand-in, the baseline or the load generator. */
export interface Part {
  /** Asks the process something and waits for the answer; rejects when it fails or ends. */
  ask<Answer>(question: string, given?: unknown): Promise<Answer>
  /** Ends it, and waits until it is gone. */
  stop(): Promise<void>
}

interface Question {
  readonly id: number
  readonly question: string
  readonly given: unknown
}

interface Answer {
  readonly id: number
  readonly answer?: unknown
  readonly error?: string
}

interface Pending {
  readonly resolve: (answer: never) => void
  readonly reject: (error: Error) => void
}

const stopMs = 20_000

/** Starts `bench/<name>.ts` as a process of its own. It ends with this one, however that ends. */
export function startPart(name: string, nodeFlags: readonly string[] = []): Part {
  const file = fileURLToPath(new URL(`./${name}.ts`, import.meta.url))
  const child = fork(file, {
    execArgv: [...nodeFlags],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const pending = new Map<number, Pending>()
  let questions = 0
  child.on('message', (message) => {
    const { id, answer, error } = message as Answer // sent by `answerQuestions` below
    const waiting = pending.get(id)
    pending.delete(id)
    if (error === undefined)
      waiting?.resolve(answer as never) // the asker names the type
    else waiting?.reject(new Error(`${name}: ${error}`))
  })
  child.on('exit', (code, signal) => {
    for (const { reject } of pending.values())
      reject(new Error(`${name} ended (${signal ?? code}).`))
    pending.clear()
  })
  return {
    ask: (question, given) =>
      new Promise((resolve, reject) => {
        questions += 1
        pending.set(questions, { resolve, reject })
        child.send({ id: questions, question, given } satisfies Question)
      }),
    stop: () => stop(child),
  }
}

/** Closing the channel asks a part to end; one that does not is killed. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  const deadline = setTimeout(() => child.kill('SIGKILL'), stopMs)
  child.disconnect()
  await gone
  clearTimeout(deadline)
}

/** Answers what the benchmark asks of this process; when the benchmark is gone, `end` runs and the process ends. */
export function answerQuestions(
  answers: Readonly<Record<string, (given: never) => unknown>>,
  end: () => Promise<void> | void = () => {},
): void {
  process.on('message', async (message) => {
    const { id, question, given } = message as Question // sent by `startPart` above
    const reply = await answered(async () => answers[question]?.(given as never))
    if (process.connected) process.send?.({ id, ...reply } satisfies Answer)
  })
  process.on('disconnect', async () => {
    await end()
    process.exit()
  })
}

async function answered(work: () => Promise<unknown>): Promise<Omit<Answer, 'id'>> {
  try {
    return { answer: await work() }
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

/** What a process has used so far. */
export interface Usage {
  readonly cpuSeconds: number
  /** Of that, what the main thread used. */
  readonly mainSeconds: number
  readonly rssBytes: number
}

/** Reads what this process has used so far. */
export function usage(): Usage {
  const { user, system } = process.cpuUsage()
  const main = process.threadCpuUsage()
  return {
    cpuSeconds: (user + system) / 1e6,
    mainSeconds: (main.user + main.system) / 1e6,
    rssBytes: process.memoryUsage.rss(),
  }
}
