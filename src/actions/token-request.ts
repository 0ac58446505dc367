import { formEncode } from '../connectors/http.ts'
import type { Credential } from './action.ts'
import type { PreparedRequest } from './send.ts'

/** A request to a token service, or what its credential lacks. */
export interface TokenRequest {
  readonly request: PreparedRequest
  readonly problem: string | undefined
}

/** Where the vendors' token services are unless the credential's `tokenUrl` says otherwise. */
const standardUrls: Readonly<Record<string, string>> = {
  salesforce: 'https://login.salesforce.com/services/oauth2/token',
  msDynamics: 'https://login.microsoftonline.com/common/oauth2/token',
}

/**
 * The request for a token by OAuth 2 (RFC 6749): client credentials, or for Salesforce and Dynamics the
 * password grant that the vendor's credential types stand for. `authentication` of the credential puts
 * the client's secret into the `body` instead of a Basic header.
 */
export function tokenRequest({ type, fields }: Credential): TokenRequest {
  const url = fields['tokenUrl'] ?? standardUrls[type] ?? ''
  const isPassword = type === 'salesforce' || type === 'msDynamics'
  const form = isPassword ? passwordForm(fields) : clientForm(fields)
  const isBasic = !isPassword && fields['authentication'] !== 'body'
  const pair = `${encodeURIComponent(fields['clientId'] ?? '')}:${encodeURIComponent(fields['clientSecret'] ?? '')}`
  const headers: Record<string, string> = {
    'Content-Type': 'application/x-www-form-urlencoded',
    ...(isBasic ? { Authorization: `Basic ${Buffer.from(pair).toString('base64')}` } : {}),
  }
  const needed = isPassword ? ['username', 'password'] : ['clientId', 'clientSecret']
  const missing = needed.filter((name) => (fields[name] ?? '') === '')
  if (!URL.canParse(url)) missing.push('tokenUrl')
  const problem = missing.length === 0 ? undefined : `The credential lacks ${missing.join(', ')}.`
  return { request: { method: 'POST', url, headers, body: formEncode(form) }, problem }
}

function clientForm(fields: Credential['fields']): Readonly<Record<string, string>> {
  const isInBody = fields['authentication'] === 'body'
  return withValues({
    grant_type: 'client_credentials',
    client_id: isInBody ? fields['clientId'] : undefined,
    client_secret: isInBody ? fields['clientSecret'] : undefined,
    scope: fields['scope'],
    audience: fields['audience'],
  })
}

function passwordForm(fields: Credential['fields']): Readonly<Record<string, string>> {
  return withValues({
    grant_type: 'password',
    client_id: fields['applicationId'] ?? fields['clientId'],
    client_secret: fields['clientSecret'],
    username: fields['username'],
    password: `${fields['password'] ?? ''}${fields['securityToken'] ?? ''}`,
    resource: fields['orgWebAddress'],
  })
}

function withValues(
  given: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(given)) if (value !== undefined) kept[name] = value
  return kept
}
