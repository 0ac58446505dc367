import Type from 'typebox'
import { isoTime } from '../../clock.ts'
import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'
import { commandLineClientId } from '../../principal.ts'
import type { ApiKey } from '../../store/channel-records.ts'
import { everything } from '../everything.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { recordOf } from '../signalbox/records.ts'
import {
  addApiKey,
  clusterPermission,
  clusterTenant,
  newKeyText,
  permissionAreas,
} from './api-key.ts'
import { Envelope, succeeded } from './envelope.ts'

const path = '/nexus/v3/provisioning/apikeys'

const KeySchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  tenant: Type.String(),
  permissions: Type.Array(Type.String()),
  lastFour: Type.String(),
  dateCreated: Type.String(),
})

export const nexusListApiKeys = operation({
  id: 'nexusListApiKeys',
  method: 'GET',
  path,
  summary:
    'Lists the API keys of Digital Channels; of each only the last four characters are known.',
  permission: 'nexus:apikeys:view',
  reply: { status: 200, schema: Envelope(Type.Array(KeySchema)) },
  examples: [{ title: 'the keys there are', input: {} }],
  async handle(_input, context) {
    const keys = await everything(context.store, 'apiKey')
    return succeeded(keys.map(presentKey), context)
  },
})

export const nexusCreateApiKey = operation({
  id: 'nexusCreateApiKey',
  method: 'POST',
  path,
  summary:
    'Makes an API key for one contact center or, with the tenant *, for all; it is shown this once.',
  permission: 'nexus:apikeys:edit',
  input: {
    body: Type.Object({
      name: Type.String({ minLength: 1, maxLength: 200 }),
      tenant: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
      permissions: Type.Array(Type.String({ maxLength: 100 }), { minItems: 1, maxItems: 20 }),
    }),
  },
  reply: {
    status: 201,
    schema: Envelope(Type.Object({ ...KeySchema.properties, apikey: Type.String() })),
  },
  async handle({ body }, context) {
    const { store, database, outside } = context
    const tenant = body.tenant ?? store.organizationId
    checkTenant(tenant, context)
    for (const permission of body.permissions) checkPermission(permission, tenant)
    const text = newKeyText(outside)
    const key = await addApiKey(
      store,
      { name: body.name, permissions: body.permissions, tenant, text },
      { database, outside },
    )
    return succeeded({ ...presentKey(key), apikey: text }, context)
  },
})

export const nexusDeleteApiKey = operation({
  id: 'nexusDeleteApiKey',
  method: 'DELETE',
  path: `${path}/{id}`,
  summary: 'Revokes an API key at once.',
  permission: 'nexus:apikeys:edit',
  input: { path: Type.Object({ id: Id }) },
  reply: { status: 204 },
  async handle({ path: { id } }, context) {
    const key = await recordOf(context.store, 'apiKey', id)
    if (key.tenant === clusterTenant) checkTenant(key.tenant, context)
    await context.store.records.remove('apiKey', id)
    await context.database.removeFromDirectory('api-key', key.keyHash)
  },
})

/** A cluster key reaches every organization of the server, so only who reaches them already can make one. */
function checkTenant(tenant: string, { principal, store }: Context): void {
  if (tenant === store.organizationId) return
  const reachesAll =
    principal.isCluster === true ||
    (principal.clientId === commandLineClientId && principal.userId === undefined)
  if (tenant === clusterTenant && reachesAll) return
  const message =
    tenant === clusterTenant
      ? 'Only a cluster key, or this machine’s own command line, can make or revoke a cluster key.'
      : 'tenant must be the id of the contact center that x-ccid names, or *.'
  throw new AppError('not.authorized', message, {
    details: [{ errorCode: 'not.authorized', fieldName: 'tenant' }],
  })
}

function checkPermission(permission: string, tenant: string): void {
  const [nexus, area = '', action = '', ...rest] = permission.split(':')
  const isWhole = area === '*' && action === ''
  const isKnown =
    nexus === 'nexus' &&
    rest.length === 0 &&
    (isWhole || permissionAreas.some((one) => one === area)) &&
    (isWhole || /^(\*|view|edit|receive)$/.test(action))
  const isTenants = area !== 'cluster' || tenant === clusterTenant
  if (isKnown && isTenants) return
  const message = isKnown
    ? 'The permission {permission} is for cluster keys: make the key with the tenant *.'
    : `{permission} is no permission: write ${clusterPermission}, nexus:* or such as nexus:provisioning:edit, with one of the areas ${permissionAreas.join(', ')}.`
  throw new AppError('bad.request', message, {
    params: { permission },
    details: [{ errorCode: 'bad.request', fieldName: 'permissions' }],
  })
}

function presentKey(key: ApiKey) {
  return {
    id: key.id,
    name: key.name,
    tenant: key.tenant,
    permissions: [...key.permissions],
    lastFour: key.lastFour,
    dateCreated: isoTime(key.createdMs),
  }
}
