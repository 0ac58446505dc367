import Type, { type Static } from 'typebox'
import { isoTime } from '../../clock.ts'
import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'
import { permissionsOf } from '../../roles.ts'
import type { OAuthClient } from '../../store/records.ts'
import { hashOf } from '../../tokens.ts'
import { requireCovers, requireRole } from '../authorization/grants.ts'
import { everything, pageWithin } from '../everything.ts'
import { findRecord } from '../not-found.ts'
import { operation } from '../operation.ts'
import { changed, newRecord } from '../record-change.ts'
import { requiredName } from '../routing/queue-body.ts'
import { Id, Listing, listing, Paging, pageOf } from '../schema.ts'

const path = '/api/v2/oauth/clients'
const byId = `${path}/{clientId}`
const ClientPath = Type.Object({ clientId: Id })
const reading = { scopes: ['oauth', 'oauth:readonly'], permission: 'oauth:client:view' }
const validSecondsDefault = 86_400
const secretBytes = 32

const ClientSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  authorizedGrantType: Type.Enum(['CLIENT-CREDENTIALS', 'CODE']),
  accessTokenValiditySeconds: Type.Integer(),
  registeredRedirectUri: Type.Array(Type.String()),
  scope: Type.Array(Type.String()),
  roleIds: Type.Array(Type.String()),
  state: Type.Enum(['active', 'disabled']),
  selfUri: Type.String(),
})

/** Seconds that tokens live: the vendor's page on OAuth clients gives 300 to 172800. */
const ClientBody = Type.Object({
  name: Type.Optional(Type.String({ maxLength: 200 })),
  description: Type.Optional(Type.String({ maxLength: 1000 })),
  authorizedGrantType: Type.String({ maxLength: 40 }),
  accessTokenValiditySeconds: Type.Optional(Type.Integer({ minimum: 300, maximum: 172_800 })),
  registeredRedirectUri: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 2048 }), { maxItems: 125 }),
  ),
  scope: Type.Optional(Type.Array(Type.String({ maxLength: 100 }), { maxItems: 500 })),
  roleIds: Type.Optional(Type.Array(Id, { maxItems: 100 })),
  roleDivisions: Type.Optional(
    Type.Array(Type.Object({ roleId: Id, divisionId: Type.String() }), { maxItems: 100 }),
  ),
  state: Type.Optional(Type.Enum(['active', 'disabled', 'inactive'])),
})

export const getOauthClients = operation({
  ...reading,
  id: 'getOauthClients',
  method: 'GET',
  path,
  summary: 'Lists the OAuth clients; their secrets are not told again.',
  input: { query: Type.Object(Paging) },
  reply: { status: 200, schema: Listing(ClientSchema) },
  examples: [{ title: 'All clients', input: {} }],
  async handle({ query }, { store }) {
    const page = pageOf(query)
    const all = await everything(store, 'oauthClient')
    return listing(pageWithin(all, page), page, path, (client) =>
      presentClient(client, store.organizationId),
    )
  },
})

export const getOauthClient = operation({
  ...reading,
  id: 'getOauthClient',
  method: 'GET',
  path: byId,
  summary: 'Reads one OAuth client.',
  input: { path: ClientPath },
  reply: { status: 200, schema: ClientSchema },
  async handle({ path: { clientId } }, { store }) {
    return presentClient(await findRecord(store, 'oauthClient', clientId), store.organizationId)
  },
})

export const postOauthClients = operation({
  id: 'postOauthClients',
  method: 'POST',
  path,
  summary: 'Creates an OAuth client; its secret is told now and never again.',
  scopes: ['oauth'],
  permission: 'oauth:client:add',
  input: { body: ClientBody },
  reply: { status: 200, schema: ClientSchema },
  examples: [
    {
      title: 'A program that acts as an agent',
      input: {
        body: { name: 'Bot', authorizedGrantType: 'CLIENT-CREDENTIALS', roleIds: ['agent'] },
      },
    },
  ],
  async handle({ body }, context) {
    const { database, store, outside } = context
    const fields = await fieldsOf(body, context)
    const secret = outside.ids.secret(secretBytes)
    const client: OAuthClient = {
      ...newRecord(fields.name, context),
      ...fields,
      secretHash: hashOf(secret),
      permissions: [],
    }
    // Before the record, so that no client is ever there without being found.
    await database.addToDirectory('oauth-client', client.id, store.organizationId)
    await store.records.add('oauthClient', client)
    return { ...presentClient(client, store.organizationId), secret }
  },
})

export const putOauthClient = operation({
  id: 'putOauthClient',
  method: 'PUT',
  path: byId,
  summary: 'Replaces what an OAuth client says about itself; its secret stays.',
  scopes: ['oauth'],
  permission: 'oauth:client:edit',
  input: { path: ClientPath, body: ClientBody },
  reply: { status: 200, schema: ClientSchema },
  async handle({ path: { clientId }, body }, context) {
    const before = await findRecord(context.store, 'oauthClient', clientId)
    requireCovers(context, await permissionsOf(context.store, before))
    const fields = await fieldsOf(body, context)
    return context.store.transaction(async (store) => {
      const { id, version, createdMs, modifiedMs, secretHash, permissions } = await findRecord(
        store,
        'oauthClient',
        clientId,
      )
      const kept = { id, version, createdMs, modifiedMs, secretHash, permissions }
      const client = changed<OAuthClient>({ ...kept, ...fields }, {}, context)
      await store.records.save('oauthClient', client)
      return presentClient(client, store.organizationId)
    })
  },
})

/** Its tokens are believed for a few seconds more. */
export const deleteOauthClient = operation({
  id: 'deleteOauthClient',
  method: 'DELETE',
  path: byId,
  summary: 'Deletes an OAuth client; its tokens end.',
  scopes: ['oauth'],
  permission: 'oauth:client:delete',
  input: { path: ClientPath },
  reply: { status: 204 },
  async handle({ path: { clientId } }, context) {
    const { store, database } = context
    const client = await findRecord(store, 'oauthClient', clientId)
    requireCovers(context, await permissionsOf(store, client))
    await store.records.remove('oauthClient', clientId)
    await database.removeFromDirectory('oauth-client', clientId)
  },
})

export const postOauthClientSecret = operation({
  id: 'postOauthClientSecret',
  method: 'POST',
  path: `${byId}/secret`,
  summary: 'Gives an OAuth client a new secret; the old one is no longer taken.',
  scopes: ['oauth'],
  permission: 'oauth:client:edit',
  input: { path: ClientPath },
  reply: { status: 200, schema: ClientSchema },
  async handle({ path: { clientId } }, context) {
    const secret = context.outside.ids.secret(secretBytes)
    return context.store.transaction(async (store) => {
      const before = await findRecord(store, 'oauthClient', clientId)
      requireCovers(context, await permissionsOf(store, before))
      const client = changed<OAuthClient>(before, { secretHash: hashOf(secret) }, context)
      await store.records.save('oauthClient', client)
      return { ...presentClient(client, store.organizationId), secret }
    })
  },
})

async function fieldsOf(body: Static<typeof ClientBody>, context: Context) {
  const grantType = body.authorizedGrantType
  if (grantType !== 'CLIENT-CREDENTIALS' && grantType !== 'CODE') {
    throw new AppError(
      'invalid.value',
      'The grant {grant} is not served: authorizedGrantType is CLIENT-CREDENTIALS or CODE.',
      {
        params: { grant: grantType },
        details: [{ errorCode: 'invalid.value', fieldName: 'authorizedGrantType' }],
      },
    )
  }
  const roleIds = [
    ...new Set([...(body.roleIds ?? []), ...(body.roleDivisions ?? []).map((one) => one.roleId)]),
  ]
  for (const id of roleIds)
    requireCovers(context, (await requireRole(context.store, id)).permissions)
  for (const uri of body.registeredRedirectUri ?? []) requireAddress(uri)
  return {
    name: requiredName(body.name),
    ...(body.description === undefined ? {} : { description: body.description }),
    grantType,
    tokenValiditySeconds: body.accessTokenValiditySeconds ?? validSecondsDefault,
    redirectUris: body.registeredRedirectUri ?? [],
    scopes: body.scope ?? [],
    roleIds,
    state: body.state === undefined || body.state === 'active' ? 'active' : 'disabled',
  } as const
}

function requireAddress(uri: string): void {
  const scheme = URL.canParse(uri) ? new URL(uri).protocol : ''
  if (scheme !== '' && !['javascript:', 'data:', 'vbscript:', 'file:'].includes(scheme)) return
  throw new AppError('bad.request', '{uri} is no address that a browser can be sent back to.', {
    params: { uri },
    details: [{ errorCode: 'bad.request', fieldName: 'registeredRedirectUri' }],
  })
}

/** The vendor's `OAuthClient`, without its secret. */
function presentClient(client: OAuthClient, organizationId: string) {
  const roleIds = client.roleIds ?? []
  return {
    id: client.id,
    name: client.name,
    ...(client.description === undefined ? {} : { description: client.description }),
    accessTokenValiditySeconds: client.tokenValiditySeconds,
    registeredRedirectUri: client.redirectUris,
    roleIds,
    roleDivisions: roleIds.map((roleId) => ({ roleId, divisionId: organizationId })),
    scope: client.scopes,
    authorizedGrantType: client.grantType,
    state: client.state,
    dateCreated: isoTime(client.createdMs),
    dateModified: isoTime(client.modifiedMs),
    selfUri: `${path}/${client.id}`,
  }
}
