/** Who is signed in: the authorization code grant with PKCE, tokens of this tab only, and their end. */

const clientId = 'signalbox-console'
const tokensKey = 'signalbox.tokens'
const proofKey = 'signalbox.proof'

interface Tokens {
  readonly access: string
  readonly refresh?: string
  readonly expiresMs: number
}

/** Renewed this long before it ends, so that no request meets the end. */
const renewBeforeMs = 60_000

let tokens: Tokens | undefined = read()
let renewing: Promise<boolean> | undefined
const listeners = new Set<() => void>()

function read(): Tokens | undefined {
  const text = sessionStorage.getItem(tokensKey)
  return text === null ? undefined : (JSON.parse(text) as Tokens)
}

function keep(next: Tokens | undefined): void {
  tokens = next
  if (next === undefined) sessionStorage.removeItem(tokensKey)
  else sessionStorage.setItem(tokensKey, JSON.stringify(next))
  for (const listener of listeners) listener()
}

/** Whether somebody is signed in, as far as this tab knows. */
export function isSignedIn(): boolean {
  return tokens !== undefined
}

/** Calls back when somebody signs in or the session ends. */
export function onSession(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The access token to send, renewed when it is about to end; undefined when the session is over. */
export async function accessToken(): Promise<string | undefined> {
  if (tokens === undefined) return undefined
  if (tokens.expiresMs - Date.now() < renewBeforeMs) await renew()
  return tokens?.access
}

/** Gets a new access token by the refresh token, once however many ask; false when the session is over. */
export function renew(): Promise<boolean> {
  renewing ??= (async () => {
    const refresh = tokens?.refresh
    if (refresh === undefined) return false
    return grant({ grant_type: 'refresh_token', refresh_token: refresh })
  })().finally(() => {
    renewing = undefined
  })
  return renewing
}

/** Ends the session in this tab; the server has said that it is over. */
export function endSession(): void {
  keep(undefined)
}

/** Signs out: the token is over on the server too. */
export async function signOut(): Promise<void> {
  const token = tokens?.access
  keep(undefined)
  if (token === undefined) return
  await fetch('/api/v2/tokens/me', {
    method: 'DELETE',
    headers: { authorization: `Bearer ${token}` },
  })
}

function redirectUri(): string {
  return `${location.origin}/`
}

/** Leaves for the sign-in page of this server; it comes back to where the user was. */
export async function signIn(): Promise<void> {
  const verifier = random(48)
  const state = random(16)
  const back = location.pathname + location.search
  sessionStorage.setItem(proofKey, JSON.stringify({ verifier, state, back }))
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri(),
    state,
    code_challenge: await challengeOf(verifier),
    code_challenge_method: 'S256',
  })
  location.assign(`/oauth/authorize?${query}`)
}

/**
 * Takes up what an address brings: a code of the sign-in page, or the one-time link that a first start prints. Says why
 * it failed, and where to go on when it did not.
 */
export async function arrive(): Promise<{ readonly problem?: string; readonly to?: string }> {
  const link = new URLSearchParams(location.hash.slice(1))
  const query = new URLSearchParams(location.search)
  const code = link.get('code') ?? query.get('code')
  const refused = query.get('error_description') ?? query.get('error')
  if (code === null && refused === null) return {}
  history.replaceState(null, '', '/')
  if (code === null) return { problem: refused ?? '' }
  const kept = sessionStorage.getItem(proofKey)
  sessionStorage.removeItem(proofKey)
  const proof =
    kept === null
      ? undefined
      : (JSON.parse(kept) as { verifier: string; state: string; back: string })
  const fromLink = link.get('verifier')
  if (fromLink === null && (proof === undefined || proof.state !== query.get('state'))) {
    return { problem: 'This sign-in was not begun in this tab. Sign in again.' }
  }
  const granted = await grant({
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri(),
    code_verifier: fromLink ?? proof?.verifier ?? '',
  })
  if (granted) return { to: fromLink === null ? (proof?.back ?? '/') : '/welcome' }
  return {
    problem:
      fromLink === null
        ? 'The sign-in could not be completed. Sign in again.'
        : 'This link has been used or is older than five minutes. Sign in with a password instead: it is in credentials.json in the data folder.',
  }
}

async function grant(form: Readonly<Record<string, string>>): Promise<boolean> {
  const response = await fetch('/oauth/token', {
    method: 'POST',
    body: new URLSearchParams({ client_id: clientId, ...form }),
  })
  if (!response.ok) {
    if (response.status < 500) keep(undefined)
    return false
  }
  const granted = (await response.json()) as {
    access_token: string
    refresh_token?: string
    expires_in: number
  }
  keep({
    access: granted.access_token,
    ...(granted.refresh_token === undefined ? {} : { refresh: granted.refresh_token }),
    expiresMs: Date.now() + granted.expires_in * 1000,
  })
  return true
}

function random(bytes: number): string {
  return base64url(crypto.getRandomValues(new Uint8Array(bytes)))
}

async function challengeOf(verifier: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
  return base64url(new Uint8Array(digest))
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}
