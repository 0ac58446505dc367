import type { OutboundReply } from '../connectors/connector.ts'
import { createRedactor } from '../redact.ts'
import { ActionFailure } from './failure.ts'
import { fromPlain } from './json/plain.ts'
import type { JsonObject, JsonValue } from './json/value.ts'
import type { ActionErrorBody, ActionStep } from './outcome.ts'
import type { ResolvedReference } from './velocity/scope.ts'

/** What a step of a run leaves behind: its value for the next, and what is shown. */
export interface StepOutcome<Value> {
  readonly value: Value
  /** Made only when somebody looks at it: most executions are not looked at. */
  readonly result?: JsonValue | (() => JsonValue)
  readonly explanations?: readonly string[]
}

/** A step as it was done, before anything in it is masked. */
export interface DoneStep extends Omit<ActionStep, 'result'> {
  readonly result?: JsonValue | (() => JsonValue)
}

/** Gathers the steps of one run in the form of the vendor's test screen. */
export class StepLog {
  readonly steps: DoneStep[] = []
  readonly #now: () => number
  readonly #contextId: string

  constructor(now: () => number, contextId: string) {
    this.#now = now
    this.#contextId = contextId
  }

  /** Does a step and writes it down; a failure is written down too and thrown on, so that it is the last. */
  run<Value>(name: string, work: () => StepOutcome<Value>): Value {
    const beganMs = this.#now()
    try {
      return this.#done(name, beganMs, work())
    } catch (error) {
      throw this.#failed(name, beganMs, error)
    }
  }

  /** The same for a step that waits for somebody. */
  async wait<Value>(name: string, work: () => Promise<StepOutcome<Value>>): Promise<Value> {
    const beganMs = this.#now()
    try {
      return this.#done(name, beganMs, await work())
    } catch (error) {
      throw this.#failed(name, beganMs, error)
    }
  }

  #done<Value>(name: string, beganMs: number, outcome: StepOutcome<Value>): Value {
    const { value, result, explanations = [] } = outcome
    const durationMs = this.#now() - beganMs
    const shown = result === undefined ? {} : { result }
    const step = this.steps.length + 1
    this.steps.push({ step, name, success: true, ...shown, explanations, durationMs })
    return value
  }

  #failed(name: string, beganMs: number, error: unknown): unknown {
    if (!(error instanceof ActionFailure)) return error
    const body = error.body(this.#contextId)
    const durationMs = this.#now() - beganMs
    const explanations = error.hints
    const result = error.result === undefined ? {} : { result: error.result }
    const failed = { step: this.steps.length + 1, name, success: false, ...result, error: body }
    this.steps.push({ ...failed, explanations, durationMs })
    return error
  }
}

/** The references of a rendered template as the step's result shows them. */
export function shownReferences(references: readonly ResolvedReference[]): JsonValue {
  return fromPlain(
    references.map(({ literal, line, column, text }) => ({
      reference: literal,
      line,
      column,
      text: text === undefined ? null : text.slice(0, 500),
    })),
  )
}

/** A reply as the result of a step shows it, with secrets masked by their names. */
export function shownReply({ status, headers, body }: OutboundReply): JsonValue {
  const redactor = createRedactor()
  return shown({
    status: fromPlain(status),
    headers: fromPlain(redactor.headers(headers)),
    body: redactor.body(body, headers['content-type']),
  })
}

/** An object of JSON, for the results of steps. */
export function shown(members: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  const object: JsonObject = new Map()
  for (const [name, value] of Object.entries(members)) {
    if (value !== undefined) object.set(name, value)
  }
  return object
}

/** Applies a mask to every text of a document, names of members included. */
export function maskJson(value: JsonValue, mask: (text: string) => string): JsonValue {
  if (typeof value === 'string') return mask(value)
  if (Array.isArray(value)) return value.map((item) => maskJson(item, mask))
  if (!(value instanceof Map)) return value
  return new Map([...value].map(([name, member]) => [mask(name), maskJson(member, mask)]))
}

/** Applies a mask to the words of an error body. */
export function maskError(error: ActionErrorBody, mask: (text: string) => string): ActionErrorBody {
  const errors = error.errors.map((inner) => maskError(inner, mask))
  return { ...error, message: mask(error.message), errors }
}
