import { createRedactor } from '../redact.ts'
import type { ActionDefinition, Integration } from './action.ts'
import { standardRequestTemplate } from './action.ts'
import { jsonLevelsMax } from './contract.ts'
import { ActionFailure } from './failure.ts'
import { JsonSyntaxError, parseJson } from './json/read.ts'
import {
  type Rendered,
  type RenderSettings,
  renderActionTemplate,
  type TemplateContext,
} from './rendering.ts'
import { resolveUrl } from './request-url.ts'
import type { ResolvedReference } from './velocity/scope.ts'

/** What rendering needs beside the action: variables, settings, and where relative paths lead. */
export interface RequestSurroundings {
  readonly context: TemplateContext
  readonly settings: RenderSettings
  readonly integration: Integration
  /** The base URL of the platform, for actions of its own integration. */
  readonly platformUrl: string
}

/** One rendered part of a request with what the author should know about it. */
export interface RenderedPart<Value> {
  readonly value: Value
  readonly references: readonly ResolvedReference[]
  readonly explanations: readonly string[]
}

/** Renders `requestUrlTemplate` and makes it absolute; functions keep it as it is, and may lack it. */
export function renderUrl(
  { config }: ActionDefinition,
  surroundings: RequestSurroundings,
): RenderedPart<string> {
  const { integration, platformUrl } = surroundings
  const source = config.request.requestUrlTemplate ?? ''
  const rendered = render('requestUrlTemplate', source, surroundings)
  const name = rendered.text.trim()
  if (integration.type === 'function-data-actions') return { ...rendered, value: name }
  if (integration.type === 'aws-lambda-data-actions') {
    if (name === '')
      throw new ActionFailure('The URL template must name the function (its ARN).', {
        errorCode: 'ACTION.PROCESSING',
      })
    return { ...rendered, value: name }
  }
  const { url, explanations } = resolveUrl(rendered.text, integration, platformUrl)
  return { ...rendered, value: url, explanations: [...rendered.explanations, ...explanations] }
}

/** Headers that belong to the connection; what an action says of them is not passed on. */
const connectionHeaders: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/**
 * Renders the header values. `Transfer-Encoding: buffered` only tells the vendor to send a `Content-Length`,
 * which is always sent here; it and other headers of the connection are not passed on.
 */
export function renderHeaders(
  { config }: ActionDefinition,
  surroundings: RequestSurroundings,
): RenderedPart<Readonly<Record<string, string>>> {
  const value: Record<string, string> = {}
  const references: ResolvedReference[] = []
  const explanations: string[] = []
  for (const [name, source] of Object.entries(config.request.headers)) {
    const rendered = render(`header ${name}`, source, surroundings)
    references.push(...rendered.references)
    explanations.push(...rendered.explanations)
    const text = rendered.text.trim()
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || /[\r\n\0]/.test(text)) {
      throw new ActionFailure(
        `The header ${JSON.stringify(name)} has a name or value that HTTP forbids.`,
        {
          errorCode: 'ACTION.PROCESSING',
          hints: ['Header values hold no line breaks; inputs that may have them must be escaped.'],
        },
      )
    }
    if (connectionHeaders.has(name.toLowerCase())) {
      explanations.push(`The header ${name} belongs to the connection and is not passed on.`)
    } else value[name] = text
  }
  const accept = headerOf(value, 'accept')
  if (accept !== undefined && !/json|\*\/\*/i.test(accept)) {
    explanations.push(`The header Accept is ${accept}, but a data action can only read JSON.`)
  }
  return { value, references, explanations }
}

/** A header's value, whatever the case of its name. */
export function headerOf(
  headers: Readonly<Record<string, string>>,
  name: string,
): string | undefined {
  const found = Object.keys(headers).find((one) => one.toLowerCase() === name)
  return found === undefined ? undefined : headers[found]
}

/**
 * Renders the body, or gives undefined where none is sent: GET has none, DELETE only when its template is not
 * the standard one. A body that claims to be JSON (or claims nothing) must be JSON. Throws
 * `ActionFailure` that tells where it is not.
 */
export function renderBody(
  { config }: ActionDefinition,
  surroundings: RequestSurroundings & { readonly headers: Readonly<Record<string, string>> },
): RenderedPart<string | undefined> {
  const { requestType, requestTemplate } = config.request
  const isStandard =
    requestTemplate.trim() === standardRequestTemplate || requestTemplate.trim() === ''
  if (requestType === 'GET' || (requestType === 'DELETE' && isStandard)) {
    const others = isStandard
      ? []
      : [`The request template is not used: ${requestType} sends no body.`]
    return { value: undefined, references: [], explanations: others }
  }
  const rendered = render('requestTemplate', requestTemplate, surroundings)
  const contentType = headerOf(surroundings.headers, 'content-type') ?? 'application/json'
  if (/json/i.test(contentType) && rendered.text.trim() !== '') requireJson(rendered)
  return { ...rendered, value: rendered.text }
}

function requireJson(rendered: Rendered): void {
  if (isPlainlyJson(rendered.text)) return
  try {
    parseJson(rendered.text, { depthMax: jsonLevelsMax })
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    throw new ActionFailure(`The rendered request body is not JSON: ${error.message}`, {
      errorCode: 'ACTION.PROCESSING',
      hints: jsonHints(rendered, error.position),
      result: createRedactor().body(rendered.text),
      cause: error,
    })
  }
}

/** Whether a text is JSON that cannot nest too deep: what there is to say of any other takes longer to find out. */
function isPlainlyJson(text: string): boolean {
  if (text.split(/[[{]/, jsonLevelsMax + 2).length > jsonLevelsMax + 1) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Where a text stops being JSON, by line and column, and which values may be to blame. */
export function jsonHints(rendered: Rendered, position: number): readonly string[] {
  const before = rendered.text.slice(0, position)
  const line = before.split('\n').length
  const column = position - before.lastIndexOf('\n')
  const near = rendered.text.slice(Math.max(0, position - 30), position + 30)
  const place = `The rendered text stops being JSON at line ${line}, column ${column}, near: ${near}`
  const suspects = rendered.references
    .filter(({ text }) => text === undefined || /["\\\n\r\t]/.test(text) || text === '')
    .slice(0, 5)
    .map(({ literal, line: at, column: from, text }) => {
      const what =
        text === undefined || text === ''
          ? 'printed nothing'
          : 'printed quotes, backslashes or line breaks'
      return `${literal} at line ${at}, column ${from} of the template ${what}; inside quotes use $esc.jsonEncode(…).`
    })
  return [place, ...suspects]
}

function render(
  name: string,
  source: string,
  { context, settings }: RequestSurroundings,
): Rendered {
  return renderActionTemplate({ name, source }, context, settings)
}
