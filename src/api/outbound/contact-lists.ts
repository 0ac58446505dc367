import Type, { type Static } from 'typebox'
import { isoTime } from '../../clock.ts'
import { AppError } from '../../errors.ts'
import type { ContactList } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import { findRecord } from '../not-found.ts'
import { operation } from '../operation.ts'
import { changed, newRecord } from '../record-change.ts'
import { Id, Listing, listing, Paging, pageOf } from '../schema.ts'
import { checkVersion } from '../signalbox/records.ts'
import { ColumnName, ContactListSchema, ImportStatusSchema, Name } from './schema.ts'

const path = '/api/v2/outbound/contactlists'
const scopes = ['outbound']
const readScopes = ['outbound', 'outbound:readonly']

/** Columns of one list (vendor limit). */
const columnsMax = 50

const Body = Type.Object({
  name: Name,
  columnNames: Type.Array(ColumnName, { minItems: 1, maxItems: columnsMax }),
  phoneColumns: Type.Optional(
    Type.Array(Type.Object({ columnName: ColumnName, type: Type.String({ maxLength: 100 }) }), {
      maxItems: columnsMax,
    }),
  ),
  version: Type.Optional(Type.Integer()),
})

const ListPath = Type.Object({ contactListId: Id })

export const getOutboundContactlists = operation({
  id: 'getOutboundContactlists',
  method: 'GET',
  path,
  summary: 'Lists the contact lists.',
  scopes: readScopes,
  permission: 'outbound:contactList:view',
  input: { query: Type.Object({ ...Paging, name: Type.Optional(Type.String()) }) },
  reply: { status: 200, schema: Listing(ContactListSchema) },
  examples: [{ title: 'all', input: {} }],
  async handle({ query }, { store }) {
    const page = pageOf(query)
    const filter = query.name === undefined ? {} : { name: query.name }
    const found = await store.records.list('contactList', page, filter)
    return listing(found, page, path, (list) => presentList(list))
  },
})

export const getOutboundContactlist = operation({
  id: 'getOutboundContactlist',
  method: 'GET',
  path: `${path}/{contactListId}`,
  summary: 'Reads a contact list; with includeSize how many contacts it has.',
  scopes: readScopes,
  permission: 'outbound:contactList:view',
  input: {
    path: ListPath,
    query: Type.Object({
      includeSize: Type.Optional(Type.Boolean()),
      includeImportStatus: Type.Optional(Type.Boolean()),
    }),
  },
  reply: { status: 200, schema: ContactListSchema },
  async handle({ path: { contactListId }, query }, { store }) {
    const list = await findRecord(store, 'contactList', contactListId)
    return presentList(
      list,
      query.includeSize === true ? await store.campaigns.countContacts(list.id) : undefined,
    )
  },
})

export const getOutboundContactlistImportstatus = operation({
  id: 'getOutboundContactlistImportstatus',
  method: 'GET',
  path: `${path}/{contactListId}/importstatus`,
  summary: 'Tells how the last import into a contact list went, with the rows it could not take.',
  scopes: readScopes,
  permission: 'outbound:contactList:view',
  input: { path: ListPath },
  reply: { status: 200, schema: ImportStatusSchema },
  async handle({ path: { contactListId } }, { store }) {
    const list = await findRecord(store, 'contactList', contactListId)
    return presentImport(list.importStatus)
  },
})

export const postOutboundContactlists = operation({
  id: 'postOutboundContactlists',
  method: 'POST',
  path,
  summary: 'Makes a contact list; contacts are added to it afterwards.',
  scopes,
  permission: 'outbound:contactList:add',
  input: { body: Body },
  reply: { status: 200, schema: ContactListSchema },
  async handle({ body }, context) {
    const made: ContactList = { ...newRecord(body.name, context), ...columnsOf(body) }
    await context.store.records.add('contactList', made)
    return presentList(made, 0)
  },
})

export const putOutboundContactlist = operation({
  id: 'putOutboundContactlist',
  method: 'PUT',
  path: `${path}/{contactListId}`,
  summary: 'Changes the name of a contact list, or adds columns: those that it has stay.',
  scopes,
  permission: 'outbound:contactList:edit',
  input: { path: ListPath, body: Body },
  reply: { status: 200, schema: ContactListSchema },
  handle: ({ path: { contactListId }, body }, context) =>
    context.store.transaction(async (store) => {
      const list = await findRecord(store, 'contactList', contactListId)
      checkVersion(list, body.version)
      const gone = list.columnNames.find((name) => !body.columnNames.includes(name))
      if (gone !== undefined) {
        throw new AppError(
          'bad.request',
          'The column {name} has contacts and cannot be left out.',
          {
            params: { name: gone },
            details: [{ errorCode: 'bad.request', fieldName: 'columnNames' }],
          },
        )
      }
      const saved = changed(list, { name: body.name, ...columnsOf(body) }, context)
      await store.records.save('contactList', saved)
      return presentList(saved)
    }),
})

export const deleteOutboundContactlist = operation({
  id: 'deleteOutboundContactlist',
  method: 'DELETE',
  path: `${path}/{contactListId}`,
  summary: 'Removes a contact list with its contacts; not while a campaign uses it.',
  scopes,
  permission: 'outbound:contactList:delete',
  input: { path: ListPath },
  reply: { status: 204 },
  async handle({ path: { contactListId } }, { store }) {
    const list = await findRecord(store, 'contactList', contactListId)
    await refuseUsed(store, list)
    await store.records.remove('contactList', list.id)
    while (await store.campaigns.clearContacts(list.id, 1000)) {
      // In steps, so that nothing else waits for a million rows.
    }
  },
})

async function refuseUsed(store: Store, list: ContactList): Promise<void> {
  const { entities } = await store.records.list('messagingCampaign', { size: 1000, number: 1 })
  const user = entities.find(({ contactListId }) => contactListId === list.id)
  if (user === undefined) return
  throw new AppError('conflict', 'The campaign {name} uses this contact list: remove that first.', {
    params: { name: user.name },
    details: [{ errorCode: 'conflict', entityId: user.id, entityName: 'messagingCampaign' }],
  })
}

function columnsOf(body: Static<typeof Body>) {
  const phoneColumns = body.phoneColumns ?? []
  const lost = phoneColumns.find(({ columnName }) => !body.columnNames.includes(columnName))
  if (lost !== undefined || new Set(body.columnNames).size !== body.columnNames.length) {
    throw new AppError(
      'bad.request',
      lost === undefined
        ? 'Each column name can be there once only.'
        : 'The phone column {name} is not among columnNames.',
      {
        params: { name: lost?.columnName ?? '' },
        details: [
          {
            errorCode: 'bad.request',
            fieldName: lost === undefined ? 'columnNames' : 'phoneColumns',
          },
        ],
      },
    )
  }
  return { columnNames: body.columnNames, phoneColumns }
}

function presentList(list: ContactList, size?: number) {
  return {
    id: list.id,
    name: list.name,
    version: list.version,
    dateCreated: isoTime(list.createdMs),
    dateModified: isoTime(list.modifiedMs),
    columnNames: list.columnNames,
    phoneColumns: list.phoneColumns,
    emailColumns: [],
    ...(size === undefined ? {} : { size }),
    ...(list.importStatus === undefined ? {} : { importStatus: presentImport(list.importStatus) }),
    selfUri: `${path}/${list.id}`,
  }
}

/** The last import on the wire; `NONE` where nothing was brought in by file (GUESS: the vendor's word for that). */
export function presentImport(status: ContactList['importStatus']) {
  if (status === undefined) {
    const nothing = { totalRecords: 0, completedRecords: 0, percentComplete: 0 }
    return { state: 'NONE', ...nothing, badRowCount: 0, badRows: [] }
  }
  const done = status.completedRecords + status.badRowCount
  return {
    ...status,
    percentComplete:
      status.totalRecords === 0 ? 100 : Math.floor((100 * done) / status.totalRecords),
  }
}
