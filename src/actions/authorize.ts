import { AppError, SendError } from '../errors.ts'
import type { ActionSubject, Credential } from './action.ts'
import { ActionFailure } from './failure.ts'
import { JsonNumber } from './json/number.ts'
import { JsonSyntaxError, parseJson } from './json/read.ts'
import type { JsonValue } from './json/value.ts'
import { writeJson } from './json/write.ts'
import { runPlainly } from './pipeline.ts'
import { contextValue, type TemplateContext } from './rendering.ts'
import type { RunMeans } from './run-means.ts'
import { isSuccess, refused, send } from './send.ts'
import { type TokenRequest, tokenRequest } from './token-request.ts'

/** What signing in gives to the request of an action. */
export interface Authorization {
  /** Added unless the action has its own of that name. */
  readonly headers: Readonly<Record<string, string>>
  /** The roots `credentials` and `authResponse`, where the credential's type has them. */
  readonly context: TemplateContext
  /** True when a 401 may be cured by signing in again. */
  readonly isRenewable: boolean
  readonly explanations: readonly string[]
}

/** A token whose life is not told is believed this long; a 401 ends it earlier. */
const lifeMs = 3_600_000

/**
 * Signs in as the integration's credential asks (Genesys Cloud, "Credential types for the integration"): a
 * token of the platform, Basic, fields for the templates, or a token that is fetched once, kept for
 * all runs and renewed on demand. Throws `ActionFailure` `ACTION.AUTHENTICATION`.
 */
export async function authorize(
  subject: ActionSubject,
  means: RunMeans,
  renew: boolean,
): Promise<Authorization> {
  for (const secret of Object.values(subject.credential?.fields ?? {})) means.conceal(secret)
  try {
    return await signIn(subject, means, renew)
  } catch (error) {
    const failure = asFailure(error)
    if (failure === undefined) throw error
    throw new ActionFailure('There was an issue validating the credentials.', {
      status: failure.status === 504 ? 504 : 400,
      errorCode: 'ACTION.AUTHENTICATION',
      remoteStatus: failure.remoteStatus ?? failure.status,
      remoteMessage: failure.message,
      hints: [failure.message, ...failure.hints],
      cause: error,
    })
  }
}

/** Failures that callers may be told of; the platform's token can end in other classes than ours. */
function asFailure(error: unknown): ActionFailure | undefined {
  if (error instanceof ActionFailure) return error
  const isTold = error instanceof AppError || error instanceof SendError
  return isTold ? new ActionFailure(error.message, { cause: error }) : undefined
}

async function signIn(
  subject: ActionSubject,
  means: RunMeans,
  renew: boolean,
): Promise<Authorization> {
  const { integration, credential, kind } = subject
  if (kind === 'static') return nothing('Who executes the action is asked for no credential.')
  if (integration.type === 'purecloud-data-actions') {
    const token = await means.platform.token(renew)
    means.conceal(token)
    return bearer(token, 'A token of the organization for the platform is used.')
  }
  if (credential === undefined) return nothing('The integration has no credential.')
  const credentials = { credentials: credential.fields }
  switch (credential.type) {
    case 'basicAuth':
      return basic(credential)
    case 'userDefined':
      return {
        ...nothing('The fields of the credential are there as $credentials.'),
        context: credentials,
      }
    case 'userDefinedOAuth':
      if (kind === 'customAuth') {
        return {
          ...nothing('This action signs in itself, with $credentials.'),
          context: credentials,
        }
      }
      return customAuth(subject, means, renew)
    case 'pureCloudOAuthClient':
    case 'oauthClientCredentials':
    case 'salesforce':
    case 'msDynamics': {
      const token = await grantedToken(tokenRequest(credential), { subject, means, renew })
      means.conceal(token)
      return bearer(
        token,
        'A token for the credential is used; it is kept until shortly before it ends.',
      )
    }
  }
}

function nothing(explanation: string): Authorization {
  return { headers: {}, context: {}, isRenewable: false, explanations: [explanation] }
}

function bearer(token: string, explanation: string): Authorization {
  const headers = { Authorization: `Bearer ${token}` }
  return { headers, context: {}, isRenewable: true, explanations: [explanation] }
}

function basic({ fields }: Credential): Authorization {
  const pair = `${fields['userName'] ?? ''}:${fields['password'] ?? ''}`
  const headers = { Authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
  const explanations = [
    'The user name and password of the credential go into the header Authorization.',
  ]
  return { headers, context: {}, isRenewable: false, explanations }
}

/** Tokens of an older configuration are never found again. */
function tokenKey({ integration, credential }: ActionSubject, means: RunMeans): string {
  const { id, version } = integration
  const own = `${credential?.id} ${credential?.version}`
  return `action ${means.organizationId} ${id} ${version} ${own}`
}

async function customAuth(
  subject: ActionSubject,
  means: RunMeans,
  renew: boolean,
): Promise<Authorization> {
  const { authAction, integration, credential } = subject
  if (authAction === undefined) {
    throw new ActionFailure('The integration has no custom-auth action that could sign in.')
  }
  const context = { credentials: credential?.fields ?? {}, input: { rawRequest: '{}' } }
  const key = `${tokenKey(subject, means)} ${authAction.name}`
  const text = await means.tokens(
    key,
    async () => {
      const value = await runPlainly(authAction, { context, integration, means })
      return { token: writeJson(value), expiresInMs: lifeOf(value) }
    },
    renew,
  )
  const authResponse = parseJson(text)
  concealAll(authResponse, means)
  return {
    headers: {},
    context: { ...context, authResponse: contextValue(authResponse) },
    isRenewable: true,
    explanations: [
      'The result of the custom-auth action is there as $authResponse; it is kept and used again.',
    ],
  }
}

/** Everything in a sign-in's answer may be a secret but short words such as `Bearer` and numbers. */
export function concealAll(value: JsonValue, means: Pick<RunMeans, 'conceal'>): void {
  if (typeof value === 'string' && value.length > 7) means.conceal(value)
  else if (Array.isArray(value)) for (const item of value) concealAll(item, means)
  else if (value instanceof Map) for (const item of value.values()) concealAll(item, means)
}

function lifeOf(value: JsonValue): number {
  const told = value instanceof Map ? value.get('expires_in') : undefined
  const isTold = told instanceof JsonNumber || typeof told === 'string'
  const seconds = isTold ? Number(String(told)) : Number.NaN
  return seconds > 0 ? seconds * 1000 : lifeMs
}

async function grantedToken(
  { request, problem }: TokenRequest,
  {
    subject,
    means,
    renew,
  }: { readonly subject: ActionSubject; readonly means: RunMeans; readonly renew: boolean },
): Promise<string> {
  if (problem !== undefined) throw new ActionFailure(problem)
  const make = async () => {
    const { reply } = await send(request, undefined, means)
    if (!isSuccess(reply)) throw refused(reply)
    const value = readToken(reply.body)
    const token = value instanceof Map ? value.get('access_token') : undefined
    if (typeof token !== 'string' || token === '') {
      throw new ActionFailure('The token service answered without an access_token.')
    }
    return { token, expiresInMs: lifeOf(value) }
  }
  return means.tokens(tokenKey(subject, means), make, renew)
}

function readToken(body: string): JsonValue {
  try {
    return parseJson(body)
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    throw new ActionFailure('The token service answered something that is not JSON.', {
      cause: error,
    })
  }
}
