import { CliError, type Terminal } from './command.ts'
import { commands, type Entry } from './commands.ts'

/** The program: runs the subcommand that the arguments name and leaves its exit code behind. */
export async function main(argv: readonly string[]): Promise<void> {
  process.exitCode = await run(argv, {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
  })
}

/** Runs a subcommand. 0: done; 1: it failed, with a sentence why; 2: it was called in a wrong way. */
export async function run(
  argv: readonly string[],
  terminal: Terminal,
  entries: readonly Entry[] = commands,
): Promise<number> {
  const [name, ...rest] = argv
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    terminal.out(overview(entries))
    return 0
  }
  const wanted = name === '--version' ? 'version' : name
  const entry = entries.find((one) => one.name === wanted)
  if (entry === undefined) {
    terminal.err(`"${name}" is no command. "signalbox --help" lists them.\n`)
    return 2
  }
  try {
    const command = await entry.load()
    if (asksForHelp(rest)) terminal.out(command.usage())
    else await command.run(rest, terminal)
    return 0
  } catch (error) {
    const known = error instanceof CliError
    terminal.err(`${error instanceof Error ? error.message : String(error)}\n`)
    return known ? error.exitCode : 1
  }
}

function asksForHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  const options = end < 0 ? argv : argv.slice(0, end)
  return options.includes('--help') || options.includes('-h')
}

function overview(entries: readonly Entry[]): string {
  const width = Math.max(...entries.map(({ name }) => name.length))
  return [
    'signalbox <command> [options]',
    '',
    ...entries.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'signalbox <command> --help tells more about one.',
    '',
  ].join('\n')
}
