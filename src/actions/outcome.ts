import type { OutboundReply } from '../connectors/connector.ts'
import type { ErrorLimit } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import type { JsonObject, JsonValue } from './json/value.ts'

/** The vendor's error body, as `execute` answers it and the test result carries it. */
export interface ActionErrorBody {
  readonly message: string
  readonly code: string
  readonly status: number
  readonly messageParams: Readonly<Record<string, string>>
  readonly contextId: string
  readonly details: readonly { readonly errorCode: string; readonly fieldName?: string }[]
  readonly errors: readonly ActionErrorBody[]
  readonly limit?: ErrorLimit
}

/** One line of the vendor's test screen: what was done, what came of it, and why. */
export interface ActionStep {
  /** Counts from 1. */
  readonly step: number
  /** The vendor's words, such as `Resolve request URL template`. */
  readonly name: string
  readonly success: boolean
  /** What was rendered, sent, received or mapped, with secrets masked; its form differs from step to step. */
  readonly result?: JsonValue
  readonly error?: ActionErrorBody
  /** Sentences for the author of the action. Our extension. */
  readonly explanations: readonly string[]
  readonly durationMs: number
}

/** What came of running an action. */
export interface ActionResult {
  readonly success: boolean
  readonly operations: readonly ActionStep[]
  /** The result with exact numbers (`writeJson` prints it); absent when the action failed. */
  readonly finalResult?: JsonValue
  readonly error?: ActionErrorBody
  /** What went over the wire, oldest first, secrets masked; sign-in requests included. */
  readonly exchanges: readonly Exchange[]
  readonly contextId: string
  readonly durationMs: number
}

/** How an action is called. */
export interface ActionCall {
  /** The body of the execute request; `fromPlain` makes it of plain values, `parseJson` of text. */
  readonly input: JsonValue
  /** Gives the result in the form that flows read: dotted names, parallel lists. */
  readonly flatten?: boolean
  /** True names the second step as the vendor's draft test does. */
  readonly draft?: boolean
  /** Turns texts into the contract's numbers and truth values, for callers that only have texts. */
  readonly coerceTexts?: boolean
  /** Whose action runs; goes to functions as `ININ-User-Id`. */
  readonly userId?: string
  readonly conversationId?: string
  /** Does the requests of a static action within this server. */
  readonly ownPlatform?: OwnPlatform
}

/** Takes a request to the operation of this server that a static action is for. */
export type OwnPlatform = (request: {
  readonly url: string
  readonly body: string | undefined
}) => Promise<OutboundReply>

/** What user code is run with: the rendered body, headers and the caller's context. */
export interface FunctionCall {
  readonly actionId: string
  /** True runs the function of the draft. */
  readonly draft: boolean
  readonly integrationId: string
  /** The rendered `requestTemplate` as JSON. */
  readonly event: JsonValue
  /** The `ININ-…` values and the rendered headers, names as written. */
  readonly clientContext: Readonly<Record<string, string>>
  /** The action's validated inputs with defaults filled in: what inline scripts read. */
  readonly inputs: JsonObject
  readonly timeoutMs: number
}

/** What user code gave: a value, or the vendor's words for how it failed. */
export type FunctionOutcome =
  | { readonly value: JsonValue; readonly log?: readonly string[] }
  | { readonly failure: string; readonly timedOut?: boolean; readonly log?: readonly string[] }

/** Runs the code of a function action: the seam to the sandbox. */
export type RunFunction = (call: FunctionCall) => Promise<FunctionOutcome>
