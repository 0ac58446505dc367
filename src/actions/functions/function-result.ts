/** One line that user code wrote to its console. */
export interface ConsoleLine {
  readonly level: ConsoleLevel
  readonly text: string
}

/** The console methods that are told apart; others count as `log`. */
export const consoleLevels = ['debug', 'log', 'info', 'warn', 'error'] as const
export type ConsoleLevel = (typeof consoleLevels)[number]

/** One request that user code made, for the record: secrets in the address are masked, bodies left out. */
export interface RequestSummary {
  readonly method: string
  readonly url: string
  /** The reply's status; absent when there was none. */
  readonly status?: number
  /** Why there was no reply. */
  readonly failure?: string
  readonly requestBytes: number
  readonly responseBytes: number
  readonly durationMs: number
}

/**
 * Why a run has no value. `timeout`, `memory`, `cpu` and `output` are bounds that were broken; `syntax` means the
 * code cannot be read, `forbidden` that it asked for what no function gets, `error` everything it did to itself.
 */
export const functionFailures = [
  'timeout',
  'memory',
  'cpu',
  'output',
  'syntax',
  'error',
  'forbidden',
] as const
export type FunctionFailure = (typeof functionFailures)[number]

/** What a run leaves behind whether it succeeded or not. */
export interface FunctionTrace {
  readonly console: readonly ConsoleLine[]
  /** True when the console was longer than what is kept. */
  readonly isConsoleCut: boolean
  readonly requests: readonly RequestSummary[]
  readonly durationMs: number
}

/** Why a run failed, in a sentence; the position is that of the user's own code, counted from 1. */
export interface FunctionProblem {
  readonly failure: FunctionFailure
  readonly message: string
  readonly line?: number
  readonly column?: number
}

/** What became of one run of user code. A run that failed is a result, not an exception. */
export type FunctionResult =
  | ({ readonly ok: true; readonly value: unknown } & FunctionTrace)
  | ({ readonly ok: false } & FunctionProblem & FunctionTrace)
