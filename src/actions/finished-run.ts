import type { Exchange } from '../exchange.ts'
import { createRedactor } from '../redact.ts'
import type { JsonValue } from './json/value.ts'
import type { ActionErrorBody, ActionResult, ActionStep } from './outcome.ts'
import { type DoneStep, maskError, maskJson } from './step-log.ts'

/** How a run ended, before anything is masked. */
export type RunOutcome = { readonly finalResult: JsonValue } | { readonly error: ActionErrorBody }

/**
 * What came of a run. Its steps and its transcript are masked when somebody looks at them, as tests of
 * actions do and executions that go well do not. A class, because getters in an object literal give each
 * object a shape of its own that the engine keeps: they cost as much as all templates of an action.
 */
export class FinishedRun implements ActionResult {
  readonly success: boolean
  readonly finalResult?: JsonValue
  readonly error?: ActionErrorBody
  readonly contextId: string
  readonly durationMs: number
  readonly #steps: readonly DoneStep[]
  readonly #recorded: () => readonly Exchange[]
  readonly #secrets: ReadonlySet<string>
  #masking: ((text: string) => string) | undefined
  #operations: readonly ActionStep[] | undefined
  #exchanges: readonly Exchange[] | undefined

  constructor(run: {
    readonly contextId: string
    readonly durationMs: number
    readonly outcome: RunOutcome
    readonly steps: readonly DoneStep[]
    readonly exchanges: () => readonly Exchange[]
    readonly secrets: ReadonlySet<string>
  }) {
    const { contextId, durationMs, outcome, steps, exchanges, secrets } = run
    this.#steps = steps
    this.#recorded = exchanges
    this.#secrets = secrets
    this.contextId = contextId
    this.durationMs = durationMs
    this.success = 'finalResult' in outcome
    if ('finalResult' in outcome) this.finalResult = outcome.finalResult
    else this.error = maskError(outcome.error, this.#mask)
  }

  get operations(): readonly ActionStep[] {
    this.#operations ??= this.#steps.map((step) => maskStep(step, this.#mask))
    return this.#operations
  }

  get exchanges(): readonly Exchange[] {
    this.#exchanges ??= this.#recorded().map((exchange) => maskExchange(exchange, this.#mask))
    return this.#exchanges
  }

  get #mask(): (text: string) => string {
    this.#masking ??= createRedactor([...this.#secrets]).text
    return this.#masking
  }
}

function maskStep(
  { result, error, explanations, ...step }: DoneStep,
  mask: (text: string) => string,
): ActionStep {
  const shown = typeof result === 'function' ? result() : result
  return {
    ...step,
    ...(shown === undefined ? {} : { result: maskJson(shown, mask) }),
    ...(error === undefined ? {} : { error: maskError(error, mask) }),
    explanations: explanations.map(mask),
  }
}

/** Masks again with what the run learned on its way, such as tokens. */
function maskExchange(exchange: Exchange, mask: (text: string) => string): Exchange {
  const headers = (given: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(given).map(([name, value]) => [name, mask(value)]))
  const { url, requestHeaders, requestBody, responseHeaders, responseBody, error } = exchange
  return {
    ...exchange,
    url: mask(url),
    requestHeaders: headers(requestHeaders),
    requestBody: mask(requestBody),
    ...(responseHeaders === undefined ? {} : { responseHeaders: headers(responseHeaders) }),
    ...(responseBody === undefined ? {} : { responseBody: mask(responseBody) }),
    ...(error === undefined ? {} : { error: mask(error) }),
  }
}
