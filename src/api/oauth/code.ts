import { createHash } from 'node:crypto'
import type { Outside } from '../../context.ts'
import type { OAuthClient } from '../../store/records.ts'
import type { Store, TokenRow } from '../../store/store.ts'
import { hashOf, tokenText } from '../../tokens.ts'
import type { AuthorizationRequest } from './authorization-request.ts'
import { OAuthError } from './oauth-error.ts'

/** Milliseconds in which a code has to be exchanged. */
const codeMs = 5 * 60_000

/** Gives out the code that a user's login is worth. */
export async function issueCode(
  request: AuthorizationRequest,
  userId: string,
  { clock, ids }: Pick<Outside, 'clock' | 'ids'>,
): Promise<string> {
  const { store, client, redirectUri, codeChallenge, audience } = request
  const code = tokenText(store.organizationId, ids.secret(32))
  await store.tokens.add({
    hash: hashOf(code),
    kind: 'code',
    clientId: client.id,
    userId,
    scopes: request.scopes,
    expiresMs: clock.now() + codeMs,
    body: {
      redirectUri,
      ...(codeChallenge === undefined ? {} : { codeChallenge }),
      ...(audience === undefined ? {} : { audience }),
    },
  })
  return code
}

/** What a client shows when it exchanges a code. */
export interface CodeProof {
  readonly code: string
  readonly redirectUri: string | undefined
  readonly codeVerifier: string | undefined
}

/**
 * Takes a code out of circulation and returns what it stands for. It is gone after the first try, whether that
 * succeeds or not; `invalid_grant` when it is unknown, over, another client's, or the proof does not fit.
 */
export async function redeemCode(
  store: Store,
  given: { readonly client: OAuthClient; readonly proof: CodeProof },
  nowMs: number,
): Promise<TokenRow & { readonly userId: string }> {
  const { client, proof } = given
  const hash = hashOf(proof.code)
  const row = await store.tokens.get(hash)
  const known = row?.kind === 'code' && row.clientId === client.id
  const userId = row?.userId
  if (
    !known ||
    userId === undefined ||
    !(await store.tokens.take(hash)) ||
    row.expiresMs <= nowMs
  ) {
    throw new OAuthError(
      'invalid_grant',
      'The code is unknown, was used before or is older than five minutes.',
    )
  }
  if (proof.redirectUri !== row.body?.['redirectUri']) {
    throw new OAuthError(
      'invalid_grant',
      'The redirect_uri is not the one that the code was given to.',
    )
  }
  if (!verifies(proof.codeVerifier, row.body?.['codeChallenge'])) {
    throw new OAuthError('invalid_grant', 'The code_verifier does not fit the code_challenge.')
  }
  return { ...row, userId }
}

/** A verifier for a code that was asked for without a challenge is refused too: somebody took the challenge away. */
function verifies(verifier: string | undefined, challenge: unknown): boolean {
  if (challenge === undefined || verifier === undefined) return challenge === verifier
  if (!/^[\w.~-]{43,128}$/.test(verifier)) return false
  return createHash('sha256').update(verifier).digest('base64url') === challenge
}
