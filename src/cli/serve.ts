import { join } from 'node:path'
import { ConfigError, configHelp, loadConfig } from '../config.ts'
import { type Running, start } from '../server.ts'
import { CliError, type Command, parse, type Terminal } from './command.ts'

/** Runs the server until it is told to stop. */
export const serve: Command = {
  usage: () => `signalbox serve [settings]\n\nRuns the server.\n\n${configHelp()}`,
  async run(argv, terminal) {
    const { config, warnings } = settingsOf(argv)
    for (const warning of warnings) terminal.err(`${warning}\n`)
    const running = await start(config)
    // Before anybody is told that it runs: who reads that may send the signal at once.
    const toldToStop = signal()
    terminal.out(
      `signalbox is running at ${running.url}\n` +
        (running.first?.summary ?? [`Credentials: ${join(config.dataDir, 'credentials.json')}`])
          .map((line) => `${line}\n`)
          .join('') +
        'Ctrl+C stops it.\n',
    )
    running.warm()
    await toldToStop
    terminal.err('Stopping; once more stops at once.\n')
    await closeWithin(running, config.drainMs, terminal)
  },
}

/** Prints the settings that there are. */
export const config: Command = {
  usage: () =>
    'signalbox config\n\nPrints every setting: its flag, its default and what it does.\n',
  async run(argv, terminal) {
    parse(argv, {})
    terminal.out(configHelp())
  },
}

function settingsOf(argv: readonly string[]): ReturnType<typeof loadConfig> {
  try {
    return loadConfig({ argv })
  } catch (cause) {
    if (cause instanceof ConfigError) throw new CliError(cause.message, 2, cause)
    throw cause
  }
}

/** Waits for the first signal to stop; from then on a second one ends the process at once. */
function signal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false
    const onSignal = () => {
      if (asked) process.exit(1)
      asked = true
      resolve()
    }
    process.on('SIGINT', onSignal)
    process.on('SIGTERM', onSignal)
  })
}

/** Time for leases, files and sockets after the work under way has had its own. */
const graceMs = 2000

async function closeWithin(
  running: Pick<Running, 'close' | 'closing'>,
  drainMs: number,
  terminal: Terminal,
): Promise<void> {
  const late = setTimeout(() => {
    terminal.err(
      `Not everything ended in time (waited for: ${running.closing()}); ` +
        'what was under way is taken up at the next start.\n',
    )
    process.exit(1)
  }, drainMs + graceMs)
  await running.close()
  clearTimeout(late)
}
