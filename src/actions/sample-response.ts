import type { ActionDefinition, JsonSchema } from './action.ts'
import { fromPlain } from './json/plain.ts'
import { JsonSyntaxError } from './json/read.ts'
import type { JsonObject, JsonValue } from './json/value.ts'
import { writeJson } from './json/write.ts'
import { compilePath } from './jsonpath/path.ts'
import { renderActionTemplate } from './rendering.ts'
import { grow } from './sample-path.ts'
import { asSchema } from './schema.ts'
import { parseLeading } from './transform.ts'

/**
 * Makes a reply that an action's translation map resolves on, so that an action can be tried without its
 * service: each path gets what it asks for, filters included, with values of the types that the output
 * contract has where the success template puts them. Without a map the reply is made from the contract.
 */
export function sampleResponse(definition: ActionDefinition): JsonValue {
  const { contract, config } = definition
  const paths = Object.entries(config.response.translationMap)
  if (paths.length === 0) return sampleOfSchema(contract.successSchema, 0)
  const places = outputPlaces(definition)
  let document: JsonValue | undefined
  for (const [key, text] of paths) {
    const path = compilePath(text)
    const place = places.get(key)
    const items = asSchema(place?.['items'])
    const leaf = !path.definite && items !== undefined ? items : place
    document = grow(document, path.tokens, sampleOfSchema(leaf ?? { type: 'string' }, 0))
  }
  return document ?? new Map()
}

/** A value that fits a schema: required and optional members, one item a list. */
export function sampleOfSchema(schema: JsonSchema, depth: number): JsonValue {
  const choices: readonly unknown[] = Array.isArray(schema['enum']) ? schema['enum'] : []
  if (choices[0] !== undefined) return fromPlain(choices[0])
  switch ([schema['type']].flat()[0]) {
    case 'integer':
    case 'number':
      return fromPlain(typeof schema['minimum'] === 'number' ? schema['minimum'] : 7)
    case 'boolean':
      return true
    case 'null':
      return null
    case 'string':
      return 'sample'
    case 'array': {
      const items = asSchema(schema['items'])
      return items === undefined || depth > 20 ? [] : [sampleOfSchema(items, depth + 1)]
    }
    default:
      return sampleObject(schema, depth)
  }
}

function sampleObject(schema: JsonSchema, depth: number): JsonValue {
  const members: JsonObject = new Map()
  if (depth > 20) return members
  for (const [name, property] of Object.entries(asSchema(schema['properties']) ?? {})) {
    members.set(name, sampleOfSchema(asSchema(property) ?? {}, depth + 1))
  }
  return members
}

/** By key of the translation map: the schema of the place where the success template puts it. */
function outputPlaces({ config, contract }: ActionDefinition): ReadonlyMap<string, JsonSchema> {
  const marks = Object.keys(config.response.translationMap)
  const context = Object.fromEntries(marks.map((key) => [key, writeJson(`@@${key}@@`)]))
  const source = config.response.successTemplate
  const found = new Map<string, JsonSchema>()
  const named = { name: 'successTemplate', source }
  const { text } = renderActionTemplate(named, { ...context, rawResult: '{}' }, { chance: () => 0 })
  const seek = (value: JsonValue, schema: JsonSchema): void => {
    if (typeof value === 'string') {
      for (const key of marks) {
        const isWhole = value === `@@${key}@@`
        if (isWhole || (value.includes(`@@${key}@@`) && !found.has(key))) found.set(key, schema)
      }
    } else if (Array.isArray(value)) {
      for (const item of value) seek(item, asSchema(schema['items']) ?? {})
    } else if (value instanceof Map) {
      const properties = asSchema(schema['properties']) ?? {}
      for (const [name, member] of value) seek(member, asSchema(properties[name]) ?? {})
    }
  }
  try {
    seek(parseLeading(text).value, contract.successSchema)
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
  }
  return found
}
