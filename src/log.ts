import { type DestinationStream, pino } from 'pino'
import { createRedactor, isSecretName, secretMask } from './redact.ts'

/** From the most to the least that is logged. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** What belongs to a line: ids, counts, durations, and under `error` what was thrown. */
export type LogFields = Readonly<Record<string, unknown>>

/** Where the program says what it does. Messages are fixed sentences; what varies goes into fields. */
export interface Log {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

/** Fields that hold what people write and where they can be reached. They have no place in a log. */
const personalNames = new Set(['text', 'body', 'to', 'from', 'address'])

/** An E.164 number with its plus sign, or one that a URL or a form has encoded. */
const phoneNumber = /(?:\+|%2B)[1-9]\d{6,14}/gi

const depthMax = 6

/**
 * Makes the log: one JSON object a line, to standard output unless a destination is given.
 * Fields are masked by name at any depth, and phone numbers and bearer tokens in any text,
 * so that a field that was added by mistake does not give away a customer.
 */
export function createLog(level: LogLevel, destination?: DestinationStream): Log {
  const lines = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination ?? pino.destination({ fd: 1, sync: true }),
  )
  const write =
    (at: LogLevel) =>
    (message: string, fields?: LogFields): void => {
      if (!lines.isLevelEnabled(at)) return
      if (fields === undefined) lines[at](message)
      else lines[at](masked(fields, depthMax), message)
    }
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  }
}

/** A log that says nothing, for tests and tools. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} }

const redactor = createRedactor()

function masked(fields: object, depth: number): Record<string, unknown> {
  const safe: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(fields)) {
    const isMasked = personalNames.has(name.toLowerCase()) || isSecretName(name)
    safe[name] = isMasked && value !== undefined ? secretMask : maskedValue(value, depth)
  }
  return safe
}

function maskedValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return maskedText(value)
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth === 0) return '[deeper than is logged]'
  if (value instanceof Error) return maskedError(value, depth)
  if (value instanceof Date || value instanceof URL) return maskedText(String(value.toJSON()))
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  if (Array.isArray(value)) return value.map((item) => maskedValue(item, depth - 1))
  return masked(value instanceof Map ? Object.fromEntries(value) : value, depth - 1)
}

/** Name, words, stack and code of an error and its causes. Other members are left out: drivers put whole rows there. */
function maskedError(error: Error, depth: number): Record<string, unknown> {
  const code = 'code' in error ? { code: maskedValue(error.code, 1) } : {}
  const cause = error.cause === undefined ? {} : { cause: maskedValue(error.cause, depth - 1) }
  return {
    type: error.name,
    message: maskedText(error.message),
    ...code,
    stack: maskedText(error.stack ?? ''),
    ...cause,
  }
}

function maskedText(text: string): string {
  const url = text.includes('://') ? text.replace(/https?:\/\/\S+/g, redactor.url) : text
  return redactor.text(url).replace(phoneNumber, '[number]')
}
