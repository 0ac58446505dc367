import type { ActionContract, JsonSchema } from './action.ts'
import { JsonNumber } from './json/number.ts'
import { fromPlain } from './json/plain.ts'
import { JsonSyntaxError, parseJson } from './json/read.ts'
import type { JsonObject, JsonValue } from './json/value.ts'
import { writeJson } from './json/write.ts'
import { asSchema, escapeStep, type SchemaFault, schemaType, validateSchema } from './schema.ts'

/** Names that the product fills in itself: an input so named replaces them and breaks the action. */
export const reservedInputs = ['orgId', 'integrationId', 'rawRequest'] as const

/** Levels of JSON that the vendor takes (Genesys Cloud, "Request configuration"). */
export const jsonLevelsMax = 50

/** The types that an input may have: flows hand in plain values only. */
const simpleTypes = ['boolean', 'integer', 'null', 'number', 'string']

const inputName = /^[a-zA-Z][a-zA-Z0-9_-]*$/

/**
 * The members of an input that are no simple values. The vendor's first check: the body of an execution is
 * key-value pairs. Undefined when the input is not even an object.
 */
export function nestedInputs(input: JsonValue): readonly string[] | undefined {
  if (!(input instanceof Map)) return undefined
  return [...input]
    .filter(([, value]) => value instanceof Map || Array.isArray(value))
    .map(([name]) => name)
}

/** Whether a contract asks for objects or lists itself, which the vendor has not but scripts of ours have. */
export function takesNestedInputs({ inputSchema }: ActionContract): boolean {
  const properties = Object.values(asSchema(inputSchema['properties']) ?? {})
  return properties.some((property) => {
    const types = [asSchema(property)?.['type']].flat()
    return types.includes('object') || types.includes('array')
  })
}

/**
 * Joins faults into the vendor's sentence, such as `JSON failed schema validation for the following
 * reasons: Schema: #/properties/n/type. Error location: /n. instance type (string) does not match …`.
 */
export function faultSentence(faults: readonly SchemaFault[]): string {
  const reasons = faults.map(({ keyword, message, pointer, schemaPointer }) => {
    const location = pointer === '' ? '' : ` Error location: ${pointer}.`
    return `Schema: #${schemaPointer}/${keyword}.${location} ${message}`
  })
  return `JSON failed schema validation for the following reasons: ${reasons.join('. ')}.`
}

/**
 * What the vendor finds wrong with an input contract when it is saved: it must be an object of simple
 * properties with plain names. Sentences in the vendor's wording; empty when all is well.
 */
export function inputContractFaults(schema: JsonSchema): readonly string[] {
  const properties = asSchema(schema['properties']) ?? {}
  const faults: SchemaFault[] = []
  if (schema['type'] !== 'object') {
    const found = schema['type'] === undefined ? null : fromPlain(schema['type'])
    faults.push(notInEnum('/type', 'type', { found, allowed: ['object'] }))
  }
  for (const [name, property] of Object.entries(properties)) {
    const pointer = `/properties/${escapeStep(name)}`
    if (!inputName.test(name)) {
      const names = JSON.stringify([name])
      const message = `object instance has properties which are not allowed by the schema: ${names}`
      const place = { pointer: '/properties', schemaPointer: '@/properties/properties' }
      faults.push({ ...place, keyword: 'additionalProperties', message })
    }
    faults.push(...propertyFaults(pointer, property))
  }
  if (faults.length === 0) return []
  const intro =
    'Failed Validation of contract.input.inputSchema as a simple properties schema. Must be an Object with properties and no sub-objects.'
  const reasons = faults.map(
    ({ pointer, schemaPointer, message }) =>
      `Schema: # ${schemaPointer}. Error location: ${pointer}. ${message}`,
  )
  const outcome = 'JSON failed schema validation for the following reasons:'
  return [`${intro} ${outcome} ${reasons.join('. ')}.`]
}

/** What is wrong with one input: it must be a schema of a plain value, written where it stands. */
function propertyFaults(pointer: string, property: unknown): readonly SchemaFault[] {
  const path = `properties/properties/patternProperties/${inputName.source}`
  const schema = asSchema(property)
  if (schema === undefined) {
    const found = schemaType(fromPlain(property))
    const message = `instance type (${found}) does not match any allowed primitive type (allowed: ["object"])`
    return [{ pointer, schemaPointer: `@/${path}`, keyword: 'type', message }]
  }
  const faults = [schema['type'] ?? 'string']
    .flat()
    .filter((type) => !simpleTypes.includes(String(type)))
    .map((type) => {
      const found = fromPlain(type)
      const place = `${path}/properties/type`
      return notInEnum(`${pointer}/type`, place, { found, allowed: simpleTypes })
    })
  if (schema['$ref'] === undefined) return faults
  const message = `object instance has properties which are not allowed by the schema: ["$ref"]`
  const reference = {
    pointer,
    schemaPointer: `@/${path}`,
    keyword: 'additionalProperties',
    message,
  }
  return [...faults, reference]
}

function notInEnum(
  pointer: string,
  path: string,
  { found, allowed }: { readonly found: JsonValue; readonly allowed: readonly string[] },
): SchemaFault {
  const possible = allowed.map((word) => JSON.stringify(word)).join(',')
  const message = `instance value (${writeJson(found)}) not found in enum (possible values: [${possible}])`
  return { pointer, schemaPointer: `@/${path}`, keyword: 'enum', message }
}

/** What the vendor finds wrong with an output contract: an object or a list of objects, no list in a list. */
export function outputContractFaults(schema: JsonSchema): readonly string[] {
  const place = 'contract.output.successSchema'
  const type =
    schema['type'] ?? (asSchema(schema['properties']) === undefined ? undefined : 'object')
  if (type !== 'object' && type !== 'array') {
    return [`Failed Validation of ${place}. The type must be "object" or "array".`]
  }
  return listInList(schema, place)
}

function listInList(schema: JsonSchema, place: string): readonly string[] {
  const items = asSchema(schema['items'])
  if (schema['type'] === 'array' && items !== undefined) {
    const own =
      items['type'] === 'array'
        ? [`${place} has a list inside a list, which is not supported.`]
        : []
    return [...own, ...listInList(items, `${place}.items`)]
  }
  const properties = Object.entries(asSchema(schema['properties']) ?? {})
  return properties.flatMap(([name, property]) => {
    const inner = asSchema(property)
    return inner === undefined ? [] : listInList(inner, `${place}.${name}`)
  })
}

/** Validates an execution's input against the contract; empty when it fits. */
export function inputFaults(input: JsonObject, contract: ActionContract): readonly SchemaFault[] {
  return validateSchema(input, contract.inputSchema)
}

/**
 * Turns texts into the type that the contract names, where they are written as such: `"5"` for an
 * integer, `"true"` for a boolean. For callers that only have texts, such as form fields; flows send typed
 * values, and the vendor's API turns nothing.
 */
export function coerceTexts(input: JsonObject, { inputSchema }: ActionContract): JsonObject {
  const properties = asSchema(inputSchema['properties']) ?? {}
  const coerced: JsonObject = new Map()
  for (const [name, value] of input) {
    const types = [asSchema(properties[name])?.['type']].flat()
    const turned = typeof value === 'string' && !types.includes('string')
    coerced.set(name, turned ? coerceText(value, types) : value)
  }
  return coerced
}

function coerceText(text: string, types: readonly unknown[]): JsonValue {
  try {
    const value = parseJson(text.trim())
    const type = schemaType(value)
    const isNumber = value instanceof JsonNumber && types.includes('number')
    return isNumber || types.includes(type) ? value : text
  } catch (error) {
    if (error instanceof JsonSyntaxError) return text
    throw error
  }
}

/** Puts the contract's defaults where an input is absent. For functions only: the vendor sends none. */
export function withDefaults(input: JsonObject, { inputSchema }: ActionContract): JsonObject {
  const filled: JsonObject = new Map(input)
  for (const [name, property] of Object.entries(asSchema(inputSchema['properties']) ?? {})) {
    const standIn = asSchema(property)?.['default']
    if (standIn !== undefined && !filled.has(name)) filled.set(name, fromPlain(standIn))
  }
  return filled
}
