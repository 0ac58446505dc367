import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../bin/signalbox.js', import.meta.url))

/** The program as an operator runs it: a process of its own. */
export interface Served {
  readonly url: string
  /** From the start of the process until it said that it runs. */
  readonly startedInMs: number
  /** Standard output so far, and standard error. */
  output(): { readonly out: string; readonly err: string }
  /** What the first start wrote, as text. */
  readonly credentials: string
  readonly adminToken: string
  /** Sends the signal; gives back the exit code and how long it took. */
  stop(signal?: NodeJS.Signals): Promise<{ readonly code: number | null; readonly tookMs: number }>
}

/** Starts `signalbox serve` on a data folder and a free port, and waits until it says that it runs. */
export async function serve(dataDir: string, argv: readonly string[] = []): Promise<Served> {
  const startMs = Date.now()
  const own = ['serve', '--data-dir', dataDir, '--port', '0']
  const child = spawn(process.execPath, [program, ...own, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { out: '', err: '' }
  child.stdout.on('data', (chunk: Buffer) => {
    said.out += chunk.toString('utf8')
  })
  child.stderr.on('data', (chunk: Buffer) => {
    said.err += chunk.toString('utf8')
  })
  const exited = once(child, 'exit')
  const running = /running at (\S+)/
  // No pause between what it says and who waits for it: what may be done from then on may be done at once.
  while (!running.test(said.out)) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`It did not start: ${said.out}${said.err}`)
    await Promise.race([once(child.stdout, 'data'), exited])
  }
  const startedInMs = Date.now() - startMs
  return {
    url: running.exec(said.out)?.[1] ?? '',
    startedInMs,
    output: () => ({ ...said }),
    credentials: readFileSync(join(dataDir, 'credentials.json'), 'utf8'),
    adminToken: String(JSON.parse(readFileSync(join(dataDir, 'admin.json'), 'utf8')).token),
    async stop(signal = 'SIGTERM') {
      const stopMs = Date.now()
      child.kill(signal)
      const [code] = await exited
      return { code: typeof code === 'number' ? code : null, tookMs: Date.now() - stopMs }
    },
  }
}
