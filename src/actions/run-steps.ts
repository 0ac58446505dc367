import { createRedactor } from '../redact.ts'
import type { ActionSubject } from './action.ts'
import { type Authorization, concealAll } from './authorize.ts'
import {
  coerceTexts,
  faultSentence,
  inputFaults,
  nestedInputs,
  takesNestedInputs,
  withDefaults,
} from './contract.ts'
import { definitionFaults } from './definition.ts'
import { ActionFailure } from './failure.ts'
import { flattenValue } from './flatten.ts'
import { fromPlain } from './json/plain.ts'
import { parseJson } from './json/read.ts'
import type { JsonObject, JsonValue } from './json/value.ts'
import { writeJson } from './json/write.ts'
import { asInvocation, isFunctionError } from './lambda.ts'
import type { ActionCall, FunctionCall, FunctionOutcome } from './outcome.ts'
import { joinHeaders, prepareRequest } from './pipeline.ts'
import { inputContext, type TemplateContext } from './rendering.ts'
import { renderBody, renderHeaders, renderUrl } from './request.ts'
import type { TranslatedResponse } from './response.ts'
import type { RunMeans } from './run-means.ts'
import { validateSchema } from './schema.ts'
import { isSuccess, type PreparedRequest, refused, type Sending } from './send.ts'
import { type StepLog, type StepOutcome, shown, shownReferences, shownReply } from './step-log.ts'
import { applyTemplate, rawResultOf, translate } from './transform.ts'

/** The ways in which a run reaches out: the real ones, or what an explanation puts in their place. */
export interface RunDoors {
  signIn(renew: boolean): Promise<Authorization>
  send(request: PreparedRequest): Promise<Sending>
  runFunction(call: FunctionCall): Promise<FunctionOutcome>
}

/** One run under way. */
export interface Run {
  readonly subject: ActionSubject
  readonly call: ActionCall
  readonly means: RunMeans
  readonly doors: RunDoors
  readonly log: StepLog
}

/** A validated input, and what the templates see of it. */
interface Accepted {
  readonly input: JsonObject
  readonly inputRoot: TemplateContext
}

/**
 * Does all steps of an execution in the order of the vendor's test screen and gives the result. Each
 * step is written into the run's log. Throws `ActionFailure` from the step that failed.
 */
export async function runSteps(run: Run): Promise<JsonValue> {
  const accepted = acceptInput(run)
  const rawResult = await request(run, accepted)
  const { log, subject, call, means } = run
  const { definition } = subject
  const translated = log.run('Resolve translation map', () => {
    const value = translate(definition, rawResult)
    return { value, ...shownTranslation(value) }
  })
  const transformed = log.run('Apply output transformation', () => {
    const values = Object.fromEntries(translated.values)
    const context = { ...accepted.inputRoot, rawResult, ...values }
    const { value, rendered, explanations } = applyTemplate(definition, context, means.settings)
    const { text, references } = rendered
    const result = () => shown({ rendered: text, references: shownReferences(references) })
    return { value, explanations, result }
  })
  if (subject.kind === 'customAuth') concealAll(transformed, means)
  log.run('Validate output against schema', () => {
    const { successSchema } = definition.contract
    const faults = validateSchema(transformed, successSchema)
    if (faults.length > 0) throw offSchema(faultSentence(faults), transformed)
    return { value: undefined, result: transformed }
  })
  if (call.flatten !== true) return transformed
  return log.run('Flatten output', () => {
    const value = flattenValue(transformed, definition.contract.successSchema)
    return { value, result: value }
  })
}

function offSchema(sentence: string, result: JsonValue): ActionFailure {
  return new ActionFailure(
    `The transformed result does not fit contract.output.successSchema. ${sentence}`,
    {
      errorCode: 'ACTION.PROCESSING',
      result,
      hints: ['Change the success template or the output contract so that both say the same.'],
    },
  )
}

function acceptInput({ subject, call, means, log }: Run): Accepted {
  const { definition, integration } = subject
  const { contract } = definition
  const isFunction = integration.type === 'function-data-actions'
  const given = log.run('Validate request body contains simple json (key-value pairs)', () => ({
    value: simpleInput(call.input, isFunction && takesNestedInputs(contract)),
    result: call.input,
  }))
  const definitionStep =
    call.draft === true ? 'Validate draft definition' : 'Validate action definition'
  log.run(definitionStep, () => {
    if (!integration.enabled) {
      throw new ActionFailure(`The integration "${integration.name}" is not active.`, {
        errorCode: 'ACTION.PROCESSING',
        hints: ['Flows take the failure path until it is activated.'],
      })
    }
    const faults = definitionFaults(definition, {
      kind: subject.kind,
      integrationType: integration.type,
    })
    if (faults.length > 0) {
      const told = faults.map(({ field, message, line, column }) => {
        const place = line === undefined ? '' : ` (line ${line}, column ${column})`
        return `${field}${place}: ${message}`
      })
      throw new ActionFailure(`The action is not valid. ${told.join(' ')}`, {
        errorCode: 'ACTION.PROCESSING',
      })
    }
    return { value: undefined }
  })
  const input = log.run('Validate request body against simple input schema', () => {
    const coerced = call.coerceTexts === true ? coerceTexts(given, contract) : given
    const filled = isFunction ? withDefaults(coerced, contract) : coerced
    const faults = inputFaults(filled, contract)
    if (faults.length > 0) {
      throw new ActionFailure(faultSentence(faults), { errorCode: 'ACTION.PROCESSING' })
    }
    return { value: filled, result: filled }
  })
  const { organizationId } = means
  const root = inputContext(input, { organizationId, integrationId: integration.id })
  return { input, inputRoot: { input: root } }
}

function simpleInput(input: JsonValue, mayNest: boolean): JsonObject {
  if (!(input instanceof Map)) {
    throw new ActionFailure('The request body must be a JSON object of key-value pairs.', {
      errorCode: 'ACTION.PROCESSING',
    })
  }
  const nested = mayNest ? [] : (nestedInputs(input) ?? [])
  if (nested.length > 0) {
    throw new ActionFailure(
      `The request body must contain simple JSON (key-value pairs), but has an object or a list in: ${nested.join(', ')}.`,
      {
        errorCode: 'ACTION.PROCESSING',
        hints: ['Hand structured data in as a text that holds JSON.'],
      },
    )
  }
  return input
}

/** Steps 4 to 8: everything about the request. Gives the raw result as text. */
async function request(run: Run, accepted: Accepted): Promise<string> {
  const { subject, means, doors, log } = run
  const { definition, integration } = subject
  const signedIn = await log.wait('Perform authentication', async () => {
    const value = await doors.signIn(false)
    return { value, explanations: value.explanations, result: () => shownAuthorization(value) }
  })
  const context = { ...accepted.inputRoot, ...signedIn.context }
  const surroundings = {
    context,
    settings: means.settings,
    integration,
    platformUrl: means.platform.baseUrl,
  }
  const url = log.run('Resolve request URL template', () => {
    const part = renderUrl(definition, surroundings)
    const result = () =>
      shown({
        url: createRedactor().url(part.value),
        references: shownReferences(part.references),
      })
    return { ...part, result }
  })
  const headers = log.run('Resolve request header templates', () => {
    const part = renderHeaders(definition, surroundings)
    const value = joinHeaders(signedIn.headers, part.value)
    return { ...part, value, result: () => fromPlain(createRedactor().headers(value)) }
  })
  const body = log.run('Resolve request body template', () => {
    const part = renderBody(definition, { ...surroundings, headers })
    const result = () => {
      const masked = part.value === undefined ? null : createRedactor().body(part.value)
      return shown({ body: masked, references: shownReferences(part.references) })
    }
    return { ...part, result }
  })
  const isLambda =
    integration.type === 'aws-lambda-data-actions' && integration.baseUrl === undefined
  if (integration.type === 'function-data-actions' || isLambda) {
    return invoke(run, { accepted, headers, body })
  }
  const method = definition.config.request.requestType
  const prepared = asInvocation({ method, url, headers, body }, integration)
  return log.wait('Execute', () => exchange(run, prepared, { accepted, signedIn }))
}

async function exchange(
  run: Run,
  prepared: PreparedRequest,
  { accepted, signedIn }: { readonly accepted: Accepted; readonly signedIn: Authorization },
): Promise<StepOutcome<string>> {
  const { subject, means, doors } = run
  const explanations: string[] = []
  let { reply, explanations: told } = await doors.send(prepared)
  explanations.push(...told)
  if (reply.status === 401 && signedIn.isRenewable) {
    explanations.push(
      'The service answered 401, so a new token was fetched and the request sent once more.',
    )
    const renewed = await doors.signIn(true)
    const context = { ...accepted.inputRoot, ...renewed.context }
    const { integration, definition } = subject
    const again = prepareRequest(definition, {
      context,
      added: renewed.headers,
      integration,
      means,
    })
    ;({ reply, explanations: told } = await doors.send(asInvocation(again, integration)))
    explanations.push(...told)
  }
  if (!isSuccess(reply)) throw refused(reply)
  if (isFunctionError(reply)) throw functionFailure({ failure: reply.body }, explanations)
  const { text: value, explanations: read } = rawResultOf(reply.body)
  explanations.push(...read)
  const result = () => shownReply(reply)
  return { value, result, explanations }
}

/** Runs user code in the place of a request. */
function invoke(
  { subject, call, means, doors, log }: Run,
  {
    accepted,
    headers,
    body,
  }: {
    readonly accepted: Accepted
    readonly headers: Readonly<Record<string, string>>
    readonly body: string | undefined
  },
): Promise<string> {
  return log.wait('Execute', async () => {
    const event = parseJson(body === undefined || body.trim() === '' ? '{}' : body)
    const { organizationId, ids, deadlineMs, clock } = means
    const caller = present({
      'ININ-Correlation-Id': ids.uuid(),
      'ININ-Organization-Id': organizationId,
      'ININ-Home-Organization-Id': organizationId,
      'ININ-User-Id': call.userId,
      'ININ-Integration-Id': subject.integration.id,
      'ININ-Conversation-Id': call.conversationId,
    })
    const outcome = await doors.runFunction({
      actionId: subject.id,
      draft: call.draft === true,
      integrationId: subject.integration.id,
      event,
      clientContext: { ...caller, ...headers },
      inputs: accepted.input,
      timeoutMs: deadlineMs - clock.now(),
    })
    const explanations = (outcome.log ?? []).map((line) => `Log: ${line}`)
    if ('failure' in outcome) throw functionFailure(outcome, explanations)
    const value = writeJson(outcome.value)
    const result = () => shown({ event, body: outcome.value })
    return { value, result, explanations }
  })
}

function functionFailure(
  { failure, timedOut = false }: { readonly failure: string; readonly timedOut?: boolean },
  log: readonly string[],
): ActionFailure {
  return new ActionFailure('Internal Server Error', {
    status: timedOut ? 504 : 500,
    errorCode: 'ACTION.REMOTE_ENDPOINT',
    remoteStatus: 500,
    remoteMessage: `REST call for action execute failed. Message: Invoked function failed. Response from function: ${failure}`,
    hints: [failure, ...log],
  })
}

function present(
  given: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(given)) if (value !== undefined) kept[name] = value
  return kept
}

function shownAuthorization({ headers, context }: Authorization): JsonValue {
  return fromPlain({
    headers: createRedactor().headers(headers),
    variables: Object.keys(context).filter((name) => name !== 'input'),
  })
}

function shownTranslation({ keys }: TranslatedResponse): {
  readonly result: () => JsonValue
  readonly explanations: readonly string[]
} {
  const rows = () =>
    keys.map(({ key, path, outcome, text, explanation, notices }) => ({
      key,
      path,
      outcome,
      text: text ?? null,
      explanation,
      notices: notices.map((notice) => notice.text),
    }))
  const explanations = keys.flatMap(({ key, outcome, explanation, notices }) => {
    const isPlain = outcome === 'resolved' && !explanation.includes('default does not apply')
    const own = isPlain && notices.length === 0 ? [] : [`${key}: ${explanation}`]
    return [...own, ...notices.map((notice) => `${key}: ${notice.text}`)]
  })
  return { result: () => fromPlain(rows()), explanations }
}
