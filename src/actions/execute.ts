import { recordingFetch } from '../connectors/recorder.ts'
import type { Exchange } from '../exchange.ts'
import { createRedactor } from '../redact.ts'
import type { ActionSubject } from './action.ts'
import { authorize } from './authorize.ts'
import { ActionFailure } from './failure.ts'
import { FinishedRun, type RunOutcome } from './finished-run.ts'
import type { JsonValue } from './json/value.ts'
import { writeJson } from './json/write.ts'
import type { ActionCall, ActionResult, FunctionCall, FunctionOutcome } from './outcome.ts'
import type { ActionDeps, RunMeans } from './run-means.ts'
import { type RunDoors, runSteps } from './run-steps.ts'
import { type PreparedRequest, type Sending, send } from './send.ts'
import { maskJson, StepLog } from './step-log.ts'

/** Seconds that an execution may take where the action says nothing, and the most that it may say. */
export const timeoutSecondsMax = 60

/**
 * Runs a published or draft action: validates the input, signs in, renders and sends the request, transforms
 * the reply, validates the result. Never throws for what the action, its input or its service do: the
 * result tells it, step by step, with secrets masked. `finalResult` alone is not masked, unless it is a token.
 */
export async function executeAction(
  subject: ActionSubject,
  call: ActionCall,
  deps: ActionDeps,
): Promise<ActionResult> {
  const { egress, ids, clock, chance, nullFormalReference = 'literal' } = deps
  const secrets = new Set<string>()
  if (subject.definition.secure) concealInputs(call.input, secrets)
  for (const secret of Object.values(subject.credential?.fields ?? {})) secrets.add(secret)
  const recorder = recordingFetch(egress, { ids, clock, secrets: [...secrets] })
  const seconds = subject.definition.config.timeoutSeconds ?? timeoutSecondsMax
  const timeoutMs = Math.min(Math.max(seconds, 1), timeoutSecondsMax) * 1000
  const means: RunMeans = {
    ...deps,
    fetch: recorder.fetch,
    deadlineMs: clock.now() + timeoutMs,
    timeoutMs,
    settings: { nullFormalReference, chance },
    tls: subject.integration.tls,
    allowPrivateNetwork:
      subject.integration.type === 'purecloud-data-actions' &&
      deps.platform.allowPrivateNetwork === true,
    conceal: (secret) => secrets.add(secret),
  }
  const doors: RunDoors = {
    signIn: (renew) => authorize(subject, means, renew),
    send: (request) => sendOut(request, { subject, call, means }),
    runFunction: (one) => runFunction(one, deps),
  }
  const run = { subject, call, means, doors }
  return finish(run, { secrets, exchanges: recorder.exchanges })
}

/** The vendor's test: an execution whose steps are of interest, with the flattened result unless told otherwise. */
export function testAction(
  subject: ActionSubject,
  call: ActionCall,
  deps: ActionDeps,
): Promise<ActionResult> {
  return executeAction(subject, { flatten: true, ...call }, deps)
}

function concealInputs(input: JsonValue, secrets: Set<string>): void {
  if (!(input instanceof Map)) return
  for (const value of input.values()) {
    secrets.add(typeof value === 'string' ? value : writeJson(value))
  }
}

/** Static actions are done in this server; everything else leaves through the guarded way out. */
async function sendOut(
  request: PreparedRequest,
  run: { readonly subject: ActionSubject; readonly call: ActionCall; readonly means: RunMeans },
): Promise<Sending> {
  const { subject, call, means } = run
  if (subject.kind !== 'static') return send(request, subject.definition.config.retry, means)
  if (call.ownPlatform === undefined) {
    throw new ActionFailure('A static action is executed by this server for a caller only.')
  }
  const explanations = ['Done within this server, with the permissions of who executes the action.']
  return { reply: await call.ownPlatform(request), explanations }
}

async function runFunction(call: FunctionCall, deps: ActionDeps): Promise<FunctionOutcome> {
  if (deps.runFunction !== undefined) return deps.runFunction(call)
  throw new ActionFailure('This server runs no functions.', {
    status: 500,
    errorCode: 'ACTION.REMOTE_ENDPOINT',
    hints: ['An AWS Lambda integration without a base URL needs a runner for functions as well.'],
  })
}

/** Does the steps of a run under the organization's limits and puts the masked outcome together. */
export async function finish(
  given: {
    readonly subject: ActionSubject
    readonly call: ActionCall
    readonly means: RunMeans
    readonly doors: RunDoors
  },
  {
    secrets,
    exchanges,
  }: {
    readonly secrets: ReadonlySet<string>
    readonly exchanges: () => readonly Exchange[]
  },
): Promise<ActionResult> {
  const { clock, ids, limits, organizationId } = given.means
  const contextId = ids.uuid()
  const beganMs = clock.now()
  const log = new StepLog(clock.now, contextId)
  const outcome = await attempt(contextId, async () => {
    const leave = limits.enter(organizationId)
    try {
      const result = await runSteps({ ...given, log })
      if (given.subject.kind !== 'customAuth') return { finalResult: result }
      return { finalResult: maskJson(result, createRedactor([...secrets]).text) }
    } finally {
      leave()
    }
  })
  return new FinishedRun({
    contextId,
    durationMs: clock.now() - beganMs,
    outcome,
    steps: log.steps,
    exchanges,
    secrets,
  })
}

async function attempt(
  contextId: string,
  work: () => Promise<{ finalResult: JsonValue }>,
): Promise<RunOutcome> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ActionFailure) return { error: error.body(contextId) }
    throw error
  }
}
