import type { Outside } from '../../context.ts'
import { AppError } from '../../errors.ts'
import { grants, type Principal } from '../../principal.ts'
import type { ApiKey } from '../../store/channel-records.ts'
import type { Database, Store } from '../../store/store.ts'
import { hashOf } from '../../tokens.ts'

/** The tenant of a key that is good for every contact centre of the server ("Provision SMS": Portico Cluster API Key). */
export const clusterTenant = '*'

/** What grants everything, and only to cluster keys. */
export const clusterPermission = 'nexus:cluster:*'

/** Parts of Digital Channels that a key can be let into. */
export const permissionAreas = ['cluster', 'provisioning', 'apikeys', 'channels', 'sms'] as const

/** A new key in the form of a UUID, of 122 random bits. */
export function newKeyText({ ids }: { readonly ids: Pick<Outside['ids'], 'secret'> }): string {
  const bytes = Buffer.from(ids.secret(16), 'base64url')
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** Adds a key to the organization; the text itself is not kept. The directory names it first, so that it is found. */
export async function addApiKey(
  store: Store,
  given: Pick<ApiKey, 'name' | 'tenant' | 'permissions'> & { readonly text: string },
  { database, outside }: { readonly database: Database; readonly outside: Outside },
): Promise<ApiKey> {
  const nowMs = outside.clock.now()
  const { text, ...rest } = given
  const key: ApiKey = {
    ...rest,
    id: outside.ids.uuid(),
    keyHash: hashOf(text),
    lastFour: text.slice(-4),
    version: 1,
    createdMs: nowMs,
    modifiedMs: nowMs,
  }
  await database.addToDirectory('api-key', key.keyHash, store.organizationId)
  await store.records.add('apiKey', key)
  return key
}

/**
 * The caller behind `x-api-key` and `x-ccid`. Throws `authentication.required` without a key, `bad.credentials` for
 * one that is not known, `bad.request` without a contact centre, `not.authorized` for one that the key is not for.
 */
export async function principalOfApiKey(
  database: Database,
  given: { readonly apiKey: string | undefined; readonly ccid: string | undefined },
): Promise<Principal> {
  const { apiKey: text = '', ccid = '' } = given
  const key = await findApiKey(database, text)
  if (ccid === '') throw noCcid()
  const isCluster = key.tenant === clusterTenant
  const isTheirs = isCluster ? await isOrganization(database, ccid) : key.tenant === ccid
  if (!isTheirs) throw notForCcid()
  const mayAll = isCluster && grants(key.permissions, clusterPermission)
  return {
    organizationId: ccid,
    clientId: `api-key:${key.id}`,
    permissions: mayAll ? ['nexus:*'] : key.permissions,
    scopes: [],
    tokenHash: key.keyHash,
    tokenExpiresMs: Number.MAX_SAFE_INTEGER,
    isCluster: mayAll,
  }
}

async function findApiKey(database: Database, text: string): Promise<ApiKey> {
  if (text === '') {
    throw new AppError(
      'authentication.required',
      'The header x-api-key is missing: send a key of "signalbox apikeys create".',
    )
  }
  const keyHash = hashOf(text)
  const organizationId = await database.organizationOf('api-key', keyHash)
  const key =
    organizationId === undefined
      ? undefined
      : await database.store(organizationId).records.knownByKey('apiKey', keyHash)
  if (key !== undefined) return key
  throw new AppError('bad.credentials', 'The API key is unknown or was revoked: send another one.')
}

async function isOrganization(database: Database, id: string): Promise<boolean> {
  return (await database.store(id).records.known('organization', id)) !== undefined
}

function noCcid(): AppError {
  return new AppError(
    'bad.request',
    'The header x-ccid is missing: send the id of the contact center, which is the id of the organization.',
    { details: [{ errorCode: 'bad.request', fieldName: 'x-ccid' }] },
  )
}

function notForCcid(): AppError {
  return new AppError(
    'not.authorized',
    'The API key is not for this contact center: send the x-ccid that the key was made for.',
    { details: [{ errorCode: 'not.authorized', fieldName: 'x-ccid' }] },
  )
}
