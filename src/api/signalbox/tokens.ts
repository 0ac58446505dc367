import Type from 'typebox'
import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'
import type { Principal } from '../../principal.ts'
import { hashOf, tokenText } from '../../tokens.ts'
import { operation } from '../operation.ts'

const validSecondsDefault = 86_400
const secretBytes = 32

export const signalboxIssueToken = operation({
  id: 'signalboxIssueToken',
  method: 'POST',
  path: '/api/signalbox/tokens',
  summary:
    'Gives out an access token for a user, named by e-mail address or id, or for an OAuth client. It can do what ' +
    'that user or client can.',
  permission: 'signalbox:tokens:edit',
  input: {
    body: Type.Object({
      user: Type.Optional(Type.String({ minLength: 1 })),
      client: Type.Optional(Type.String({ minLength: 1 })),
      validSeconds: Type.Optional(Type.Integer({ minimum: 60, maximum: 31_622_400 })),
      /** Limits a user's token to these OAuth scopes; absent or empty, it is not limited. */
      scopes: Type.Optional(
        Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { maxItems: 100 }),
      ),
    }),
  },
  reply: {
    status: 200,
    schema: Type.Object({
      access_token: Type.String(),
      token_type: Type.Literal('bearer'),
      expires_in: Type.Integer(),
    }),
  },
  async handle({ body }, context) {
    const { store, outside, principal } = context
    const validSeconds = body.validSeconds ?? validSecondsDefault
    const holder = await holderOf(body, context)
    const token = tokenText(store.organizationId, outside.ids.secret(secretBytes))
    await store.tokens.add({
      hash: hashOf(token),
      kind: 'access',
      clientId: principal.clientId,
      ...holder,
      scopes: scopesFor(body, principal),
      expiresMs: outside.clock.now() + validSeconds * 1000,
    })
    return { access_token: token, token_type: 'bearer' as const, expires_in: validSeconds }
  },
})

/**
 * Client credentials carry no scopes, so that a limit on them would be none. Who is limited himself passes on no more
 * than he has.
 */
function scopesFor(
  asked: { readonly client?: string; readonly scopes?: readonly string[] },
  principal: Principal,
): readonly string[] {
  const { client, scopes = [] } = asked
  const own = principal.userId === undefined ? [] : principal.scopes
  const isWider = scopes.length === 0 || scopes.some((scope) => !own.includes(scope))
  if (own.length > 0 && isWider) {
    throw new AppError(
      'not.authorized',
      'This token is limited to scopes, so name scopes among them for the other: {scopes}.',
      { params: { scopes: own.join(', ') } },
    )
  }
  if (client === undefined || scopes.length === 0) return scopes
  throw new AppError(
    'bad.request',
    'Scopes limit the tokens of users only; what a client may do follows from its roles.',
    { details: [{ errorCode: 'bad.request', fieldName: 'scopes' }] },
  )
}

async function holderOf(
  asked: { readonly user?: string; readonly client?: string },
  { store }: Context,
): Promise<{ readonly userId: string } | { readonly clientId: string }> {
  if ((asked.user === undefined) === (asked.client === undefined)) {
    throw new AppError(
      'bad.request',
      'Name either a user or a client: for example {"user": "ada@example.com"}.',
    )
  }
  if (asked.user !== undefined) {
    const user =
      (await store.records.byKey('user', asked.user.toLowerCase())) ??
      (await store.records.get('user', asked.user))
    if (user?.state === 'active') return { userId: user.id }
    throw new AppError('not.found', 'There is no active user {user}.', {
      params: { user: asked.user },
    })
  }
  const client = await store.records.get('oauthClient', asked.client ?? '')
  if (client?.state === 'active') return { clientId: client.id }
  throw new AppError('not.found', 'There is no active OAuth client {client}.', {
    params: { client: asked.client ?? '' },
  })
}
