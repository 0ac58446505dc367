import type { Outside } from '../../context.ts'
import type { OAuthClient } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import { hashOf, tokenText } from '../../tokens.ts'

/** Days for which a refresh token can be used; each use gives a new one. */
const refreshDays = 30

/** Who a token stands for. */
export interface TokenSubject {
  readonly client: Pick<OAuthClient, 'id' | 'tokenValiditySeconds'>
  /** Absent: the client itself. */
  readonly userId?: string
  /** Empty: unrestricted. */
  readonly scopes: readonly string[]
  readonly refreshable?: boolean
  /** The path that the token is good for, with what lies below it; absent: the whole server. */
  readonly audience?: string | undefined
  /** What a refresh token may be exchanged for; as `audience`. */
  readonly granted?: string | undefined
}

export interface IssuedToken {
  readonly accessToken: string
  readonly refreshToken?: string
  /** Seconds, one less than the client's validity: the vendor answers 86399 for a day. */
  readonly expiresIn: number
}

/** Gives out an access token, and a refresh token where one is asked for. Only their hashes are kept. */
export async function issueToken(
  store: Store,
  subject: TokenSubject,
  { clock, ids }: Pick<Outside, 'clock' | 'ids'>,
): Promise<IssuedToken> {
  const nowMs = clock.now()
  const { client, userId, scopes, audience, granted } = subject
  const seconds = client.tokenValiditySeconds
  const accessToken = tokenText(store.organizationId, ids.secret(32))
  const refreshToken =
    subject.refreshable === true ? tokenText(store.organizationId, ids.secret(32)) : undefined
  const row = { clientId: client.id, ...(userId === undefined ? {} : { userId }), scopes }
  await store.tokens.add({
    ...row,
    kind: 'access',
    hash: hashOf(accessToken),
    expiresMs: nowMs + seconds * 1000,
    body: {
      ...(refreshToken === undefined ? {} : { refreshHash: hashOf(refreshToken) }),
      ...(audience === undefined ? {} : { audience }),
    },
  })
  if (refreshToken !== undefined) {
    await store.tokens.add({
      ...row,
      kind: 'refresh',
      hash: hashOf(refreshToken),
      expiresMs: nowMs + refreshDays * 86_400_000,
      ...(granted === undefined ? {} : { body: { audience: granted } }),
    })
  }
  return {
    accessToken,
    ...(refreshToken === undefined ? {} : { refreshToken }),
    expiresIn: seconds - 1,
  }
}
