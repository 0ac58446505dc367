import { JsonSyntaxError, parseJson } from './json/read.ts'
import type { JsonValue } from './json/value.ts'
import { writeJson } from './json/write.ts'
import type { PathLimits } from './jsonpath/budget.ts'
import { PathSyntaxError } from './jsonpath/errors.ts'
import {
  explainPath,
  noticesOf,
  type PathExplanation,
  type PathNotice,
} from './jsonpath/explain.ts'
import { compilePath, type JsonPath } from './jsonpath/path.ts'

/** The two maps of a data action's `config.response`: JSONPath by key, and raw default text by key. */
export interface ResponseMapping {
  readonly translationMap: Readonly<Record<string, string>>
  readonly translationMapDefaults: Readonly<Record<string, string>>
}

/** What became of one key of the translation map. */
export interface TranslatedKey {
  readonly key: string
  readonly path: string
  /**
   * `resolved`: the path gave a value. `defaulted`: it led nowhere and the default stands in.
   * `unset`: it led nowhere and there is no default. `failed`: the path is wrong or could not be read.
   */
  readonly outcome: 'resolved' | 'defaulted' | 'unset' | 'failed'
  /** JSON text for the success template (strings keep their quotes); undefined when unset or failed. */
  readonly text: string | undefined
  /** One sentence for the person who wrote the mapping. */
  readonly explanation: string
  readonly notices: readonly PathNotice[]
}

/** The outcome of `Resolve translation map`. */
export interface TranslatedResponse {
  readonly keys: readonly TranslatedKey[]
  /** Variables of the success template by name; keys that are unset or failed are missing. */
  readonly values: ReadonlyMap<string, string>
}

/**
 * Resolves a translation map over the raw result of a data action, as Genesys Cloud's "Response
 * configuration for data actions" describes: each value becomes JSON text, and a default is used only when
 * its path fails to resolve, so neither a null nor an empty list is replaced. Throws JsonSyntaxError
 * when the map is not empty and the raw result is not JSON.
 */
export function translateResponse(
  rawResult: string,
  mapping: ResponseMapping,
  limits?: Partial<PathLimits>,
): TranslatedResponse {
  const entries = Object.entries(mapping.translationMap)
  if (entries.length === 0) return { keys: [], values: new Map() }
  const document = parseJson(rawResult)
  const defaults = new Map(Object.entries(mapping.translationMapDefaults))
  const keys = entries.map(([key, path]) => {
    const compiled = compile(path, limits)
    const standIn = defaults.get(key)
    if (compiled instanceof PathSyntaxError) return uncompiled(key, path, compiled)
    return translate({ key, path: compiled, document, standIn })
  })
  const values = new Map<string, string>()
  for (const { key, text } of keys) if (text !== undefined) values.set(key, text)
  return { keys, values }
}

function compile(
  path: string,
  limits: Partial<PathLimits> | undefined,
): JsonPath | PathSyntaxError {
  try {
    return compilePath(path, limits)
  } catch (error) {
    if (error instanceof PathSyntaxError) return error
    throw error
  }
}

function uncompiled(key: string, path: string, error: PathSyntaxError): TranslatedKey {
  const explanation = `The path is not valid: ${error.message}`
  return { key, path, outcome: 'failed', text: undefined, explanation, notices: [] }
}

interface Translation {
  readonly key: string
  readonly path: JsonPath
  readonly document: JsonValue
  readonly standIn: string | undefined
}

function translate({ key, path, document, standIn }: Translation): TranslatedKey {
  const explained = explainPath(path, document)
  const common = { key, path: path.text, notices: noticesOf(path) }
  if (explained.outcome === 'resolved') {
    const text = writeJson(explained.value)
    const explanation = explained.reason + unusedDefault(explained, standIn)
    return { ...common, outcome: 'resolved', text, explanation }
  }
  if (explained.outcome === 'failed') {
    const explanation = `The path could not be read: ${explained.reason}`
    return { ...common, outcome: 'failed', text: undefined, explanation }
  }
  if (standIn === undefined) {
    const explanation = `${explained.reason} There is no default, so the variable stays unset.`
    return { ...common, outcome: 'unset', text: undefined, explanation }
  }
  const explanation = `${explained.reason} The default is used.${warnOfText(standIn)}`
  return { ...common, outcome: 'defaulted', text: standIn, explanation }
}

/** Only null and the empty list need the word: there people expect the default. */
function unusedDefault(
  { value }: PathExplanation & { outcome: 'resolved' },
  standIn: string | undefined,
): string {
  if (standIn === undefined) return ''
  const isEmptyList = Array.isArray(value) && value.length === 0
  if (value !== null && !isEmptyList) return ''
  return ' The default does not apply, because the path was resolved.'
}

/** Defaults are raw text: `none` without quotes breaks the JSON that the template renders. */
function warnOfText(standIn: string): string {
  try {
    parseJson(standIn)
    return ''
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    return ' It is not JSON by itself, so the rendered result may not be JSON either.'
  }
}
