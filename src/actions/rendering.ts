import { keepCompiled } from './compiled.ts'
import { ActionFailure } from './failure.ts'
import { JsonNumber } from './json/number.ts'
import type { JsonObject, JsonValue } from './json/value.ts'
import { writeJson } from './json/write.ts'
import type { ContextValue } from './velocity/context.ts'
import { TemplateError, TemplateSyntaxError } from './velocity/errors.ts'
import { jsonNumber } from './velocity/numbers.ts'
import type { ResolvedReference } from './velocity/scope.ts'
import { parseTemplate, renderTemplate, type Template } from './velocity/template.ts'
import { templateTools } from './velocity/tools/vendor.ts'

/** The variables of a template by name. */
export type TemplateContext = Readonly<Record<string, ContextValue>>

/** A template with the name that messages give it, such as `requestTemplate`. */
export interface NamedTemplate {
  readonly name: string
  readonly source: string
}

/** What a template printed, and what stood where. */
export interface Rendered {
  readonly text: string
  /** The references that were printed, in order. */
  readonly references: readonly ResolvedReference[]
  readonly explanations: readonly string[]
}

/** How templates treat what is missing. */
export interface RenderSettings {
  /**
   * What `${input.x}` prints without a value: the vendor's page says its own text, the engine's strict
   * mode would fail. `literal` unless given.
   */
  readonly nullFormalReference?: 'literal' | 'error'
  /** 0 (included) to 1 (excluded), for `$math.random`. */
  readonly chance: () => number
}

/** Caps of one rendering: far beyond any action seen, and below a fraction of a second. */
const caps = { outputLengthMax: 2_000_000, stepsMax: 200_000, loopsMax: 100_000 } as const

/** At most so many references are told one by one. */
const referencesMax = 200

/**
 * Parses a template as the vendor's engine takes it: hyphens in names are allowed, since contracts
 * allow them. Throws `TemplateSyntaxError` with line and column.
 */
export function parseActionTemplate({ name, source }: NamedTemplate): Template {
  return compiled(`${name}\0${source}`)
}

const compiled = keepCompiled((named) => {
  const at = named.indexOf('\0')
  return parseTemplate(named.slice(at + 1), { name: named.slice(0, at), hyphenatedNames: true })
})

/**
 * Renders one template of an action in strict mode, roots named `input` in any case.
 * Throws `ActionFailure` whose message tells line and column.
 */
export function renderActionTemplate(
  named: NamedTemplate,
  context: TemplateContext,
  { chance, nullFormalReference = 'literal' }: RenderSettings,
): Rendered {
  const references: ResolvedReference[] = []
  try {
    const text = renderTemplate(parseActionTemplate(named), context, {
      ...caps,
      tools: templateTools(chance),
      strict: true,
      nullFormalReference,
      caseInsensitiveRoots: ['input'],
      onReference: (reference) => {
        if (references.length < referencesMax) references.push(reference)
      },
    })
    return { text, references, explanations: missing(references) }
  } catch (error) {
    throw templateFailure(error, named)
  }
}

function missing(references: readonly ResolvedReference[]): readonly string[] {
  return references
    .filter(({ text, literal }) => text === undefined && !literal.startsWith('$!'))
    .map(
      ({ literal, line, column }) =>
        `${literal} at line ${line}, column ${column} has no value, so its own text is sent; write $!{…} to send nothing.`,
    )
}

function templateFailure(error: unknown, { name, source }: NamedTemplate): unknown {
  const isKnown = error instanceof TemplateError || error instanceof TemplateSyntaxError
  if (!isKnown) return error
  const message =
    name === 'successTemplate'
      ? `Transform failed to process result using 'successTemplate' template due to error:'${error.message}'\n Template:'${source}'.`
      : `Failed to resolve '${name}' template due to error:'${error.message}'.`
  const { line, column } = error
  const shown = source.split(/\r\n|\r|\n/)[line - 1]?.slice(0, 500) ?? ''
  const verb = error instanceof TemplateSyntaxError ? 'cannot be read' : 'stopped'
  return new ActionFailure(message, {
    errorCode: 'ACTION.PROCESSING',
    hints: [
      `The template ${verb} at line ${line}, column ${column}: ${shown}`,
      ...advice(error.message),
    ],
    cause: error,
  })
}

function advice(message: string): readonly string[] {
  const unset = /^Variable \$(\S+) has not been set/.exec(message)?.[1]
  if (unset === undefined) return []
  return [
    `Nothing is named ${unset} here. Roots are input, credentials and authResponse in a request, rawResult and the keys of the translation map in the success template; a key whose path led nowhere and that has no default is not set.`,
  ]
}

/** A JSON document as template values; numbers keep their digits. */
export function contextValue(value: JsonValue): ContextValue {
  if (value instanceof JsonNumber) return jsonNumber(value.text)
  if (Array.isArray(value)) return value.map(contextValue)
  if (!(value instanceof Map)) return value
  const members = new Map<string, ContextValue>()
  for (const [name, member] of value) members.set(name, contextValue(member))
  return members
}

/** What the platform knows of the caller and adds to the inputs under reserved names. */
export interface CallerNames {
  readonly organizationId: string
  readonly integrationId: string
}

/**
 * The root `input`: the execution's inputs with `rawRequest` (all of them as JSON text), `orgId` and
 * `integrationId`. A contract's own property of such a name wins, as the vendor warns.
 */
export function inputContext(input: JsonObject, caller: CallerNames): ContextValue {
  const root = new Map<string, ContextValue>([
    ['rawRequest', writeJson(input)],
    ['orgId', caller.organizationId],
    ['integrationId', caller.integrationId],
  ])
  for (const [name, value] of input) root.set(name, contextValue(value))
  return root
}
