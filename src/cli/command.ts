import { type ParseArgsConfig, parseArgs } from 'node:util'

/** Where a command writes to: results to `out`, everything else to `err`. */
export interface Terminal {
  out(text: string): void
  err(text: string): void
}

/** One subcommand of the program. */
export interface Command {
  /** Shown for `--help`: how it is called and what its options are. */
  usage(): string
  /** Does the work; throws `CliError` with a sentence for the user. */
  run(argv: readonly string[], terminal: Terminal): Promise<void>
}

/** A failure told to the user as a sentence: exit code 2 where the call was wrong, 1 for everything else. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly exitCode: 1 | 2

  constructor(message: string, exitCode: 1 | 2 = 1, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause })
    this.exitCode = exitCode
  }
}

type Options = NonNullable<ParseArgsConfig['options']>

/** Reads the options of a command; an unknown one, or one without its value, is a `CliError` with exit code 2. */
export function parse<const Given extends Options>(argv: readonly string[], options: Given) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true })
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('. To specify')[0] : String(cause)
    throw new CliError(`${why?.replace(/\.$/, '')}. See --help.`, 2, cause)
  }
}

/** The value of an option that the command cannot do without. */
export function required(value: string | undefined, option: string): string {
  if (value !== undefined && value !== '') return value
  throw new CliError(`${option} is missing. See --help.`, 2)
}

/** The whole number that an option gives; undefined when it was not given. */
export function wholeNumber(value: string | undefined, option: string): number | undefined {
  if (value === undefined) return undefined
  if (/^\d{1,15}$/.test(value)) return Number(value)
  throw new CliError(`${option} must be a whole number, not "${value}".`, 2)
}

/** Options given as `name=value`, by name. */
export function pairs(values: readonly string[], option: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    values.map((pair) => {
      const at = pair.indexOf('=')
      if (at > 0) return [pair.slice(0, at), pair.slice(at + 1)] as const
      throw new CliError(`${option} must be written name=value, not "${pair}".`, 2)
    }),
  )
}
