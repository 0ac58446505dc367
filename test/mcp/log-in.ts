import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { House } from '../house.ts'

/** Registers a client and logs a person in, as an agent's client does. */
export async function logIn(
  house: House,
  server: {
    registration_endpoint: string
    authorization_endpoint: string
    token_endpoint: string
    issuer: string
    /** `conversations` unless given. */
    scope?: string
  },
  resource?: string,
): Promise<string> {
  const redirect_uri = 'http://127.0.0.1/callback'
  const registered = await fetch(server.registration_endpoint, {
    method: 'POST',
    body: JSON.stringify({ client_name: 'An agent', redirect_uris: [redirect_uri] }),
  })
  assert.equal(registered.status, 201)
  const { client_id } = Object(await registered.json())
  const verifier = 'v'.repeat(43)
  const params = {
    response_type: 'code',
    client_id,
    redirect_uri,
    scope: server.scope ?? 'conversations',
    ...(resource === undefined ? {} : { resource }),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }
  const page = await fetch(`${server.authorization_endpoint}?${new URLSearchParams(params)}`)
  const csrf = /name="csrf" value="([^"]+)"/.exec(await page.text())?.[1] ?? ''
  const cookie = (page.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  const [user] = house.credentials.users
  const form = { ...params, csrf, email: user?.email ?? '', password: user?.password ?? '' }
  const answered = await fetch(`${house.url}/login`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  })
  const back = new URL(answered.headers.get('location') ?? '')
  assert.equal(back.searchParams.get('iss'), server.issuer)
  const granted = await fetch(server.token_endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id,
      redirect_uri,
      code: back.searchParams.get('code') ?? '',
      code_verifier: verifier,
      ...(resource === undefined ? {} : { resource }),
    }).toString(),
  })
  const { access_token, refresh_token } = Object(await granted.json())
  assert.ok(refresh_token)
  return String(access_token)
}
