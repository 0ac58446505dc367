import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Resources } from '../api/oauth/audience.ts'
import {
  type AuthorizationParams,
  type AuthorizationRequest,
  authorizationRequest,
  isRegistered,
  returnAddress,
} from '../api/oauth/authorization-request.ts'
import { findClient } from '../api/oauth/client.ts'
import { issueCode } from '../api/oauth/code.ts'
import { grantToken } from '../api/oauth/grant-token.ts'
import { loginPage, noticePage, type Page } from '../api/oauth/login-page.ts'
import { LoginThrottle } from '../api/oauth/login-throttle.ts'
import { OAuthError } from '../api/oauth/oauth-error.ts'
import type { Outside } from '../context.ts'
import { baseUrlFor, endpointPaths, type KnownNames } from '../mcp/addresses.ts'
import { isPassword } from '../passwords.ts'
import type { Database } from '../store/store.ts'
import { hashOf } from '../tokens.ts'
import type { UnknownClients } from './oauth-clients.ts'

/** What the login side needs of the server. */
export interface LoginDoor {
  readonly database: Database
  readonly outside: Pick<Outside, 'clock' | 'ids'>
  /** Where this server can be reached; `https` makes the login's cookie a secure one. */
  names(): KnownNames
  /** Clients that nobody entered; absent where they may not make themselves known. */
  readonly unknownClients?: UnknownClients
}

/**
 * Serves the vendor's login side: `POST /oauth/token`, `GET /oauth/authorize`, the login form behind it and
 * `GET /logout`. No session is kept: every authorization asks for the password.
 */
export function addOAuth(app: FastifyInstance, door: LoginDoor): void {
  const throttle = new LoginThrottle(() => door.outside.clock.now())
  app.post('/oauth/token', (request, reply) => token(door, request, reply))
  app.get('/oauth/authorize', async (request, reply) => {
    const params = paramsOf(fields(request.url.split('?')[1] ?? ''))
    const asked = await judge(door, { params, request, reply })
    return asked === undefined ? reply : askToLogIn(door, { asked, params, reply })
  })
  app.post('/login', (request, reply) => logIn(door, { request, reply, throttle }))
  app.get('/logout', (request, reply) => logOut(door, request, reply))
}

async function token(
  door: LoginDoor,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  reply.header('Cache-Control', 'no-store')
  try {
    const granted = await grantToken(
      door.database,
      {
        form: formOf(request),
        authorization: request.headers.authorization,
        resources: resourcesOf(door, request),
      },
      door.outside,
    )
    return reply.send({
      access_token: granted.accessToken,
      token_type: 'bearer',
      expires_in: granted.expiresIn,
      ...(granted.refreshToken === undefined ? {} : { refresh_token: granted.refreshToken }),
    })
  } catch (error) {
    if (error instanceof OAuthError) return reply.status(400).send(error.body)
    throw error
  }
}

/** The request, when a user can be asked to log in for it; otherwise the browser has been told why not. */
async function judge(
  door: LoginDoor,
  given: {
    readonly params: AuthorizationParams
    readonly request: FastifyRequest
    readonly reply: FastifyReply
  },
): Promise<AuthorizationRequest | undefined> {
  const { params, request, reply } = given
  try {
    await door.unknownClients?.learn(params.client_id)
    const address = await returnAddress(door.database, params)
    try {
      return authorizationRequest(address, params, resourcesOf(door, request))
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error
      const { redirectUri, state } = address
      sendBack(reply, redirectUri, {
        error: error.code,
        error_description: error.message,
        state,
      })
    }
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error
    show(reply.status(400), noticePage('This login cannot go on', error.message))
  }
  return undefined
}

/** The login page, under a fresh cookie whose hash the form has to bring back. */
function askToLogIn(
  door: LoginDoor,
  given: {
    readonly asked: AuthorizationRequest
    readonly params: AuthorizationParams
    readonly reply: FastifyReply
    readonly again?: { readonly email: string; readonly problem: string }
  },
): FastifyReply {
  const { asked, params, reply } = given
  const secret = door.outside.ids.secret(24)
  const secure = isSecure(door)
  reply.header(
    'Set-Cookie',
    `${cookieName(secure)}=${secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age=3600${secure ? '; Secure' : ''}`,
  )
  return show(
    reply,
    loginPage({
      clientName: asked.client.name,
      redirectUri: asked.redirectUri,
      params,
      csrf: hashOf(secret),
      ...given.again,
    }),
  )
}

async function logIn(
  door: LoginDoor,
  given: {
    readonly request: FastifyRequest
    readonly reply: FastifyReply
    readonly throttle: LoginThrottle
  },
): Promise<FastifyReply> {
  const { request, reply, throttle } = given
  const form = formOf(request)
  const params = paramsOf(form)
  const asked = await judge(door, { params, request, reply })
  if (asked === undefined) return reply
  const email = form['email'] ?? ''
  const again = (status: number, problem: string) =>
    askToLogIn(door, { asked, params, reply: reply.status(status), again: { email, problem } })
  if (!hasCookieOf(door, request, form['csrf'])) {
    return again(
      400,
      'This page was open for too long, or your browser refuses cookies. Try again.',
    )
  }
  const attempt = { email, address: request.ip }
  const waitSeconds = throttle.begin(attempt)
  if (waitSeconds !== undefined) {
    reply.header('Retry-After', String(waitSeconds))
    return again(
      429,
      `There were too many failed logins. Try again in ${Math.ceil(waitSeconds / 60)} minutes.`,
    )
  }
  const user = await asked.store.records.byKey('user', email.trim().toLowerCase())
  const right = await isPassword(form['password'] ?? '', user?.passwordHash)
  if (user === undefined || !right || user.state !== 'active') {
    return again(400, 'The e-mail address or the password is wrong.')
  }
  throttle.succeeded(attempt)
  const code = await issueCode(asked, user.id, door.outside)
  // the issuer says who answers, so that a client of several servers is not led astray (RFC 9207)
  const iss = baseUrlFor(request.headers.host, door.names())
  return sendBack(reply, asked.redirectUri, { code, state: asked.state, iss })
}

/** Nothing is kept that could be ended here; a client's tokens end by `DELETE /api/v2/tokens/me`. */
async function logOut(
  door: LoginDoor,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { client_id: clientId, redirect_uri: uri } = fields(request.url.split('?')[1] ?? '')
  const found = clientId === undefined ? undefined : await findClient(door.database, clientId)
  if (found !== undefined && uri !== undefined && isRegistered(uri, found.client.redirectUris)) {
    return sendBack(reply, uri, {})
  }
  return show(reply, noticePage('You are logged out', 'You can close this window.'))
}

function sendBack(
  reply: FastifyReply,
  redirectUri: string,
  result: Readonly<Record<string, string | undefined>>,
): FastifyReply {
  const target = new URL(redirectUri)
  for (const [name, value] of Object.entries(result)) {
    if (value !== undefined) target.searchParams.set(name, value)
  }
  reply.header('Cache-Control', 'no-store').header('Referrer-Policy', 'no-referrer')
  return reply.redirect(target.href, 303)
}

function show(reply: FastifyReply, page: Page): FastifyReply {
  return reply
    .header('Cache-Control', 'no-store')
    .header('Content-Security-Policy', page.contentSecurityPolicy)
    .header('X-Frame-Options', 'DENY')
    .header('Referrer-Policy', 'no-referrer')
    .type('text/html; charset=utf-8')
    .send(page.html)
}

function resourcesOf(door: LoginDoor, { headers }: FastifyRequest): Resources {
  const names = door.names()
  return { baseUrls: [baseUrlFor(headers.host, names), names.publicUrl], paths: endpointPaths }
}

function isSecure(door: LoginDoor): boolean {
  return door.names().publicUrl.startsWith('https:')
}

function cookieName(secure: boolean): string {
  return secure ? '__Host-signalbox-login' : 'signalbox-login'
}

function hasCookieOf(door: LoginDoor, request: FastifyRequest, csrf: string | undefined): boolean {
  const name = cookieName(isSecure(door))
  const cookies = (request.headers.cookie ?? '').split(';').map((cookie) => cookie.trim())
  return cookies.some(
    (cookie) => cookie.startsWith(`${name}=`) && hashOf(cookie.slice(name.length + 1)) === csrf,
  )
}

function formOf(request: FastifyRequest): Record<string, string> {
  return fields(request.rawBody.toString('utf8'))
}

/** Each field once: the first of a repeated one, so that nothing added behind changes what was judged. */
function fields(text: string): Record<string, string> {
  const found = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(text)) {
    if (!found.has(name)) found.set(name, value)
  }
  return Object.fromEntries(found)
}

const paramNames = [
  'response_type',
  'client_id',
  'redirect_uri',
  'scope',
  'state',
  'code_challenge',
  'code_challenge_method',
  'resource',
] as const

function paramsOf(form: Readonly<Record<string, string>>): AuthorizationParams {
  return Object.fromEntries(
    paramNames.flatMap((name) => (form[name] === undefined ? [] : [[name, form[name]]])),
  )
}
