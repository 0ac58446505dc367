import type { OutboundReply } from '../connectors/connector.ts'
import type { ActionDefinition, Integration } from './action.ts'
import type { JsonValue } from './json/value.ts'
import type { TemplateContext } from './rendering.ts'
import { renderBody, renderHeaders, renderUrl } from './request.ts'
import type { RunMeans } from './run-means.ts'
import { isSuccess, type PreparedRequest, refused, send } from './send.ts'
import { applyTemplate, rawResultOf, translate } from './transform.ts'

/** Renders all parts of a request at once: for sign-in, and for sending again with a new token. */
export function prepareRequest(
  definition: ActionDefinition,
  {
    context,
    added,
    integration,
    means,
  }: {
    readonly context: TemplateContext
    /** Headers that signing in adds; the action's own of the same name win. */
    readonly added: Readonly<Record<string, string>>
    readonly integration: Integration
    readonly means: RunMeans
  },
): PreparedRequest {
  const { settings, platform } = means
  const surroundings = { context, settings, integration, platformUrl: platform.baseUrl }
  const { value: url } = renderUrl(definition, surroundings)
  const { value: own } = renderHeaders(definition, surroundings)
  const headers = joinHeaders(added, own)
  const { value: body } = renderBody(definition, { ...surroundings, headers })
  return { method: definition.config.request.requestType, url, headers, body }
}

/** Puts headers together; names of `own` win in any case. */
export function joinHeaders(
  added: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const names = new Set(Object.keys(own).map((name) => name.toLowerCase()))
  const kept = Object.entries(added).filter(([name]) => !names.has(name.toLowerCase()))
  return { ...Object.fromEntries(kept), ...own }
}

/** The reply's body turned into the result, without telling the steps. Throws `ActionFailure`. */
export function transformReply(
  definition: ActionDefinition,
  reply: OutboundReply,
  { context, means }: { readonly context: TemplateContext; readonly means: RunMeans },
): JsonValue {
  if (!isSuccess(reply)) throw refused(reply)
  const { text: rawResult } = rawResultOf(reply.body)
  const { values } = translate(definition, rawResult)
  const variables = { ...context, rawResult, ...Object.fromEntries(values) }
  return applyTemplate(definition, variables, means.settings).value
}

/** Runs an action that only signs in: rendered, sent once, turned into its result. */
export async function runPlainly(
  definition: ActionDefinition,
  given: {
    readonly context: TemplateContext
    readonly integration: Integration
    readonly means: RunMeans
  },
): Promise<JsonValue> {
  const request = prepareRequest(definition, { ...given, added: {} })
  const { reply } = await send(request, definition.config.retry, given.means)
  return transformReply(definition, reply, given)
}
