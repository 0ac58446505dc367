import { accessToken, endSession, renew } from './session.ts'

/** A refusal of the server, in its own words. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  /** Fields that the server names, with what is wrong with each. */
  readonly fields: readonly { readonly name: string; readonly problem: string }[]
  /** Epoch milliseconds before which it is no use to ask again. */
  readonly retryAtMs: number | undefined
  /** Finds this request in the inspector. */
  readonly contextId: string

  constructor(
    message: string,
    of: Pick<ApiError, 'status' | 'code' | 'fields' | 'retryAtMs' | 'contextId'>,
  ) {
    super(message)
    this.status = of.status
    this.code = of.code
    this.fields = of.fields
    this.retryAtMs = of.retryAtMs
    this.contextId = of.contextId
  }
}

/** What the server says is wrong with a field of a form; undefined where it names another, or none. */
export function problemOf(error: Error | undefined, name: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined
  const found = error.fields.find((one) => one.name === name || one.name.endsWith(`.${name}`))
  return found === undefined ? undefined : found.problem || error.message
}

/** The server could not be reached at all. */
export class Offline extends Error {}

export interface Call {
  readonly body?: unknown
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly signal?: AbortSignal
  readonly headers?: Readonly<Record<string, string>>
  /** Somebody sends this on purpose from the inspector: the request log keeps it. */
  readonly isReplay?: boolean
}

/** A reply with its status, for those who show requests to people. */
export interface RawReply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** One call of the public API with the user's token, whatever it answers; renews the token once when it is over. */
export async function send(method: string, path: string, given: Call = {}): Promise<RawReply> {
  const first = await sendOnce(method, path, given)
  if (first.status !== 401) return first
  if (await renew()) return sendOnce(method, path, given)
  endSession()
  return first
}

async function sendOnce(method: string, path: string, given: Call): Promise<RawReply> {
  const token = await accessToken()
  const query = Object.entries(given.query ?? {}).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  )
  const url = query.length === 0 ? path : `${path}?${new URLSearchParams(query)}`
  const isText = typeof given.body === 'string'
  try {
    const response = await fetch(url, {
      method,
      headers: {
        accept: 'application/json',
        'x-signalbox-console': given.isReplay === true ? 'replay' : '1',
        ...given.headers,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(given.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(given.body === undefined
        ? {}
        : { body: isText ? String(given.body) : JSON.stringify(given.body) }),
      ...(given.signal === undefined ? {} : { signal: given.signal }),
    })
    return { status: response.status, headers: response.headers, text: await response.text() }
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new Offline('The server cannot be reached.')
  }
}

/** Opens a stream of Server-Sent Events; an `ApiError` where the server refuses it. */
export async function openStream(
  path: string,
  given: { readonly signal: AbortSignal },
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const token = await accessToken()
  const headers = {
    accept: 'text/event-stream',
    'x-signalbox-console': '1',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  }
  const response = await fetch(path, { headers, signal: given.signal })
  if (response.ok && response.body !== null) return response.body
  throw errorOf({
    status: response.status,
    headers: response.headers,
    text: await response.text(),
  })
}

/** One call of the public API; its JSON, or an `ApiError` in the server's words. */
export async function api<Reply = unknown>(
  method: string,
  path: string,
  given: Call = {},
): Promise<Reply> {
  const reply = await send(method, path, given)
  if (reply.status >= 400) throw errorOf(reply)
  return (reply.text === '' ? undefined : JSON.parse(reply.text)) as Reply
}

function errorOf(reply: RawReply): ApiError {
  const body = parse(reply.text)
  const retryAfter = Number(reply.headers.get('retry-after') ?? Number.NaN)
  return new ApiError(body.message ?? `The server answered ${reply.status}.`, {
    status: reply.status,
    code: body.code ?? '',
    fields: (body.details ?? []).flatMap(({ fieldName, message }) =>
      fieldName === undefined ? [] : [{ name: fieldName, problem: message ?? '' }],
    ),
    retryAtMs: Number.isFinite(retryAfter) ? Date.now() + retryAfter * 1000 : undefined,
    contextId: reply.headers.get('inin-correlation-id') ?? '',
  })
}

interface ErrorBody {
  readonly message?: string
  readonly code?: string
  readonly details?: readonly { readonly fieldName?: string; readonly message?: string }[]
}

function parse(text: string): ErrorBody {
  try {
    return JSON.parse(text) as ErrorBody
  } catch {
    return {}
  }
}

/** A page of a listing. */
export interface Listing<Entity> {
  readonly entities: readonly Entity[]
  readonly total?: number
  readonly pageCount?: number
}

/** All entities of a listing that is short by nature, such as queues: its first 500. */
export async function list<Entity>(
  path: string,
  query: Call['query'] = {},
): Promise<readonly Entity[]> {
  const separator = path.includes('?') ? '&' : '?'
  const page = await api<Listing<Entity>>('GET', `${path}${separator}pageSize=100`, { query: {} })
  const pages = page.pageCount ?? 1
  const rest: Entity[] = []
  for (let number = 2; number <= Math.min(pages, 10); number += 1) {
    const next = await api<Listing<Entity>>(
      'GET',
      `${path}${separator}pageSize=100&pageNumber=${number}`,
      { query },
    )
    rest.push(...next.entities)
  }
  return [...page.entities, ...rest]
}
