import Type, { type Static } from 'typebox'
import { commandLineClientId } from '../../admin-token.ts'
import { isoTime } from '../../clock.ts'
import { consoleClientId } from '../../console-client.ts'
import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'
import { grants } from '../../principal.ts'
import type { OAuthClient } from '../../store/records.ts'
import { hashOf } from '../../tokens.ts'
import { findRecord } from '../not-found.ts'
import type { AnyOperation } from '../operation.ts'
import { operation } from '../operation.ts'
import { changed, newRecord } from '../record-change.ts'
import { Id, Listing, listing, Paging, pageOf } from '../schema.ts'

const path = '/api/v2/oauth/clients'
const byId = `${path}/{clientId}`
const readScopes = ['oauth', 'oauth:readonly'] as const
const writeScopes = ['oauth'] as const
const secretBytes = 32
const validityDefault = 86_400

const Client = Type.Object({
  id: Type.String(),
  name: Type.String(),
  authorizedGrantType: Type.String(),
  accessTokenValiditySeconds: Type.Integer(),
  registeredRedirectUri: Type.Array(Type.String()),
  scope: Type.Array(Type.String()),
  permissions: Type.Array(Type.String()),
  state: Type.String(),
  selfUri: Type.String(),
})

/** The vendor's `OAuthClientRequest`, with `permissions` of ours in the place of role ids. */
const ClientBody = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 200 }),
  description: Type.Optional(Type.String({ maxLength: 1000 })),
  authorizedGrantType: Type.Enum(['CLIENT-CREDENTIALS', 'CODE']),
  accessTokenValiditySeconds: Type.Optional(Type.Integer({ minimum: 300, maximum: 172_800 })),
  registeredRedirectUri: Type.Optional(
    Type.Array(Type.String({ maxLength: 2000 }), { maxItems: 100 }),
  ),
  scope: Type.Optional(Type.Array(Type.String({ maxLength: 200 }), { maxItems: 200 })),
  permissions: Type.Optional(Type.Array(Type.String({ maxLength: 200 }), { maxItems: 500 })),
  state: Type.Optional(Type.Enum(['active', 'disabled'])),
})

const getOauthClients = operation({
  id: 'getOauthClients',
  method: 'GET',
  path,
  summary: 'Lists the OAuth clients, without their secrets.',
  scopes: readScopes,
  permission: 'oauth:client:view',
  input: { query: Type.Object(Paging) },
  reply: { status: 200, schema: Listing(Client) },
  async handle({ query }, { store }) {
    const page = pageOf(query)
    return listing(await store.records.list('oauthClient', page), page, path, present)
  },
})

const getOauthClient = operation({
  id: 'getOauthClient',
  method: 'GET',
  path: byId,
  summary: 'Reads one OAuth client, without its secret.',
  scopes: readScopes,
  permission: 'oauth:client:view',
  input: { path: Type.Object({ clientId: Id }) },
  reply: { status: 200, schema: Client },
  async handle({ path: { clientId } }, { store }) {
    return present(await findRecord(store, 'oauthClient', clientId))
  },
})

const postOauthClients = operation({
  id: 'postOauthClients',
  method: 'POST',
  path,
  summary:
    'Creates an OAuth client. The secret of a client-credentials client is in this answer and nowhere else; one of the authorization code grant has none, and uses PKCE.',
  scopes: writeScopes,
  permission: 'oauth:client:add',
  input: { body: ClientBody },
  reply: { status: 200, schema: Client },
  async handle({ body }, context) {
    const { store, database, outside } = context
    requireOwn(body, context)
    const secret = body.authorizedGrantType === 'CODE' ? undefined : outside.ids.secret(secretBytes)
    const client: OAuthClient = {
      ...newRecord(body.name, context),
      ...fields(body),
      secretHash: secret === undefined ? '' : hashOf(secret),
    }
    await database.addToDirectory('oauth-client', client.id, store.organizationId)
    await store.records.add('oauthClient', client)
    return { ...present(client), ...(secret === undefined ? {} : { secret }) }
  },
})

const putOauthClient = operation({
  id: 'putOauthClient',
  method: 'PUT',
  path: byId,
  summary: 'Changes an OAuth client; its grant type and secret stay.',
  scopes: writeScopes,
  permission: 'oauth:client:edit',
  input: { path: Type.Object({ clientId: Id }), body: ClientBody },
  reply: { status: 200, schema: Client },
  async handle({ path: { clientId }, body }, context) {
    requireOwn(body, context)
    requireForeign(clientId)
    return context.store.transaction(async (store) => {
      const client = await findRecord(store, 'oauthClient', clientId)
      const { grantType: _stays, ...rest } = fields(body)
      const next = changed(client, { name: body.name, ...rest }, context)
      await store.records.save('oauthClient', next)
      return present(next)
    })
  },
})

const postOauthClientSecret = operation({
  id: 'postOauthClientSecret',
  method: 'POST',
  path: `${byId}/secret`,
  summary:
    'Gives a client another secret, which is in this answer and nowhere else; the one before is over.',
  scopes: writeScopes,
  permission: 'oauth:client:edit',
  input: { path: Type.Object({ clientId: Id }) },
  reply: { status: 200, schema: Client },
  async handle({ path: { clientId } }, context) {
    requireForeign(clientId)
    const secret = context.outside.ids.secret(secretBytes)
    return context.store.transaction(async (store) => {
      const client = await findRecord(store, 'oauthClient', clientId)
      requireOwn(client, context)
      if (client.grantType === 'CODE') {
        throw new AppError('bad.request', 'A client of the authorization code grant has no secret.')
      }
      const next = changed(client, { secretHash: hashOf(secret) }, context)
      await store.records.save('oauthClient', next)
      return { ...present(next), secret }
    })
  },
})

const deleteOauthClient = operation({
  id: 'deleteOauthClient',
  method: 'DELETE',
  path: byId,
  summary: 'Deletes an OAuth client; its tokens are worth nothing any more.',
  scopes: writeScopes,
  permission: 'oauth:client:delete',
  input: { path: Type.Object({ clientId: Id }) },
  reply: { status: 204 },
  async handle({ path: { clientId } }, { store, database }) {
    requireForeign(clientId)
    await findRecord(store, 'oauthClient', clientId)
    await store.records.remove('oauthClient', clientId)
    await database.removeFromDirectory('oauth-client', clientId)
  },
})

function fields(body: Static<typeof ClientBody>) {
  return {
    ...(body.description === undefined ? {} : { description: body.description }),
    grantType: body.authorizedGrantType,
    redirectUris: body.registeredRedirectUri ?? [],
    scopes: body.scope ?? [],
    permissions: body.permissions ?? [],
    tokenValiditySeconds: body.accessTokenValiditySeconds ?? validityDefault,
    state: body.state ?? ('active' as const),
  }
}

/** Nobody gives a client more than he may do himself. */
function requireOwn(
  { permissions = [] }: { readonly permissions?: readonly string[] },
  { principal }: Context,
): void {
  const beyond = permissions.find((one) => !grants(principal.permissions, one))
  if (beyond === undefined) return
  throw new AppError(
    'bad.request',
    'You cannot give the permission {permission}, which you do not have yourself.',
    {
      params: { permission: beyond },
      details: [{ errorCode: 'bad.request', fieldName: 'permissions' }],
    },
  )
}

/** The server's own clients stay as they are: without them nobody could repair what was broken. */
function requireForeign(clientId: string): void {
  if (clientId !== consoleClientId && clientId !== commandLineClientId) return
  throw new AppError('bad.request', 'This client is part of the server and cannot be changed.')
}

function present(client: OAuthClient) {
  return {
    id: client.id,
    name: client.name,
    ...(client.description === undefined ? {} : { description: client.description }),
    authorizedGrantType: client.grantType,
    accessTokenValiditySeconds: client.tokenValiditySeconds,
    registeredRedirectUri: client.redirectUris,
    scope: client.scopes,
    permissions: client.permissions,
    roleIds: [],
    state: client.state,
    dateCreated: isoTime(client.createdMs),
    dateModified: isoTime(client.modifiedMs),
    selfUri: `${path}/${client.id}`,
  }
}

/** Operations on OAuth clients. */
export const oauthOperations: readonly AnyOperation[] = [
  getOauthClients,
  getOauthClient,
  postOauthClients,
  putOauthClient,
  postOauthClientSecret,
  deleteOauthClient,
]
