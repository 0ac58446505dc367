import Type from 'typebox'
import { findRecord } from '../not-found.ts'
import { operation } from '../operation.ts'
import { EntityRef } from '../schema.ts'

const path = '/api/v2/tokens/me'
const scopes = ['user-basic-info'] as const

/** What the official SDK asks in a browser to find out whether its token still holds (vendor model `TokenInfo`). */
export const getTokensMe = operation({
  id: 'getTokensMe',
  method: 'GET',
  path,
  summary: "Describes the caller's own token.",
  scopes,
  reply: {
    status: 200,
    schema: Type.Object({
      organization: EntityRef,
      homeOrganization: EntityRef,
      authorizedScope: Type.Array(Type.String()),
      OAuthClient: Type.Object({ id: Type.String(), name: Type.String() }),
    }),
  },
  examples: [{ title: 'Who am I to this server?', input: {} }],
  async handle(_input, { store, principal }) {
    const client = await findRecord(store, 'oauthClient', principal.clientId)
    const { name } = await findRecord(store, 'organization', store.organizationId)
    const organization = { id: store.organizationId, name }
    return {
      organization,
      homeOrganization: organization,
      authorizedScope: principal.scopes,
      OAuthClient: {
        id: client.id,
        name: client.name,
        authorizedGrantType: client.grantType,
        scope: client.scopes,
        state: client.state,
        organization,
      },
    }
  },
})

export const headTokensMe = operation({
  id: 'headTokensMe',
  method: 'HEAD',
  path,
  summary: "Answers 200 while the caller's token holds, 401 afterwards.",
  scopes,
  reply: { status: 200 },
  examples: [{ title: 'Does my token still hold?', input: {} }],
  async handle() {
    return undefined
  },
})

/** The refresh token that was given out with it ends too. */
export const deleteTokensMe = operation({
  id: 'deleteTokensMe',
  method: 'DELETE',
  path,
  summary: "Ends the caller's own token: logs out.",
  scopes,
  reply: { status: 200 },
  async handle(_input, { store, principal, forgetToken }) {
    await store.transaction(async (store) => {
      const row = await store.tokens.get(principal.tokenHash)
      const refreshHash = row?.body?.['refreshHash']
      if (typeof refreshHash === 'string') await store.tokens.take(refreshHash)
      await store.tokens.take(principal.tokenHash)
    })
    forgetToken(principal.tokenHash)
  },
})
