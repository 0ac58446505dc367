import type { ActionSubject } from './action.ts'
import { explainAction } from './explain-action.ts'
import { compareDecimals, parseDecimal } from './json/decimal.ts'
import { JsonNumber } from './json/number.ts'
import { fromPlain } from './json/plain.ts'
import { JsonSyntaxError, parseJson } from './json/read.ts'
import { type JsonObject, type JsonValue, javaEquals } from './json/value.ts'
import { writeJson } from './json/write.ts'
import type { ActionDeps } from './run-means.ts'
import type { PreparedRequest } from './send.ts'

/** One saved case of an action: what goes in, what the service would answer, and what is expected of both. */
export interface ActionCase {
  readonly name: string
  readonly input: JsonValue
  readonly credentials: Readonly<Record<string, string>>
  readonly response: { readonly status: number; readonly body: string }
  readonly flatten: boolean
  /** Each may be absent: then nothing is expected of it. */
  readonly expected: {
    readonly method?: JsonValue | undefined
    readonly url?: JsonValue | undefined
    readonly headers?: JsonValue | undefined
    readonly body?: JsonValue | undefined
    readonly output?: JsonValue | undefined
    /** A part of the error's message. */
    readonly error?: string | undefined
  }
}

/** Thrown for a file of cases that cannot be read as such; the message says which member is wrong. */
export class CaseError extends Error {
  override readonly name = 'CaseError'
}

const caseMembers = ['name', 'input', 'credentials', 'response', 'flatten', 'expect']
const expectMembers = ['request', 'output', 'error']
const requestMembers = ['method', 'url', 'headers', 'body']

/** The cases of a document, as a file of YAML or JSON holds it. Throws `CaseError`. */
export function readCases(document: unknown): {
  readonly action: string
  readonly cases: readonly ActionCase[]
} {
  const file = objectOf(fromPlain(document ?? null), 'The file', ['action', 'cases'])
  const action = file.get('action')
  const cases = file.get('cases')
  if (typeof action !== 'string') throw new CaseError('action must name the file of the action.')
  if (!Array.isArray(cases) || cases.length === 0) throw new CaseError('cases must be a list.')
  return { action, cases: cases.map(readCase) }
}

function readCase(given: JsonValue, at: number): ActionCase {
  const place = `cases[${at}]`
  const one = objectOf(given, place, caseMembers)
  const expect = objectOf(one.get('expect') ?? null, `${place}.expect`, expectMembers)
  const request = objectOf(
    expect.get('request') ?? new Map(),
    `${place}.expect.request`,
    requestMembers,
  )
  const error = expect.get('error')
  if (expect.size === 0) throw new CaseError(`${place}.expect expects nothing.`)
  if (error !== undefined && typeof error !== 'string') {
    throw new CaseError(`${place}.expect.error must be a part of the message.`)
  }
  const response = objectOf(one.get('response') ?? new Map(), `${place}.response`, [
    'status',
    'body',
  ])
  const body = response.get('body') ?? ''
  const credentials = objectOf(one.get('credentials') ?? new Map(), `${place}.credentials`)
  const texts = [...credentials].map(([name, value]) => [name, textOf(value)])
  return {
    name: textOf(one.get('name') ?? place),
    input: one.get('input') ?? new Map(),
    credentials: Object.fromEntries(texts),
    response: { status: Number(textOf(response.get('status') ?? '200')), body: textOf(body) },
    flatten: one.get('flatten') === true,
    expected: {
      method: request.get('method'),
      url: request.get('url'),
      headers: request.get('headers'),
      body: request.get('body'),
      output: expect.get('output'),
      error,
    },
  }
}

/** A text as it is; anything else as JSON. */
function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : writeJson(value)
}

function objectOf(value: JsonValue, place: string, members?: readonly string[]): JsonObject {
  if (!(value instanceof Map)) throw new CaseError(`${place} must be an object.`)
  const stranger = [...value.keys()].find((name) => members?.includes(name) === false)
  if (stranger === undefined) return value
  throw new CaseError(`${place} has an unknown member ${stranger}: ${members?.join(', ')}.`)
}

/** Does a case without a network and tells what differs from what it expects; empty when it passes. */
export async function differences(
  subject: ActionSubject,
  given: ActionCase,
  deps: Pick<ActionDeps, 'clock' | 'ids' | 'chance'>,
): Promise<readonly string[]> {
  const sent: PreparedRequest[] = []
  const { input, flatten, response: sample, credentials, expected } = given
  const credential = { id: 'case', type: 'userDefined', version: 1, fields: credentials } as const
  const result = await explainAction(
    Object.keys(credentials).length === 0 ? subject : { ...subject, credential },
    { input, flatten, sample, onRequest: (request) => sent.push(request) },
    { ...deps, organizationId: 'organization' },
  )
  const told = [
    ...requestDifferences(sent[0], expected),
    ...(expected.output === undefined
      ? []
      : compared('output', expected.output, result.finalResult)),
  ]
  const message = result.error?.message
  if (expected.error !== undefined) {
    if (message === undefined) return [...told, `error: expected, but the action succeeds.`]
    return message.includes(expected.error)
      ? told
      : [...told, `error: "${expected.error}" is not in: ${message}`]
  }
  return message === undefined ? told : [...told, `error: ${message}`]
}

function requestDifferences(
  sent: PreparedRequest | undefined,
  { method, url, headers, body }: ActionCase['expected'],
): readonly string[] {
  const wanted = Object.entries({ method, url, headers, body }).filter(([, one]) => one)
  if (sent === undefined) return wanted.length === 0 ? [] : ['request: none would be sent.']
  const named = headers instanceof Map ? [...headers] : []
  const given = new Map(
    Object.entries(sent.headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
  return [
    ...(method === undefined ? [] : compared('request.method', method, sent.method)),
    ...(url === undefined ? [] : compared('request.url', url, sent.url)),
    ...named.flatMap(([name, value]) =>
      compared(`request.headers.${name}`, value, given.get(name.toLowerCase())),
    ),
    ...(body === undefined ? [] : compared('request.body', body, bodyOf(sent.body, body))),
  ]
}

/** A body is compared as JSON where JSON is expected, and as text where a text is. */
function bodyOf(body: string | undefined, wanted: JsonValue): JsonValue | undefined {
  if (body === undefined || typeof wanted === 'string') return body
  try {
    return parseJson(body)
  } catch (error) {
    if (error instanceof JsonSyntaxError) return body
    throw error
  }
}

/** Where two documents differ, deepest place first named; the order of members does not count. */
function compared(place: string, wanted: JsonValue, found: JsonValue | undefined): string[] {
  if (found === undefined) return [`${place}: expected ${writeJson(wanted)}, got nothing`]
  if (wanted instanceof Map && found instanceof Map) {
    const names = new Set([...wanted.keys(), ...found.keys()])
    return [...names].flatMap((name) => {
      const [own, other] = [wanted.get(name), found.get(name)]
      if (own === undefined) return [`${place}.${name}: not expected, got ${shown(other)}`]
      return compared(`${place}.${name}`, own, other)
    })
  }
  if (Array.isArray(wanted) && Array.isArray(found) && wanted.length === found.length) {
    return wanted.flatMap((item, at) => compared(`${place}[${at}]`, item, found[at]))
  }
  return isSame(wanted, found)
    ? []
    : [`${place}: expected ${writeJson(wanted)}, got ${shown(found)}`]
}

/** `1` and `1.0` are the same here: files of YAML do not tell them apart. */
function isSame(wanted: JsonValue, found: JsonValue): boolean {
  if (!(wanted instanceof JsonNumber && found instanceof JsonNumber)) {
    return javaEquals(wanted, found)
  }
  const [left, right] = [parseDecimal(wanted.text), parseDecimal(found.text)]
  return left !== undefined && right !== undefined && compareDecimals(left, right) === 0
}

function shown(value: JsonValue | undefined): string {
  return value === undefined ? 'nothing' : writeJson(value).slice(0, 500)
}
