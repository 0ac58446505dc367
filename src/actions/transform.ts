import type { ActionDefinition } from './action.ts'
import { jsonLevelsMax } from './contract.ts'
import { ActionFailure } from './failure.ts'
import { JsonSyntaxError, parseJson } from './json/read.ts'
import type { JsonValue } from './json/value.ts'
import {
  type Rendered,
  type RenderSettings,
  renderActionTemplate,
  type TemplateContext,
} from './rendering.ts'
import { jsonHints } from './request.ts'
import { type TranslatedResponse, translateResponse } from './response.ts'

/** What templates see as `rawResult`, and what was done to the reply's body for it. */
export interface RawResult {
  readonly text: string
  readonly explanations: readonly string[]
}

/** What the success template made of a reply. */
export interface Transformed {
  readonly value: JsonValue
  readonly rendered: Rendered
  readonly explanations: readonly string[]
}

/**
 * A reply's body as `rawResult`: an empty one counts as `{}`, so that `${rawResult}` works, and a text of JSON that holds
 * an object or a list as what it holds. The vendor reads such texts of Google's functions (Genesys Cloud, "Response
 * configuration"); no contract of any action can be met by a text.
 */
export function rawResultOf(body: string): RawResult {
  const text = body.startsWith('\uFEFF') ? body.slice(1) : body
  if (text.trim() === '') {
    return { text: '{}', explanations: ['The reply has no body; it counts as {}.'] }
  }
  const held = heldJson(text)
  if (held === undefined) return { text, explanations: [] }
  const explanations = ['The reply is a text that holds JSON; it counts as what it holds.']
  return { text: held, explanations }
}

function heldJson(text: string): string | undefined {
  if (!text.trimStart().startsWith('"')) return undefined
  try {
    const held = parseJson(text)
    if (typeof held !== 'string') return undefined
    const inner = parseJson(held)
    return inner instanceof Map || Array.isArray(inner) ? held : undefined
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    return undefined // the steps that read it tell what is wrong
  }
}

/**
 * Resolves the translation map over the reply. Throws `ActionFailure` when the reply is not JSON or a path is
 * not valid; a path that leads nowhere is no failure, whether or not it has a default.
 */
export function translate({ config }: ActionDefinition, rawResult: string): TranslatedResponse {
  try {
    const translated = translateResponse(rawResult, config.response)
    const failed = translated.keys.filter(({ outcome }) => outcome === 'failed')
    if (failed.length === 0) return translated
    const told = failed.map(({ key, path, explanation }) => `${key} (${path}): ${explanation}`)
    throw new ActionFailure(`Transform failed to resolve the translation map: ${told.join(' ')}`, {
      errorCode: 'ACTION.PROCESSING',
    })
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    throw new ActionFailure(`The response is not JSON: ${error.message}`, {
      errorCode: 'ACTION.PROCESSING',
      hints: ['A translation map reads JSON only; XML and plain text need a service in between.'],
      cause: error,
    })
  }
}

/**
 * Renders the success template and reads what it gives as JSON. Text behind the JSON is ignored, as one of the
 * vendor's own actions needs. Throws `ActionFailure` in the vendor's wording.
 */
export function applyTemplate(
  { config }: ActionDefinition,
  context: TemplateContext,
  settings: RenderSettings,
): Transformed {
  const source = config.response.successTemplate
  const rendered = renderActionTemplate({ name: 'successTemplate', source }, context, settings)
  try {
    const { value, rest } = parseLeading(rendered.text)
    const tail = rest.trim()
    const explanations =
      tail === ''
        ? []
        : [
            `The template renders further text behind its JSON, which is ignored: ${tail.slice(0, 100)}`,
          ]
    return { value, rendered, explanations: [...rendered.explanations, ...explanations] }
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    throw new ActionFailure(
      `Transform failed to process result using 'successTemplate' template due to error:'${error.message}'\n Template:'${source}'.`,
      {
        errorCode: 'ACTION.PROCESSING',
        hints: [
          ...jsonHints(rendered, error.position),
          'Values of the translation map are JSON text: texts bring their own quotes, so the template must not put quotes around them.',
        ],
        result: rendered.text,
        cause: error,
      },
    )
  }
}

/** Reads the JSON that a text starts with; `rest` is what stands behind it. Throws `JsonSyntaxError`. */
export function parseLeading(text: string): { readonly value: JsonValue; readonly rest: string } {
  try {
    return { value: parseJson(text, { depthMax: jsonLevelsMax }), rest: '' }
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    try {
      const value = parseJson(text.slice(0, error.position), { depthMax: jsonLevelsMax })
      return { value, rest: text.slice(error.position) }
    } catch {
      throw error // what stands before is no JSON either, so the first fault is the one to tell
    }
  }
}
