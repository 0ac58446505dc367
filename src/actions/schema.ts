import type { JsonSchema } from './action.ts'
import { compareDecimals, parseDecimal } from './json/decimal.ts'
import { JsonNumber } from './json/number.ts'
import { fromPlain } from './json/plain.ts'
import { type JsonValue, javaEquals } from './json/value.ts'
import { writeJson } from './json/write.ts'
import { compileRegex } from './jsonpath/regex.ts'

/** One rule of a schema that a value breaks. */
export interface SchemaFault {
  /** JSON pointer into the value; empty for the whole of it. */
  readonly pointer: string
  /** JSON pointer into the schema. */
  readonly schemaPointer: string
  readonly keyword: string
  /** In the wording of the validator whose messages Genesys Cloud shows. */
  readonly message: string
}

/** How deep schemas are followed; deeper values are taken as valid. The vendor caps JSON at 50 levels. */
const depthMax = 100

/** At most so many faults are gathered: nobody reads more. */
const faultsMax = 50

/**
 * Validates a value by the rules of JSON schema draft 4, with messages in the wording of the Java
 * `json-schema-validator` that the vendor's error texts come from. Formats are not checked, `$ref` is not
 * followed (contracts must not have it), and a schema that makes no sense allows everything.
 */
export function validateSchema(value: JsonValue, schema: JsonSchema): readonly SchemaFault[] {
  const faults: SchemaFault[] = []
  check(value, schema, { pointer: '', schemaPointer: '', depth: 0, faults })
  return faults
}

interface Place {
  readonly pointer: string
  readonly schemaPointer: string
  readonly depth: number
  readonly faults: SchemaFault[]
}

type Rule = (value: JsonValue, operand: unknown, place: RulePlace) => void

/** Where a rule is applied: a place, and the schema that the rule stands in. */
class RulePlace implements Place {
  readonly pointer: string
  readonly schemaPointer: string
  readonly depth: number
  readonly faults: SchemaFault[]
  readonly schema: JsonSchema
  readonly #keyword: string

  constructor(place: Place, schema: JsonSchema, keyword: string) {
    this.pointer = place.pointer
    this.schemaPointer = place.schemaPointer
    this.depth = place.depth
    this.faults = place.faults
    this.schema = schema
    this.#keyword = keyword
  }

  fault(message: string): void {
    const { pointer, schemaPointer, faults } = this
    faults.push({ pointer, schemaPointer, keyword: this.#keyword, message })
  }
}

function check(value: JsonValue, schema: JsonSchema, place: Place): void {
  if (place.depth > depthMax || place.faults.length >= faultsMax) return
  for (const keyword of Object.keys(schema)) {
    const rule = rules.get(keyword)
    if (rule !== undefined) rule(value, schema[keyword], new RulePlace(place, schema, keyword))
  }
}

function below(place: Place, step: string, schemaStep: string): Place {
  return {
    pointer: `${place.pointer}/${escapeStep(step)}`,
    schemaPointer: `${place.schemaPointer}/${schemaStep}`,
    depth: place.depth + 1,
    faults: place.faults,
  }
}

/** A member's name as a step of a JSON pointer (RFC 6901). */
export function escapeStep(step: string): string {
  return /[~/]/.test(step) ? step.replaceAll('~', '~0').replaceAll('/', '~1') : step
}

/** The draft's name for the kind of a value; a number without a fraction is an integer. */
export function schemaType(value: JsonValue): string {
  if (value === null) return 'null'
  if (typeof value === 'boolean') return 'boolean'
  if (typeof value === 'string') return 'string'
  if (value instanceof JsonNumber) return isWhole(value) ? 'integer' : 'number'
  return Array.isArray(value) ? 'array' : 'object'
}

function isWhole(number: JsonNumber): boolean {
  if (!/[.E]/.test(number.text)) return true
  return Number.isInteger(number.toDouble())
}

/** A schema's member as a schema; undefined when it is none. */
export function asSchema(value: unknown): JsonSchema | undefined {
  return isRecord(value) ? value : undefined
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function textsOf(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  return list.filter((one) => typeof one === 'string')
}

function listed(names: readonly string[]): string {
  return `[${names.map((name) => JSON.stringify(name)).join(',')}]`
}

/** Moves of the matcher for one pattern; a pattern that needs more counts as met. */
const regexStepsMax = 100_000

/** Whether a pattern is found anywhere in a text. A pattern that is none is met by everything. */
function matches(pattern: string, text: string): boolean {
  let steps = 0
  const step = () => {
    steps += 1
    if (steps > regexStepsMax) throw new RangeError('The pattern needs too many steps.')
  }
  try {
    return compileRegex(`[\\s\\S]*(?:${pattern})[\\s\\S]*`, '').matches(text, step)
  } catch {
    return true // not the value's fault
  }
}

function compareTo(value: JsonNumber, limit: unknown): number {
  const left = parseDecimal(value.text)
  const right = typeof limit === 'number' ? parseDecimal(String(limit)) : undefined
  return left === undefined || right === undefined ? 0 : compareDecimals(left, right)
}

const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  [
    'type',
    (value, operand, place) => {
      const type = schemaType(value)
      if (operand === type) return
      const allowed = textsOf(operand)
      const fits = allowed.includes(type) || (type === 'integer' && allowed.includes('number'))
      if (fits || allowed.length === 0) return
      const sorted = listed([...allowed].sort())
      place.fault(
        `instance type (${type}) does not match any allowed primitive type (allowed: ${sorted})`,
      )
    },
  ],
  [
    'required',
    (value, operand, place) => {
      if (!(value instanceof Map)) return
      const required = Array.isArray(operand) ? textsOf(operand) : []
      const missing = required.filter((name) => !value.has(name)).sort()
      if (missing.length === 0) return
      place.fault(`object has missing required properties (${listed(missing)})`)
    },
  ],
  [
    'properties',
    (value, operand, place) => {
      if (!(value instanceof Map) || !isRecord(operand)) return
      for (const name of Object.keys(operand)) {
        const member = value.get(name)
        const inner = asSchema(operand[name])
        if (member === undefined || inner === undefined) continue
        check(member, inner, below(place, name, `properties/${escapeStep(name)}`))
      }
    },
  ],
  [
    'additionalProperties',
    (value, operand, place) => {
      if (operand === true || !(value instanceof Map)) return
      const known = new Set(Object.keys(asSchema(place.schema['properties']) ?? {}))
      const patterns = Object.keys(asSchema(place.schema['patternProperties']) ?? {})
      const isKnown = (name: string) =>
        known.has(name) || patterns.some((pattern) => matches(pattern, name))
      const others = [...value].filter(([name]) => !isKnown(name))
      if (operand === false && others.length > 0) {
        const names = listed(others.map(([name]) => name).sort())
        place.fault(`object instance has properties which are not allowed by the schema: ${names}`)
      }
      const schema = asSchema(operand)
      if (schema === undefined) return
      for (const [name, member] of others) {
        check(member, schema, below(place, name, 'additionalProperties'))
      }
    },
  ],
  [
    'patternProperties',
    (value, operand, place) => {
      if (!(value instanceof Map) || !isRecord(operand)) return
      for (const [pattern, schema] of Object.entries(operand)) {
        const inner = asSchema(schema)
        if (inner === undefined) continue
        for (const [name, member] of value) {
          if (!matches(pattern, name)) continue
          check(member, inner, below(place, name, `patternProperties/${escapeStep(pattern)}`))
        }
      }
    },
  ],
  [
    'items',
    (value, operand, place) => {
      if (!Array.isArray(value)) return
      value.forEach((item, index) => {
        const schema = asSchema(Array.isArray(operand) ? operand[index] : operand)
        if (schema === undefined) return
        const step = Array.isArray(operand) ? `items/${index}` : 'items'
        check(item, schema, below(place, String(index), step))
      })
    },
  ],
  [
    'enum',
    (value, operand, place) => {
      if (!Array.isArray(operand)) return
      const choices: readonly JsonValue[] = operand.map(fromPlain)
      if (choices.some((choice) => javaEquals(choice, value))) return
      const possible = choices.map(writeJson).join(',')
      place.fault(
        `instance value (${writeJson(value)}) not found in enum (possible values: [${possible}])`,
      )
    },
  ],
  [
    'minimum',
    (value, operand, place) => {
      if (!(value instanceof JsonNumber)) return
      const order = compareTo(value, operand)
      const isExclusive = place.schema['exclusiveMinimum'] === true
      if (order < 0) {
        place.fault(
          `numeric instance is lower than the required minimum (minimum: ${operand}, found: ${value.text})`,
        )
      } else if (order === 0 && isExclusive && typeof operand === 'number') {
        place.fault(`numeric instance is not strictly greater than the required minimum ${operand}`)
      }
    },
  ],
  [
    'maximum',
    (value, operand, place) => {
      if (!(value instanceof JsonNumber)) return
      const order = compareTo(value, operand)
      const isExclusive = place.schema['exclusiveMaximum'] === true
      if (order > 0) {
        place.fault(
          `numeric instance is greater than the required maximum (maximum: ${operand}, found: ${value.text})`,
        )
      } else if (order === 0 && isExclusive && typeof operand === 'number') {
        place.fault(`numeric instance is not strictly lower than the required maximum ${operand}`)
      }
    },
  ],
  [
    'minLength',
    (value, operand, place) => {
      if (typeof value !== 'string' || typeof operand !== 'number') return
      const length = [...value].length
      if (length < operand)
        place.fault(
          `string "${value}" is too short (length: ${length}, required minimum: ${operand})`,
        )
    },
  ],
  [
    'maxLength',
    (value, operand, place) => {
      if (typeof value !== 'string' || typeof operand !== 'number') return
      const length = [...value].length
      if (length > operand)
        place.fault(
          `string "${value}" is too long (length: ${length}, maximum allowed: ${operand})`,
        )
    },
  ],
  [
    'pattern',
    (value, operand, place) => {
      if (typeof value !== 'string' || typeof operand !== 'string') return
      if (!matches(operand, value))
        place.fault(`ECMA 262 regex "${operand}" does not match input string "${value}"`)
    },
  ],
  [
    'minItems',
    (value, operand, place) => {
      if (!Array.isArray(value) || typeof operand !== 'number' || value.length >= operand) return
      place.fault(
        `array is too short: must have at least ${operand} elements but instance has ${value.length} elements`,
      )
    },
  ],
  [
    'maxItems',
    (value, operand, place) => {
      if (!Array.isArray(value) || typeof operand !== 'number' || value.length <= operand) return
      place.fault(
        `array is too long: must have at most ${operand} elements but instance has ${value.length} elements`,
      )
    },
  ],
])
