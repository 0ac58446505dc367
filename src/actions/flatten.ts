import type { JsonSchema } from './action.ts'
import type { JsonArray, JsonObject, JsonValue } from './json/value.ts'
import { asSchema } from './schema.ts'

/** A flattened schema with the names whose values are lists: `inputSchemaFlattened` and its kin. */
export interface FlattenedSchema {
  readonly schema: JsonSchema
  readonly arrayProperties: readonly string[]
}

/** How deep is flattened; what lies deeper stays as it is. */
const depthMax = 50

/**
 * Turns a result into the form that flows read (`flatten=true`): members of objects become `parent.child`,
 * a list of objects becomes one list for each leaf, filled up with null so that the positions stay
 * together. A list at the root gives its leaves without a prefix. Leaves that the schema names are there
 * even when the list is empty.
 */
export function flattenValue(value: JsonValue, schema: JsonSchema): JsonObject {
  const flat: JsonObject = new Map()
  if (Array.isArray(value)) addList(flat, value, { name: '', schema, depth: 0 })
  else if (value instanceof Map) addMembers(flat, value, { name: '', schema, depth: 0 })
  else flat.set('value', value)
  return flat
}

interface Place {
  readonly name: string
  readonly schema: JsonSchema | undefined
  readonly depth: number
}

function inside(place: Place, name: string): Place {
  const properties = asSchema(place.schema?.['properties'])
  return {
    name: joined(place.name, name),
    schema: asSchema(properties?.[name]),
    depth: place.depth + 1,
  }
}

function joined(parent: string, name: string): string {
  return parent === '' ? name : `${parent}.${name}`
}

function addMembers(flat: JsonObject, members: JsonObject, place: Place): void {
  for (const [name, value] of members) {
    const inner = inside(place, name)
    const isDeep = inner.depth >= depthMax
    if (value instanceof Map && !isDeep) addMembers(flat, value, inner)
    else if (Array.isArray(value) && !isDeep) addList(flat, value, inner)
    else flat.set(inner.name, value)
  }
}

function addList(flat: JsonObject, items: JsonArray, place: Place): void {
  const itemSchema = asSchema(place.schema?.['items'])
  const hasObjects = items.some((item) => item instanceof Map)
  if (!hasObjects && (items.length > 0 || itemSchema?.['properties'] === undefined)) {
    flat.set(place.name === '' ? 'value' : place.name, items)
    return
  }
  const inner = { name: '', schema: itemSchema, depth: place.depth + 1 }
  const rows = items.map((item) => {
    const row: JsonObject = new Map()
    if (item instanceof Map) addMembers(row, item, inner)
    return row
  })
  const names = new Set([...leafNames(itemSchema), ...rows.flatMap((row) => [...row.keys()])])
  for (const name of names) {
    flat.set(
      joined(place.name, name),
      rows.map((row) => row.get(name) ?? null),
    )
  }
}

/** The leaves that a schema names, in its order. */
function leafNames(schema: JsonSchema | undefined): readonly string[] {
  if (schema === undefined) return []
  return leavesOf(schema, 0)
    .map(({ name }) => name)
    .filter((name) => name !== '')
}

interface Leaf {
  readonly name: string
  readonly schema: JsonSchema
  readonly isList: boolean
  readonly isRequired: boolean
}

function leavesOf(schema: JsonSchema, depth: number): readonly Leaf[] {
  const items = asSchema(schema['items'])
  if (schema['type'] === 'array' && items !== undefined) {
    const inner = asSchema(items['properties'])
    if (inner === undefined || Object.keys(inner).length === 0) {
      return [{ name: '', schema: items, isList: true, isRequired: true }]
    }
    return leavesOf(items, depth + 1).map((leaf) => ({ ...leaf, isList: true }))
  }
  const properties = asSchema(schema['properties'])
  if (properties === undefined || Object.keys(properties).length === 0 || depth >= depthMax) {
    return [{ name: '', schema, isList: false, isRequired: true }]
  }
  const required: unknown = schema['required']
  return Object.entries(properties).flatMap(([name, property]) => {
    const isRequired = Array.isArray(required) && required.includes(name)
    return leavesOf(asSchema(property) ?? {}, depth + 1).map((leaf) => ({
      ...leaf,
      name: leaf.name === '' ? name : joined(name, leaf.name),
      isRequired: leaf.isRequired && isRequired,
    }))
  })
}

/**
 * Flattens a schema the way `flattenValue` flattens its values, and tells which names hold lists, as the
 * vendor's `FlattenedJsonSchemaDocument` does.
 */
export function flattenSchema(schema: JsonSchema): FlattenedSchema {
  const leaves = leavesOf(schema, 0).filter(({ name }) => name !== '')
  const properties: Record<string, unknown> = {}
  for (const leaf of leaves) {
    properties[leaf.name] = leaf.isList ? { type: 'array', items: leaf.schema } : leaf.schema
  }
  const required = leaves.filter(({ isRequired }) => isRequired).map(({ name }) => name)
  const { items: _items, properties: _nested, required: before, ...rest } = schema
  return {
    schema: {
      ...rest,
      type: 'object',
      ...(required.length > 0 || before !== undefined ? { required } : {}),
      properties,
    },
    arrayProperties: leaves.filter(({ isList }) => isList).map(({ name }) => name),
  }
}
