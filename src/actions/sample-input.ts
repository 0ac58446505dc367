import type { ActionDefinition } from './action.ts'
import { fromPlain } from './json/plain.ts'
import type { JsonObject, JsonValue } from './json/value.ts'
import { parseActionTemplate } from './rendering.ts'
import { asSchema } from './schema.ts'
import { pathOf, walkTemplate } from './template-walk.ts'
import { TemplateSyntaxError } from './velocity/errors.ts'

/**
 * Makes an input that an action can be tried with: every property of its contract has a value of its
 * type. A text that the body template puts outside of quotes gets a piece of JSON that fits there.
 */
export function sampleInput({ contract, config }: ActionDefinition): JsonObject {
  const pieces = jsonPieces(config.request.requestTemplate)
  const input: JsonObject = new Map()
  const properties = asSchema(contract.inputSchema['properties']) ?? {}
  for (const [name, property] of Object.entries(properties)) {
    input.set(
      name,
      sampleProperty(name, { schema: asSchema(property) ?? {}, piece: pieces.get(name) }),
    )
  }
  return input
}

function sampleProperty(
  name: string,
  {
    schema,
    piece,
  }: { readonly schema: Readonly<Record<string, unknown>>; readonly piece: string | undefined },
): JsonValue {
  const choices: readonly unknown[] = Array.isArray(schema['enum']) ? schema['enum'] : []
  const given = schema['default'] ?? choices[0]
  if (given !== undefined) return fromPlain(given)
  switch ([schema['type']].flat()[0]) {
    case 'integer':
    case 'number':
      return fromPlain(typeof schema['minimum'] === 'number' ? schema['minimum'] : 7)
    case 'boolean':
      return true
    case 'null':
      return null
    case 'object':
      return new Map()
    case 'array':
      return []
    default:
      return piece ?? `sample-${name}`
  }
}

/** By input: what fits where the template prints it outside of quotes. */
function jsonPieces(source: string): ReadonlyMap<string, string> {
  const pieces = new Map<string, string>()
  try {
    const { nodes } = parseActionTemplate({ name: 'requestTemplate', source })
    for (const { reference, isPrinted, inQuotes, before, wrappers } of walkTemplate(nodes)
      .references) {
      const [root, name] = pathOf(reference).split('.')
      if (root !== 'input' || name === undefined || !isPrinted || inQuotes) continue
      if (wrappers.length === 0) pieces.set(name, before === '{' ? '"sample": "value"' : '7')
    }
  } catch (error) {
    if (!(error instanceof TemplateSyntaxError)) throw error
  }
  return pieces
}
