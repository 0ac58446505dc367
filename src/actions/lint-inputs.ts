import type { ActionDefinition, JsonSchema } from './action.ts'
import type { FieldTemplate } from './definition.ts'
import type { LintIssue } from './lint.ts'
import { headerOf } from './request.ts'
import { asSchema } from './schema.ts'
import { type PlacedReference, pathOf, type TemplateWalk } from './template-walk.ts'

/** Names under `input` that the product fills in. */
const givenInputs: ReadonlySet<string> = new Set(['rawRequest', 'orgId', 'integrationId'])

/** Calls that make a value safe inside the quotes of JSON. */
const jsonEscapes = /^esc\.(json|java)/

/** Calls that make a value safe inside a URL or form. */
const urlEscapes = /^(esc\.(url|uri)|encoding\.(url|base64)|urlTool\.)/i

/** What is wrong with the way a template uses the inputs of the contract. */
export function inputIssues(
  template: FieldTemplate,
  walk: TemplateWalk,
  definition: ActionDefinition,
): readonly LintIssue[] {
  return walk.references.flatMap((placed) => {
    const [root, name] = pathOf(placed.reference).split('.')
    if (root !== 'input' || name === undefined || walk.locals.has('input')) return []
    if (givenInputs.has(name) || isMethod(placed, name)) return []
    const { inputSchema } = definition.contract
    const schema = asSchema(asSchema(inputSchema['properties'])?.[name])
    const use = { placed, name, schema, template }
    return [...existence(use, inputSchema), ...escaping(use, definition)]
  })
}

function isMethod({ reference }: PlacedReference, name: string): boolean {
  const [first] = reference.steps
  return first?.kind === 'method' && first.name === name
}

interface Use {
  readonly placed: PlacedReference
  readonly name: string
  /** The input's own schema; undefined when the contract does not have it. */
  readonly schema: JsonSchema | undefined
  readonly template: FieldTemplate
}

function issue(
  { placed, template }: Use,
  kind: Pick<LintIssue, 'code' | 'severity'>,
  message: string,
): LintIssue {
  const { line, column } = placed.reference
  return { ...kind, field: template.field, line, column, message }
}

function existence(use: Use, inputSchema: JsonSchema): readonly LintIssue[] {
  const { placed, name, schema } = use
  const { reference, isPrinted, inQuotes, wrappers, guards } = placed
  if (schema === undefined) {
    const names = Object.keys(asSchema(inputSchema['properties']) ?? {})
    const near = names.find((one) => one.toLowerCase() === name.toLowerCase())
    const hint = near === undefined ? '' : ` It has ${near}: names differ by case.`
    const message = `${reference.literal}: the input contract has no ${name}, so it never has a value.${hint}`
    return [issue(use, { code: 'unknownInput', severity: 'warning' }, message)]
  }
  const required: unknown = inputSchema['required']
  const isRequired = Array.isArray(required) && required.includes(name)
  const isGuarded = guards.includes(`input.${name}`)
  if (isRequired || isGuarded || !isPrinted) return []
  if (reference.quiet) {
    const isInJson = use.template.name === 'requestTemplate' && wrappers.length === 0 && !inQuotes
    if (!isInJson) return []
    const message = `${reference.literal}: the input ${name} is optional; without a value nothing is printed here, which leaves a gap in the JSON. Put the member inside #if("$!{input.${name}}" != "") … #end.`
    return [issue(use, { code: 'optionalInput', severity: 'warning' }, message)]
  }
  const message = `${reference.literal}: the input ${name} is optional; without a value this prints its own text, or fails in strict mode. Write $!{input.${name}}, or make the input required.`
  return [issue(use, { code: 'optionalInput', severity: 'warning' }, message)]
}

/** Inputs whose values can hold anything: texts without a fixed choice. */
function isFreeText(schema: JsonSchema | undefined): boolean {
  const type: unknown = schema?.['type']
  return (
    (type === undefined || [type].flat().includes('string')) && !Array.isArray(schema?.['enum'])
  )
}

function escaping(use: Use, { config }: ActionDefinition): readonly LintIssue[] {
  const { placed, name, schema, template } = use
  const { isPrinted, inQuotes, wrappers, reference } = placed
  const isChanged = reference.steps.some(({ kind }) => kind === 'method')
  if (!isPrinted || !isFreeText(schema)) return []
  const { requestType, headers } = config.request
  const contentType = headerOf(headers, 'content-type') ?? 'application/json'
  const isBody = template.name === 'requestTemplate' && requestType !== 'GET'
  const isForm = isBody && /form-urlencoded/i.test(contentType)
  if (template.name === 'requestUrlTemplate' || isForm) {
    if (isChanged || wrappers.some((call) => urlEscapes.test(call))) return []
    const where = isForm ? 'the form' : 'the URL'
    const message = `${reference.literal} goes into ${where} as it is: characters such as & ? # / and blanks in the input ${name} change it. Write $esc.${isForm ? 'urlFormEncode' : 'uriEncode'}(\${input.${name}}).`
    return [issue(use, { code: 'unescapedInUrl', severity: 'warning' }, message)]
  }
  const isJson = (isBody && /json/i.test(contentType)) || template.name === 'successTemplate'
  if (!isJson || wrappers.some((call) => jsonEscapes.test(call))) return []
  if (inQuotes) {
    const message = `${reference.literal} goes between quotes as it is: a quote, backslash or line break in the input ${name} breaks the JSON. Write $esc.jsonEncode(\${input.${name}}).`
    return [issue(use, { code: 'unescapedInput', severity: 'warning' }, message)]
  }
  if (wrappers.length > 0) return []
  const message = `${reference.literal} stands outside of quotes, so the text ${name} must itself be JSON that fits there.`
  return [issue(use, { code: 'rawFragment', severity: 'info' }, message)]
}
