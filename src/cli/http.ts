import { request } from 'undici'
import { CliError } from './command.ts'
import type { Connection } from './connection.ts'

/** One call of the API. */
export interface ApiCall {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  /** Undefined values are left out. */
  readonly query?: Readonly<Record<string, string | number | undefined>>
  readonly body?: unknown
  /** A body that is JSON already, digit for digit, in the place of `body`. */
  readonly bodyText?: string
}

/** Longer than the longest that the API makes a caller wait. */
const timeoutMs = 60_000

/** Calls the API and reads its JSON reply; undefined for an empty one. Failures become sentences. */
export async function callApi(connection: Connection, call: ApiCall): Promise<unknown> {
  return parsed(await callForText(connection, call))
}

/** Calls the API and gives the text of its reply, whose numbers have all their digits. Failures become sentences. */
export async function callForText(connection: Connection, call: ApiCall): Promise<string> {
  const url = new URL(connection.url + call.path)
  for (const [name, value] of Object.entries(call.query ?? {})) {
    if (value !== undefined) url.searchParams.append(name, String(value))
  }
  const { status, text } = await exchange(connection, url, call)
  if (status >= 200 && status < 300) return text
  throw new CliError(sentenceOf(status, parsed(text)))
}

async function exchange(
  connection: Connection,
  url: URL,
  call: ApiCall,
): Promise<{ status: number; text: string }> {
  const body = call.bodyText ?? (call.body === undefined ? undefined : JSON.stringify(call.body))
  try {
    const response = await request(url, {
      method: call.method,
      headers: {
        authorization: `Bearer ${connection.token}`,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body }),
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    })
    return { status: response.statusCode, text: await response.body.text() }
  } catch (cause) {
    throw new CliError(
      `No server answers at ${connection.url}. Start it with "signalbox serve", or name another with --url.`,
      1,
      cause,
    )
  }
}

function parsed(text: string): unknown {
  if (text.trim() === '') return undefined
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch (cause) {
    throw new CliError('The reply is not JSON: what answers there is no signalbox.', 1, cause)
  }
}

function sentenceOf(status: number, reply: unknown): string {
  const { message, code }: Record<string, unknown> = Object(reply)
  if (typeof message !== 'string') return `The server answered with status ${status}.`
  return typeof code === 'string' ? `${message} (${code})` : message
}
