import type { Outside } from '../../context.ts'
import type { Database, TokenRow } from '../../store/store.ts'
import { hashOf } from '../../tokens.ts'
import { audienceOf, audienceWithin, type Resources } from './audience.ts'
import { authenticateClient, type ClientCredentials, type FoundClient, isPublic } from './client.ts'
import { redeemCode } from './code.ts'
import { type IssuedToken, issueToken } from './issue-token.ts'
import { OAuthError } from './oauth-error.ts'

type Source = Pick<Outside, 'clock' | 'ids'>
type Form = Readonly<Record<string, string>>

/** A call of the token endpoint: the fields of its form, and the `Authorization` header where there is one. */
export interface TokenRequest {
  readonly form: Form
  readonly authorization: string | undefined
  /** What tokens can be bound to. */
  readonly resources: Resources
}

/**
 * Answers `POST /oauth/token` for the grants that the vendor's clients use (SAML is not served): client credentials,
 * authorization code with PKCE, and refresh tokens, which are replaced at each use. Throws `OAuthError`.
 */
export async function grantToken(
  database: Database,
  request: TokenRequest,
  source: Source,
): Promise<IssuedToken> {
  const { form } = request
  const grant = grants.get(required(form, 'grant_type'))
  if (grant === undefined) {
    throw new OAuthError(
      'unsupported_grant_type',
      'The grant_type must be client_credentials, authorization_code or refresh_token.',
    )
  }
  const found = await authenticateClient(database, credentialsOf(request))
  const asked = audienceOf(form['resource'], request.resources)
  return grant(found, { form, asked }, source)
}

/** A form, and the path that its `resource` stands for. */
interface Asked {
  readonly form: Form
  readonly asked: string | undefined
}

type Grant = (found: FoundClient, asked: Asked, source: Source) => Promise<IssuedToken>

const grants: ReadonlyMap<string, Grant> = new Map([
  ['client_credentials', byClient],
  ['authorization_code', byCode],
  ['refresh_token', byRefreshToken],
])

async function byClient({ store, client }: FoundClient, { asked }: Asked, source: Source) {
  if (client.grantType !== 'CLIENT-CREDENTIALS' || isPublic(client)) {
    throw new OAuthError(
      'unauthorized_client',
      'This client is not registered for the client credentials grant.',
    )
  }
  return issueToken(store, { client, scopes: [], audience: asked }, source)
}

async function byCode({ store, client }: FoundClient, { form, asked }: Asked, source: Source) {
  const proof = {
    code: required(form, 'code'),
    redirectUri: form['redirect_uri'],
    codeVerifier: form['code_verifier'],
  }
  const row = await redeemCode(store, { client, proof }, source.clock.now())
  const granted = boundTo(row)
  const audience = audienceWithin(granted, asked)
  const { userId, scopes } = row
  return issueToken(store, { client, userId, scopes, refreshable: true, audience, granted }, source)
}

async function byRefreshToken(
  { store, client }: FoundClient,
  { form, asked }: Asked,
  source: Source,
) {
  const hash = hashOf(required(form, 'refresh_token'))
  return store.transaction(async (store) => {
    const row = await store.tokens.get(hash)
    const user = row?.userId === undefined ? undefined : await store.records.get('user', row.userId)
    const usable =
      row?.kind === 'refresh' &&
      row.clientId === client.id &&
      row.expiresMs > source.clock.now() &&
      user?.state === 'active' &&
      (await store.tokens.take(hash))
    if (!usable) {
      throw new OAuthError(
        'invalid_grant',
        'The refresh token is unknown, over, or was used before: log in again.',
      )
    }
    const granted = boundTo(row)
    const audience = audienceWithin(granted, asked)
    const subject = { client, userId: user.id, scopes: row.scopes, refreshable: true }
    return issueToken(store, { ...subject, audience, granted }, source)
  })
}

function boundTo({ body }: TokenRow): string | undefined {
  const audience = body?.['audience']
  return typeof audience === 'string' ? audience : undefined
}

/** The client's id and secret, from the Basic header or the form; never from both. */
function credentialsOf({ form, authorization }: TokenRequest): ClientCredentials {
  const basic = /^basic +([\w+/=-]+)$/i.exec(authorization?.trim() ?? '')?.[1]
  if (basic === undefined) {
    const { client_id: id, client_secret: secret } = form
    if (id === undefined) throw new OAuthError('invalid_client', 'authentication failed')
    return { id, ...(secret === undefined ? {} : { secret }) }
  }
  const text = Buffer.from(basic, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon < 0) throw new OAuthError('invalid_client', 'authentication failed')
  return { id: text.slice(0, colon), secret: text.slice(colon + 1) }
}

function required(form: Form, name: string): string {
  const value = form[name]
  if (value !== undefined && value !== '') return value
  throw new OAuthError('invalid_request', `The parameter ${name} is missing.`)
}
