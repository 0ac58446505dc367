import type { ActionDefinition, ActionSubject } from './action.ts'
import type { Authorization } from './authorize.ts'
import { mentionedMembers } from './definition.ts'
import { finish } from './execute.ts'
import { JsonSyntaxError, parseJson } from './json/read.ts'
import type { ActionCall, ActionResult, FunctionOutcome } from './outcome.ts'
import type { ActionDeps, RunMeans } from './run-means.ts'
import type { RunDoors } from './run-steps.ts'
import type { PreparedRequest } from './send.ts'

/** A reply that stands in for the service: what an earlier call gave, or what an author expects. */
export interface SampleResponse {
  /** 200 unless given. */
  readonly status?: number
  readonly body: string
}

/**
 * Explains an action without a network: the same steps as a run, with a sample in the place of the reply
 * (for functions: of the value) and with placeholders such as `(authResponse.access_token)` in the place of
 * what signing in would give. Counts towards no limit.
 */
export async function explainAction(
  subject: ActionSubject,
  call: ActionCall & {
    readonly sample: SampleResponse
    /** Is shown the request that would leave, secrets and all. */
    readonly onRequest?: (request: PreparedRequest) => void
  },
  deps: Pick<ActionDeps, 'clock' | 'ids' | 'chance' | 'organizationId' | 'nullFormalReference'>,
): Promise<ActionResult> {
  const { sample } = call
  const { chance, nullFormalReference = 'literal' } = deps
  const nowhere = () => Promise.reject(new Error('An explanation sends nothing.'))
  const means: RunMeans = {
    ...deps,
    egress: { fetch: nowhere },
    fetch: nowhere,
    tokens: nowhere,
    limits: { enter: () => () => {}, underWay: () => 0 },
    platform: { baseUrl: 'https://platform.invalid', token: nowhere },
    deadlineMs: Number.POSITIVE_INFINITY,
    timeoutMs: 60_000,
    settings: { nullFormalReference, chance },
    tls: undefined,
    allowPrivateNetwork: false,
    conceal: () => {},
  }
  const doors: RunDoors = {
    signIn: () => Promise.resolve(placeholders(subject)),
    send: (request) => {
      call.onRequest?.(request)
      return Promise.resolve({
        reply: { status: sample.status ?? 200, headers: {}, body: sample.body },
        explanations: ['Nothing was sent: the sample stands in for the reply.'],
      })
    },
    runFunction: () => Promise.resolve(sampleOutcome(sample)),
  }
  const secrets = new Set(Object.values(subject.credential?.fields ?? {}))
  return finish({ subject, call, means, doors }, { secrets, exchanges: () => [] })
}

function sampleOutcome({ body }: SampleResponse): FunctionOutcome {
  try {
    return { value: parseJson(body) }
  } catch (error) {
    if (error instanceof JsonSyntaxError)
      return { failure: `The sample is not JSON: ${error.message}` }
    throw error
  }
}

function placeholders({ definition, integration, credential }: ActionSubject): Authorization {
  const isBearer = integration.type === 'purecloud-data-actions'
  return {
    headers: isBearer ? { Authorization: 'Bearer (token)' } : {},
    context: {
      credentials: { ...standIns(definition, 'credentials'), ...credential?.fields },
      authResponse: standIns(definition, 'authResponse'),
    },
    isRenewable: false,
    explanations: ['Nobody signed in: placeholders stand where credentials and tokens would.'],
  }
}

/** The members of a root that the templates mention, each as `(root.member)`. */
function standIns(definition: ActionDefinition, root: string): Readonly<Record<string, string>> {
  const names = mentionedMembers(definition, root)
  return Object.fromEntries(names.map((name) => [name, `(${root}.${name})`]))
}
