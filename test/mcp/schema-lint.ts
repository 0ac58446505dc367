/** The longest prefix that a client puts before a name and still lets 64 characters be (`mcp__signalbox__`). */
const prefixLength = 15
const nameMax = 64

const refused = new Set([
  '$ref',
  '$schema',
  '$defs',
  'definitions',
  'anyOf',
  'oneOf',
  'allOf',
  'not',
  'if',
  'then',
  'else',
  'const',
  'default',
  'format',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'additionalProperties',
  'patternProperties',
  'nullable',
])
const types = new Set(['string', 'integer', 'number', 'boolean', 'array', 'object'])

interface Linted {
  readonly name: string
  readonly inputSchema: object
  readonly outputSchema: object
  readonly annotations: object
}

/**
 * What of a tool one of the main clients would refuse: Anthropic's and OpenAI's rules for names and roots, Gemini's
 * subset of OpenAPI 3.0, and the hints that the directories ask for.
 */
export function schemaFaults(tool: Linted): readonly string[] {
  const faults: string[] = []
  const { name, annotations } = tool
  if (!/^[A-Za-z0-9_-]+$/.test(name)) faults.push(`${name}: the name has other signs`)
  if (name.length + prefixLength > nameMax) faults.push(`${name}: the name is too long`)
  for (const part of ['inputSchema', 'outputSchema'] as const) {
    const schema = tool[part]
    if (!('type' in schema) || schema.type !== 'object')
      faults.push(`${name}: ${part} is no object`)
    faults.push(...faultsIn(schema, `${name}.${part}`))
  }
  for (const hint of ['title', 'readOnlyHint', 'destructiveHint', 'openWorldHint']) {
    if (!(hint in annotations)) faults.push(`${name}: ${hint} is missing`)
  }
  return faults
}

function faultsIn(schema: object, path: string): readonly string[] {
  const faults: string[] = []
  for (const [keyword, value] of Object.entries(schema)) {
    if (refused.has(keyword)) faults.push(`${path}: ${keyword}`)
    if (keyword === 'type' && !types.has(value))
      faults.push(`${path}: type ${JSON.stringify(value)}`)
    if (keyword === 'items') faults.push(...faultsIn(value, `${path}[]`))
    if (keyword !== 'properties') continue
    for (const [name, member] of Object.entries<object>(value)) {
      if (!/^[A-Za-z0-9_.-]{1,64}$/.test(name)) faults.push(`${path}.${name}: the name`)
      faults.push(...faultsIn(member, `${path}.${name}`))
    }
  }
  if ('type' in schema && schema.type === 'array' && !('items' in schema))
    faults.push(`${path}: a list without items`)
  return faults
}
