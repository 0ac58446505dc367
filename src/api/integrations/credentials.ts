import { createPrivateKey, X509Certificate } from 'node:crypto'
import Type, { type Static } from 'typebox'
import { certificateType } from '../../actions/action.ts'
import { AppError } from '../../errors.ts'
import type { CredentialRecord } from '../../store/records.ts'
import { everything } from '../everything.ts'
import { findRecord } from '../not-found.ts'
import { operation } from '../operation.ts'
import { changed, newRecord } from '../record-change.ts'
import { Id, Listing, listing, listingPath, Paging, pageOf } from '../schema.ts'
import { readScopes, writeScopes } from './access.ts'
import { type CatalogCredential, credentialCatalog } from './catalog.ts'
import { presentCredential } from './present-credential.ts'

const path = '/api/v2/integrations/credentials'
const byId = `${path}/{credentialId}`
const CredentialSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  type: Type.Object({ id: Type.String() }),
  selfUri: Type.String(),
})
const CredentialBody = Type.Object({
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
  type: Type.Optional(
    Type.Object({ id: Type.Optional(Type.String()), name: Type.Optional(Type.String()) }),
  ),
  credentialFields: Type.Optional(Type.Record(Type.String(), Type.String())),
})

export const getIntegrationsCredentials = operation({
  id: 'getIntegrationsCredentials',
  method: 'GET',
  path,
  summary: 'Lists the credentials by name, without their fields.',
  scopes: readScopes,
  permission: 'integrations:integration:view',
  input: { query: Type.Object(Paging) },
  reply: { status: 200, schema: Listing(CredentialSchema) },
  async handle({ query }, { store }) {
    const page = pageOf(query)
    return listing(await store.records.list('credential', page), page, path, presentCredential)
  },
})

export const getIntegrationsCredentialsListing = operation({
  id: 'getIntegrationsCredentialsListing',
  method: 'GET',
  path: `${path}/listing`,
  summary: 'Lists the credentials in the order of their ids, without their fields, by cursors.',
  scopes: readScopes,
  permission: 'integrations:integration:view',
  input: {
    query: Type.Object({
      pageSize: Paging.pageSize,
      after: Type.Optional(Id),
      before: Type.Optional(Id),
    }),
  },
  reply: {
    status: 200,
    schema: Type.Object({
      entities: Type.Array(CredentialSchema),
      selfUri: Type.String(),
      nextUri: Type.Optional(Type.String()),
      previousUri: Type.Optional(Type.String()),
    }),
  },
  examples: [{ title: 'All credentials', input: {} }],
  async handle({ query: { pageSize = 25, after, before } }, { store }) {
    if (after !== undefined && before !== undefined) {
      throw new AppError('bad.request', 'Give one of after and before, not both.')
    }
    const all = (await everything(store, 'credential')).toSorted((a, b) => (a.id < b.id ? -1 : 1))
    const wanted = all.filter(
      ({ id }) => (after === undefined || id > after) && (before === undefined || id < before),
    )
    const entities = before === undefined ? wanted.slice(0, pageSize) : wanted.slice(-pageSize)
    const [first, last] = [entities.at(0), entities.at(-1)]
    const uri = (cursor: Readonly<Record<string, string | undefined>>) => {
      const place = listingPath(`${path}/listing`, cursor)
      return `${place}${place.includes('?') ? '&' : '?'}pageSize=${pageSize}`
    }
    return {
      entities: entities.map(presentCredential),
      selfUri: uri({ after, before }),
      ...(last === undefined || last === all.at(-1) ? {} : { nextUri: uri({ after: last.id }) }),
      ...(first === undefined || first === all[0]
        ? {}
        : { previousUri: uri({ before: first.id }) }),
    }
  },
})

export const getIntegrationsCredentialsTypes = operation({
  id: 'getIntegrationsCredentialsTypes',
  method: 'GET',
  path: `${path}/types`,
  summary: 'Lists the types of credentials and the fields of each.',
  scopes: readScopes,
  permission: 'integrations:integration:view',
  reply: {
    status: 200,
    schema: Type.Object({ entities: Type.Array(Type.Object({ id: Type.String() })) }),
  },
  examples: [{ title: 'All types', input: {} }],
  async handle() {
    return { entities: credentialCatalog.map(presentType) }
  },
})

export const getIntegrationsCredential = operation({
  id: 'getIntegrationsCredential',
  method: 'GET',
  path: byId,
  summary: 'Reads one credential, without its fields.',
  scopes: readScopes,
  permission: 'integrations:integration:view',
  input: { path: Type.Object({ credentialId: Id }) },
  reply: { status: 200, schema: CredentialSchema },
  async handle({ path: { credentialId } }, { store }) {
    return presentCredential(await findRecord(store, 'credential', credentialId))
  },
})

export const postIntegrationsCredentials = operation({
  id: 'postIntegrationsCredentials',
  method: 'POST',
  path,
  summary: 'Adds a credential. Its fields are encrypted, and never read back.',
  scopes: writeScopes,
  permission: 'integrations:integration:add',
  input: { body: CredentialBody },
  reply: { status: 200, schema: CredentialSchema },
  examples: [
    {
      title: 'A user and a password',
      input: {
        body: {
          name: 'Shop',
          type: { id: 'basicAuth' },
          credentialFields: { userName: 'shop', password: 'secret' },
        },
      },
    },
  ],
  async handle({ body }, context) {
    const type = catalogTypeOf(body)
    const { name, credentialFields = {} } = body
    if (name === undefined) throw missing('name')
    const credential: CredentialRecord = {
      ...newRecord(name, context),
      credentialType: type.id,
      secrets: checkedFields(type, credentialFields),
    }
    await context.store.records.add('credential', credential)
    return presentCredential(credential)
  },
})

export const putIntegrationsCredential = operation({
  id: 'putIntegrationsCredential',
  method: 'PUT',
  path: byId,
  summary:
    'Replaces the name and fields of a credential; fields that are left out as a whole stay.',
  scopes: writeScopes,
  permission: 'integrations:integration:edit',
  input: { path: Type.Object({ credentialId: Id }), body: CredentialBody },
  reply: { status: 200, schema: CredentialSchema },
  handle: ({ path: { credentialId }, body }, context) =>
    context.store.transaction(async (store) => {
      const before = await findRecord(store, 'credential', credentialId)
      const type = catalogTypeOf({ type: body.type ?? { id: before.credentialType } })
      if (type.id !== before.credentialType) {
        throw new AppError(
          'bad.request',
          'The type of a credential cannot be changed, because actions count on it: add a new one.',
          { details: [{ errorCode: 'bad.request', fieldName: 'type' }] },
        )
      }
      const { name, credentialFields } = body
      const after: Partial<CredentialRecord> = {
        ...(name === undefined ? {} : { name }),
        ...(credentialFields === undefined
          ? {}
          : { secrets: checkedFields(type, credentialFields) }),
      }
      const credential = changed(before, after, context)
      await store.records.save('credential', credential)
      return presentCredential(credential)
    }),
})

export const deleteIntegrationsCredential = operation({
  id: 'deleteIntegrationsCredential',
  method: 'DELETE',
  path: byId,
  summary: 'Deletes a credential that no integration uses any more.',
  scopes: writeScopes,
  permission: 'integrations:integration:delete',
  input: { path: Type.Object({ credentialId: Id }) },
  reply: { status: 204 },
  handle: ({ path: { credentialId } }, { store }) =>
    store.transaction(async (store) => {
      await findRecord(store, 'credential', credentialId)
      const users = (await everything(store, 'integration')).filter(({ credentials }) =>
        Object.values(credentials).includes(credentialId),
      )
      if (users.length > 0) {
        throw new AppError('conflict', 'The credential is still used by: {names}.', {
          params: { names: users.map(({ name }) => name).join(', ') },
        })
      }
      await store.records.remove('credential', credentialId)
    }),
})

/** The type that a body names by its id or, as older clients do, by its name. */
function catalogTypeOf({ type }: Pick<Static<typeof CredentialBody>, 'type'>): CatalogCredential {
  if (type === undefined) throw missing('type')
  const asked = type.id ?? type.name ?? ''
  const found = credentialCatalog.find(({ id, name }) => id === asked || name === asked)
  if (found !== undefined) return found
  throw new AppError('bad.request', 'There is no credential type {asked}. There are: {known}.', {
    params: { asked, known: credentialCatalog.map(({ id }) => id).join(', ') },
    details: [{ errorCode: 'bad.request', fieldName: 'type' }],
  })
}

function missing(fieldName: string): AppError {
  return new AppError('bad.request', `The credential must have a ${fieldName}.`, {
    details: [{ errorCode: 'bad.request', fieldName }],
  })
}

function checkedFields(
  { id, fields, required, isOpen = false }: CatalogCredential,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const lacking = required.filter((name) => (given[name] ?? '') === '')
  const unknown = isOpen ? [] : Object.keys(given).filter((name) => !fields.includes(name))
  if (lacking.length === 0 && unknown.length === 0) {
    if (id === certificateType) requireCertificate(given)
    return given
  }
  throw new AppError(
    'bad.request',
    'A credential of the type {id} needs {required} and takes no other fields than {fields}.',
    {
      params: { id, required: required.join(', '), fields: fields.join(', ') },
      details: [...lacking, ...unknown].map((name) => ({
        errorCode: 'bad.request',
        fieldName: `credentialFields.${name}`,
      })),
    },
  )
}

/** Refuses what no connection could be made with: another key's certificate, or neither. */
function requireCertificate(given: Readonly<Record<string, string>>): void {
  try {
    const key = createPrivateKey(given['privateKey'] ?? '')
    if (new X509Certificate(given['certificate'] ?? '').checkPrivateKey(key)) return
  } catch (cause) {
    throw new AppError('bad.request', 'The certificate and its key must be PEM texts.', { cause })
  }
  throw new AppError('bad.request', 'The private key is not that of the certificate.', {
    details: [{ errorCode: 'bad.request', fieldName: 'credentialFields.privateKey' }],
  })
}

function presentType({ id, name, fields, required }: CatalogCredential) {
  const properties = Object.fromEntries(fields.map((field) => [field, { type: 'string' }]))
  return { id, name, properties, displayOrder: fields, required }
}
