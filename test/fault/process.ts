import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readiness, sleep } from './load.ts'

/** A server in a process of its own. */
export interface ServerProcess {
  readonly url: string
  readonly child: ChildProcess
  /** Ends it with that signal; the exit code once it is gone, undefined after a signal that it did not handle. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | undefined>
}

/** A port below the range that outgoing connections take theirs from; most likely free. */
export function likelyFreePort(): number {
  return 20_000 + Math.floor(Math.random() * 12_000)
}

/** A machine that has much else to do needs this long for a start that takes a second. */
const readyMs = 60_000

/** What the program runs under. */
export interface Circumstances {
  /** A command of the shell that sets a limit, such as `ulimit -S -f 4096`. */
  readonly limit?: string
  /** Settings besides those of this process. */
  readonly env?: Readonly<Record<string, string>>
}

/** Starts `signalbox serve` and waits until it is ready; `url` has the port that `argv` names. */
export async function startServerProcess(
  argv: readonly string[],
  port: number,
  { limit, env }: Circumstances = {},
): Promise<ServerProcess> {
  const program = new URL('../../bin/signalbox.js', import.meta.url).pathname
  const command = [process.execPath, program, 'serve', '--port', String(port), ...argv]
  const [file = '', ...args] =
    limit === undefined ? command : ['/bin/sh', '-c', `${limit}; exec "$@"`, 'sh', ...command]
  const child = spawn(file, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...env },
  })
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  child.once('exit', () => process.off('exit', kill))
  const url = `http://127.0.0.1:${port}`
  const endMs = performance.now() + readyMs
  while ((await readiness(url)) !== 200) {
    if (child.exitCode !== null)
      throw new Error(`The server ended by itself with ${child.exitCode}.`)
    if (performance.now() > endMs) {
      child.kill('SIGKILL')
      throw new Error(`The server was not ready within ${readyMs} ms.`)
    }
    await sleep(25)
  }
  return {
    url,
    child,
    async end(signal) {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'exit')
        child.kill(signal)
        await gone
      }
      return child.exitCode ?? undefined
    },
  }
}
