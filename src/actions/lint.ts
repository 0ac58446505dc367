import { isSecretName } from '../redact.ts'
import type { ActionDefinition } from './action.ts'
import { type FieldTemplate, templatesOf } from './definition.ts'
import { JsonSyntaxError, parseJson } from './json/read.ts'
import type { JsonValue } from './json/value.ts'
import { PathSyntaxError } from './jsonpath/errors.ts'
import { noticesOf } from './jsonpath/explain.ts'
import { compilePath } from './jsonpath/path.ts'
import { inputIssues } from './lint-inputs.ts'
import { parseActionTemplate } from './rendering.ts'
import { asSchema } from './schema.ts'
import { type TemplateWalk, walkTemplate } from './template-walk.ts'
import { parseLeading } from './transform.ts'
import { advance, TemplateSyntaxError } from './velocity/errors.ts'

/** What kind of trap an issue is. */
export type LintCode =
  | 'invalidTemplate'
  | 'invalidPath'
  | 'unescapedInput'
  | 'unescapedInUrl'
  | 'rawFragment'
  | 'optionalInput'
  | 'unknownInput'
  | 'missingTranslation'
  | 'unusedTranslation'
  | 'unsetTranslation'
  | 'quotedTranslation'
  | 'defaultWithoutPath'
  | 'invalidDefault'
  | 'unusedDefault'
  | 'indexAfterFilter'
  | 'unreachableOutput'
  | 'literalSecret'
  | 'acceptNotJson'

/** Something in an action that will fail or surprise, now or with some input. */
export interface LintIssue {
  readonly code: LintCode
  /** `error`: fails whenever that place is reached. `warning`: fails or leaks with some values. `info`: worth knowing. */
  readonly severity: 'error' | 'warning' | 'info'
  /** The member of the action, such as `config.request.requestTemplate`. */
  readonly field: string
  /** From 1, in the text of the field. */
  readonly line: number
  readonly column: number
  readonly message: string
}

/**
 * Finds the traps of data actions before they are run: values that break JSON or URLs, inputs and keys that
 * are not there, defaults that do not apply, outputs that nothing fills, secrets in plain sight. An action with
 * issues still runs. Sorted by field and place.
 */
export function lintAction(definition: ActionDefinition): readonly LintIssue[] {
  const issues: LintIssue[] = []
  for (const template of templatesOf(definition)) {
    issues.push(...secretIssues(template), ...acceptIssues(template))
    const walk = walkOf(template, issues)
    if (walk === undefined) continue
    issues.push(...inputIssues(template, walk, definition))
    if (template.name === 'successTemplate') {
      issues.push(...translationIssues(template, walk, definition))
      issues.push(...outputIssues(template, walk, definition))
    }
  }
  issues.push(...mapIssues(definition))
  return issues.sort(
    (a, b) => a.field.localeCompare(b.field) || a.line - b.line || a.column - b.column,
  )
}

function walkOf(template: FieldTemplate, issues: LintIssue[]): TemplateWalk | undefined {
  try {
    return walkTemplate(parseActionTemplate(template).nodes)
  } catch (error) {
    if (!(error instanceof TemplateSyntaxError)) throw error
    const { message, line, column } = error
    const { field } = template
    issues.push({ code: 'invalidTemplate', severity: 'error', field, line, column, message })
    return undefined
  }
}

/** Names that the product gives to templates; all others come from the translation map. */
const givenRoots: ReadonlySet<string> = new Set([
  'input',
  'rawResult',
  'esc',
  'encoding',
  'math',
  'urlTool',
  'successTemplateUtils',
  'salesforce',
  'msdynamics',
])

function translationIssues(
  { field }: FieldTemplate,
  walk: TemplateWalk,
  { config }: ActionDefinition,
): readonly LintIssue[] {
  const { translationMap, translationMapDefaults } = config.response
  const used = new Set<string>()
  const issues: LintIssue[] = []
  for (const { reference, isPrinted, inQuotes, wrappers } of walk.references) {
    const { line, column, root, literal, steps } = reference
    const name = root.toLowerCase() === 'input' ? 'input' : root
    used.add(name)
    if (givenRoots.has(name) || walk.locals.has(name)) continue
    const place = { field, line, column }
    if (!Object.hasOwn(translationMap, name)) {
      const message = `${literal}: the translation map has no key ${name}, so the transformation fails.`
      issues.push({ code: 'missingTranslation', severity: 'error', ...place, message })
    } else if (
      !Object.hasOwn(translationMapDefaults, name) &&
      !isIndefinite(translationMap[name])
    ) {
      const message = `${literal}: where the path of ${name} leads nowhere the variable is not set and the transformation fails; give it a default.`
      issues.push({ code: 'unsetTranslation', severity: 'info', ...place, message })
    }
    if (isPrinted && inQuotes && wrappers.length === 0 && steps.length === 0) {
      const message = `${literal} stands between quotes, but the value of a key is JSON text: a text brings quotes of its own. Take the quotes away, or use $esc.jsonEncode(…).`
      issues.push({ code: 'quotedTranslation', severity: 'warning', ...place, message })
    }
  }
  for (const name of Object.keys(translationMap)) {
    if (used.has(name)) continue
    const message = `No part of the success template uses the key ${name}.`
    const place = { field: `config.response.translationMap.${name}`, line: 1, column: 1 }
    issues.push({ code: 'unusedTranslation', severity: 'info', ...place, message })
  }
  return issues
}

function isIndefinite(path = ''): boolean {
  try {
    return !compilePath(path).definite
  } catch {
    return false // told as an invalid path
  }
}

function mapIssues({ config }: ActionDefinition): readonly LintIssue[] {
  const { translationMap, translationMapDefaults } = config.response
  const issues: LintIssue[] = []
  for (const [key, text] of Object.entries(translationMap)) {
    const field = `config.response.translationMap.${key}`
    try {
      const path = compilePath(text)
      for (const { code, position, text: message } of noticesOf(path)) {
        const place = { field, line: 1, column: position + 1 }
        issues.push({ code, severity: 'warning', ...place, message })
      }
      const [first] = path.tokens
      const canMiss = path.definite || (first !== undefined && first.kind === 'property')
      if (Object.hasOwn(translationMapDefaults, key) && !path.definite) {
        const when = canMiss
          ? 'only where the part before the first filter or * is missing'
          : 'never'
        const message = `The path can match many values and gives [] where it matches none, so the default of ${key} is used ${when}; give firstFromArray a second argument.`
        issues.push({ code: 'unusedDefault', severity: 'info', field, line: 1, column: 1, message })
      }
    } catch (error) {
      if (!(error instanceof PathSyntaxError)) throw error
      const place = { field, line: 1, column: (error.position ?? 0) + 1 }
      issues.push({ code: 'invalidPath', severity: 'error', ...place, message: error.message })
    }
  }
  for (const [key, text] of Object.entries(translationMapDefaults)) {
    const place = { field: `config.response.translationMapDefaults.${key}`, line: 1, column: 1 }
    if (!isJson(text)) {
      const shown = JSON.stringify(text)
      const message = `The default ${shown} is not JSON, so the result is not either when it is used; a text needs quotes of its own.`
      issues.push({ code: 'invalidDefault', severity: 'warning', ...place, message })
    }
    if (!Object.hasOwn(translationMap, key)) {
      const message = `There is no path ${key} that this could be the default of.`
      issues.push({ code: 'defaultWithoutPath', severity: 'warning', ...place, message })
    }
  }
  return issues
}

function isJson(text: string): boolean {
  try {
    parseJson(text)
    return true
  } catch (error) {
    if (error instanceof JsonSyntaxError) return false
    throw error
  }
}

/** Required outputs of the contract that the success template never writes. */
function outputIssues(
  { field, source }: FieldTemplate,
  walk: TemplateWalk,
  { contract }: ActionDefinition,
): readonly LintIssue[] {
  const written = walk.hasDirectives ? undefined : skeletonOf(source, walk)
  if (!(written instanceof Map)) return []
  const { successSchema } = contract
  const names = Object.keys(asSchema(successSchema['properties']) ?? {})
  const required: unknown = successSchema['required']
  const missing = names.filter((name) => !written.has(name))
  return missing.map((name) => {
    const isRequired = Array.isArray(required) && required.includes(name)
    const outcome = isRequired ? 'but it is required, so every run fails' : 'so flows never get it'
    return {
      code: 'unreachableOutput',
      severity: isRequired ? 'error' : 'warning',
      field,
      line: 1,
      column: 1,
      message: `The success template never writes the output ${name}, ${outcome}.`,
    }
  })
}

/** What the template prints when every reference prints null; undefined where that is no JSON. */
function skeletonOf(source: string, walk: TemplateWalk): JsonValue | undefined {
  let skeleton = source
  for (const { reference, isPrinted, wrappers } of walk.references) {
    if (isPrinted && wrappers.length === 0) skeleton = skeleton.replace(reference.literal, 'null')
  }
  try {
    return parseLeading(skeleton).value
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined
    throw error
  }
}

/** A name with a value behind it, as in JSON, queries and forms; the value stops at a reference. */
const namedValue = /"?([\w-]{3,40})"?\s*[:=]\s*"?(?!\/\/)([^"&?\s,;{}$]{4,})/g

/** Values that are secrets whatever they are called: bearer and basic credentials, and well-known key forms. */
const secretValue =
  /\b(?:Bearer|Basic)\s+[\w.~+/<>-]{4,}|\b(?:sk|pk|ghp|xox[bp])[-_][\w-]{10,}|\bAKIA[A-Z0-9]{12,}|\beyJ[\w-]{10,}\.[\w-]+/g

/** Secrets written out in a template: everybody who may read the action reads them, and so do exports. */
function secretIssues({ field, name, source }: FieldTemplate): readonly LintIssue[] {
  const found = new Map<number, string>()
  for (const match of source.matchAll(secretValue))
    found.set(match.index, match[0].split(/\s/)[0] ?? '')
  for (const match of source.matchAll(namedValue)) {
    if (isSecretName(match[1] ?? '')) found.set(match.index, match[1] ?? '')
  }
  const header = /^header (.+)$/.exec(name)?.[1]
  const isBare = header !== undefined && isSecretName(header) && !/[$#]/.test(source)
  if (isBare && source.trim() !== '' && found.size === 0) found.set(0, header)
  return [...found].map(([index, word]) => ({
    code: 'literalSecret' as const,
    severity: 'warning' as const,
    field,
    ...advance({ line: 1, column: 1 }, source, 1, index + 1),
    message: `A secret (${word}) seems to be written into the template. Keep it in the credential of the integration and write $credentials.name.`,
  }))
}

/** Replies must be JSON, and so must what is asked for (Genesys Cloud, "Request configuration"). */
function acceptIssues({ field, name, source }: FieldTemplate): readonly LintIssue[] {
  const isFine = /json|\*\/\*|application\/\*|[$#]/i.test(source) || source.trim() === ''
  if (name.toLowerCase() !== 'header accept' || isFine) return []
  const message = `Only JSON can be read, but ${source.slice(0, 100)} is asked for: write application/json.`
  return [{ code: 'acceptNotJson', severity: 'warning', field, line: 1, column: 1, message }]
}
