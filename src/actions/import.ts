import { AppError, type ErrorDetail } from '../errors.ts'
import {
  type ActionConfig,
  type ActionContract,
  type ActionDefinition,
  type JsonSchema,
  type RequestType,
  requestTypes,
  standardRequestTemplate,
  standardSuccessTemplate,
} from './action.ts'
import { JsonSyntaxError, parseJson } from './json/read.ts'
import type { JsonObject, JsonValue } from './json/value.ts'
import { writeJson } from './json/write.ts'

/** An action as it came in a file, before it belongs to an integration. */
export interface ActionFile {
  readonly definition: ActionDefinition
  readonly kind: 'custom' | 'customAuth'
  /** Named by the vendor's exports: the target integration must be of this type. */
  readonly integrationType?: string
  /** Named by files in the form of an API body. */
  readonly integrationId?: string
}

/**
 * Reads an exported data action, in either of the vendor's forms: the export of the user interface
 * (`integrationType`, `actionType`) or the body of `POST /api/v2/integrations/actions` (`category`,
 * `integrationId`). What an export leaves out gets the vendor's default. Unknown members are kept for a later
 * export. Throws `AppError` `bad.request` that names every member that is wrong.
 */
export function importAction(text: string): ActionFile {
  const document = readDocument(text)
  const reader = new Members(document)
  const kind = reader.oneOf('actionType', ['custom', 'customAuth'] as const, 'custom')
  const definition: ActionDefinition = {
    name: reader.text('name', ''),
    ...reader.optional('category'),
    contract: readContract(reader.inner('contract')),
    config: readConfig(reader.inner('config')),
    secure: reader.flag('secure'),
    source: text,
  }
  if (definition.name === '' || definition.name.length > 256) {
    reader.wrong('name', 'must have 1 to 256 characters')
  }
  if (kind === 'customAuth' && definition.config.timeoutSeconds !== undefined) {
    reader.wrong('config.timeoutSeconds', 'must be absent from a custom-auth action')
  }
  const problems = reader.problems
  if (problems.length > 0) throw notAnAction(problems)
  return {
    definition,
    kind,
    ...reader.optional('integrationType'),
    ...reader.optional('integrationId'),
  }
}

function readDocument(text: string): JsonObject {
  try {
    const value = parseJson(text)
    if (value instanceof Map) return value
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    throw new AppError('bad.request', `The file is not JSON: ${error.message}`, { cause: error })
  }
  throw new AppError('bad.request', 'The file must hold one JSON object: the exported action.')
}

interface Problem {
  readonly path: string
  readonly fault: string
}

function notAnAction(problems: readonly Problem[]): AppError {
  const details: ErrorDetail[] = problems.map(({ path }) => ({ fieldName: path }))
  const sentences = problems.map(({ path, fault }) => `${path} ${fault}`).join('; ')
  return new AppError('bad.request', `The action is not valid: ${sentences}.`, { details })
}

function readConfig(config: Members): ActionConfig {
  const request = config.inner('request')
  const response = config.has('response') ? config.inner('response') : new Members(new Map())
  const timeoutSeconds = config.whole('timeoutSeconds', { min: 1, max: 60 })
  const retry = readRetry(config)
  return {
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    request: {
      ...request.optional('requestUrlTemplate'),
      requestType: request.oneOf<RequestType>('requestType', requestTypes),
      headers: request.texts('headers'),
      requestTemplate: request.text('requestTemplate', standardRequestTemplate),
    },
    response: {
      translationMap: response.texts('translationMap'),
      translationMapDefaults: response.texts('translationMapDefaults', true),
      successTemplate: response.text('successTemplate', standardSuccessTemplate),
    },
    ...(retry === undefined ? {} : { retry }),
  }
}

function readRetry(config: Members): ActionConfig['retry'] {
  if (!config.has('retry')) return undefined
  const retry = config.inner('retry')
  const statuses = retry.wholes('statuses')
  return {
    countMax: retry.whole('countMax', { min: 1, max: 5 }) ?? 1,
    delayMs: retry.whole('delayMs', { min: 0, max: 30_000 }) ?? 1_000,
    ...(statuses === undefined ? {} : { statuses }),
  }
}

function readContract(contract: Members): ActionContract {
  const output = contract.inner('output')
  const errorSchema = output.isGiven('errorSchema') ? output.schema('errorSchema') : undefined
  return {
    inputSchema: contract.inner('input').schema('inputSchema'),
    successSchema: output.schema('successSchema'),
    ...(errorSchema === undefined ? {} : { errorSchema }),
  }
}

/** Reads the members of one object of the file, and gathers what is wrong with them under one list. */
class Members {
  readonly problems: Problem[]
  readonly #members: JsonObject
  readonly #path: string

  constructor(members: JsonObject, path = '', problems: Problem[] = []) {
    this.#members = members
    this.#path = path
    this.problems = problems
  }

  has(name: string): boolean {
    return this.#members.has(name)
  }

  /** Whether there is a value: null says no more than an absent member. */
  isGiven(name: string): boolean {
    return (this.#members.get(name) ?? null) !== null
  }

  wrong(name: string, fault: string): void {
    this.problems.push({ path: this.#path + name, fault })
  }

  inner(name: string): Members {
    const value = this.#members.get(name)
    const path = `${this.#path}${name}.`
    if (value instanceof Map) return new Members(value, path, this.problems)
    this.wrong(name, 'must be an object')
    return new Members(new Map(), path, []) // what it lacks is not worth naming
  }

  text(name: string, otherwise: string): string {
    const value = this.#members.get(name) ?? otherwise
    if (typeof value === 'string') return value
    this.wrong(name, 'must be a text')
    return otherwise
  }

  optional<Name extends string>(name: Name): { readonly [key in Name]?: string } {
    const value = this.#members.get(name)
    if (value === undefined || value === null) return {}
    if (typeof value !== 'string') this.wrong(name, 'must be a text')
    return { [name]: String(value) } as { readonly [key in Name]?: string } // the computed key is Name
  }

  oneOf<Word extends string>(name: string, words: readonly Word[], otherwise?: Word): Word {
    const value = this.#members.get(name) ?? otherwise
    const found = words.find((word) => word === value)
    if (found === undefined) this.wrong(name, `must be one of ${words.join(', ')}`)
    return found ?? (words[0] as Word) // the problem noted above keeps the action from being used
  }

  flag(name: string): boolean {
    const value = this.#members.get(name) ?? false
    if (typeof value !== 'boolean') this.wrong(name, 'must be true or false')
    return value === true
  }

  whole(
    name: string,
    { min, max }: { readonly min: number; readonly max: number },
  ): number | undefined {
    const value = this.#members.get(name) ?? null
    if (value === null) return undefined
    const number = Number(writeJson(value))
    if (!Number.isInteger(number) || number < min || number > max) {
      this.wrong(name, `must be a whole number from ${min} to ${max}`)
      return undefined
    }
    return number
  }

  wholes(name: string): readonly number[] | undefined {
    const value = this.#members.get(name) ?? null
    if (value === null) return undefined
    const numbers = Array.isArray(value)
      ? value.map((item) => Number(writeJson(item)))
      : [Number.NaN]
    if (numbers.every((number) => Number.isInteger(number))) return numbers
    this.wrong(name, 'must be a list of whole numbers')
    return undefined
  }

  /**
   * A map of texts; what is absent is empty, as the vendor stores it. Numbers and truth values count as their
   * text, and with `anyJson` lists and objects as their JSON.
   */
  texts(name: string, anyJson = false): Readonly<Record<string, string>> {
    const value = this.#members.get(name) ?? null
    if (value === null) return {}
    if (!(value instanceof Map)) {
      this.wrong(name, 'must be an object of texts')
      return {}
    }
    for (const [key, item] of value) {
      const isNested = Array.isArray(item) || item instanceof Map
      if (isNested && !anyJson) this.wrong(`${name}.${key}`, 'must be a text')
    }
    return textsOf(value)
  }

  schema(name: string): JsonSchema {
    const value: JsonValue = this.#members.get(name) ?? null
    if (value instanceof Map) return plainObject(value)
    this.wrong(name, 'must be a JSON schema')
    return {}
  }
}

/** The members of a map that have a value, as texts: what is no text counts as its JSON. */
export function textsOf(map: JsonObject): Readonly<Record<string, string>> {
  const texts: [string, string][] = []
  for (const [name, item] of map) {
    if (item !== null) texts.push([name, typeof item === 'string' ? item : writeJson(item)])
  }
  return Object.fromEntries(texts)
}

/** A document as plain JavaScript values, as schemas are kept. */
function plainObject(value: JsonObject): JsonSchema {
  return JSON.parse(writeJson(value))
}
