import {
  type ConsoleLevel,
  consoleLevels,
  type FunctionProblem,
  functionFailures,
} from './function-result.ts'

/** A request that user code wants made. */
export interface ChildRequest {
  readonly type: 'request'
  readonly run: number
  readonly request: number
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** What a child may say. `run` is the number of the run it belongs to. */
export type ChildMessage =
  | { readonly type: 'ready' }
  | {
      readonly type: 'console'
      readonly run: number
      readonly level: ConsoleLevel
      readonly text: string
    }
  | ChildRequest
  | { readonly type: 'result'; readonly run: number; readonly json: string }
  | {
      readonly type: 'failure'
      readonly run: number
      readonly problem: FunctionProblem
      /** True when the child will not take another run. */
      readonly isLast: boolean
    }

type Fields = Readonly<Record<string, unknown>>

/**
 * Reads a message of a child, in which user code may have had its hand: only known fields of the right kind are
 * taken over. A forged message can do no more than the function it comes from could do anyway: answer its own
 * run, write to its own console, ask for a request. Gives undefined for anything else.
 */
export function readChildMessage(message: unknown): ChildMessage | undefined {
  if (!isFields(message)) return undefined
  const { type, run } = message
  if (type === 'ready') return { type }
  if (typeof run !== 'number') return undefined
  if (type === 'console') return readConsole(message, run)
  if (type === 'request') return readRequest(message, run)
  if (type === 'result' && typeof message['json'] === 'string') {
    return { type, run, json: message['json'] }
  }
  if (type === 'failure') {
    return { type, run, problem: readProblem(message), isLast: message['isLast'] === true }
  }
  return undefined
}

function readConsole(message: Fields, run: number): ChildMessage | undefined {
  const { text } = message
  if (typeof text !== 'string') return undefined
  const level = consoleLevels.find((known) => known === message['level']) ?? 'log'
  return { type: 'console', run, level, text }
}

function readRequest(message: Fields, run: number): ChildRequest | undefined {
  const { request, method, url, headers, body } = message
  if (typeof request !== 'number' || typeof method !== 'string' || typeof url !== 'string') {
    return undefined
  }
  if (!isFields(headers) || typeof body !== 'string') return undefined
  const own: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (name !== '__proto__' && typeof value === 'string') own[name] = value
  }
  const bytes = Buffer.from(body, message['encoding'] === 'base64' ? 'base64' : 'utf8')
  return { type: 'request', run, request, method, url, headers: own, body: bytes }
}

function readProblem(message: Fields): FunctionProblem {
  const failure = functionFailures.find((known) => known === message['failure']) ?? 'error'
  const text = typeof message['message'] === 'string' ? message['message'] : 'The function failed.'
  const problem = { failure, message: text.slice(0, 4_096) }
  const line = positionOf(message['line'])
  const column = positionOf(message['column'])
  if (line === undefined) return problem
  return column === undefined ? { ...problem, line } : { ...problem, line, column }
}

function positionOf(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && Number(value) > 0 ? Number(value) : undefined
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}
