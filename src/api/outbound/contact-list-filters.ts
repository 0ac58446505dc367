import Type, { type Static } from 'typebox'
import { isoTime } from '../../clock.ts'
import { type ContactFilter, filterOperators, passesFilter } from '../../domain/contact-filter.ts'
import { AppError } from '../../errors.ts'
import type { Contact } from '../../store/campaign-store.ts'
import type { ContactListFilter, MessagingCampaign } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import { everything, pageWithin } from '../everything.ts'
import { findRecord } from '../not-found.ts'
import { operation } from '../operation.ts'
import { changed, newRecord } from '../record-change.ts'
import { Id, Listing, listing, Paging, pageOf } from '../schema.ts'
import { checkVersion } from '../signalbox/records.ts'
import { refuseNamed } from './callable-time-sets.ts'
import { presentContact } from './contacts.ts'
import { ColumnName, ContactSchema, Name, Ref } from './schema.ts'

const path = '/api/v2/outbound/contactlistfilters'
const byId = `${path}/{contactListFilterId}`
const scopes = ['outbound']
const readScopes = ['outbound', 'outbound:readonly']

const Value = Type.String({ maxLength: 2000 })
const Join = Type.Enum(['AND', 'OR'])
const Predicate = Type.Object({
  column: ColumnName,
  columnType: Type.Optional(Type.Enum(['numeric', 'alphabetic'])),
  operator: Type.Enum(filterOperators),
  value: Type.Optional(Value),
  range: Type.Optional(
    Type.Object({
      min: Type.Optional(Value),
      max: Type.Optional(Value),
      minInclusive: Type.Optional(Type.Boolean()),
      maxInclusive: Type.Optional(Type.Boolean()),
      inSet: Type.Optional(Type.Array(Value, { maxItems: 1000 })),
    }),
  ),
  inverted: Type.Optional(Type.Boolean()),
})
const Clause = Type.Object({
  filterType: Type.Optional(Join),
  predicates: Type.Optional(Type.Array(Predicate, { maxItems: 50 })),
})
const Body = Type.Object({
  name: Name,
  contactList: Ref,
  sourceType: Type.Optional(Type.Enum(['ContactList'])),
  filterType: Type.Optional(Join),
  clauses: Type.Optional(Type.Array(Clause, { maxItems: 50 })),
  version: Type.Optional(Type.Integer()),
})
const Shown = Type.Object({
  id: Type.String(),
  name: Type.String(),
  version: Type.Integer(),
  contactList: Ref,
  sourceType: Type.String(),
  filterType: Type.String(),
  clauses: Type.Array(Clause),
  selfUri: Type.String(),
})
const FilterPath = Type.Object({ contactListFilterId: Id })

/** Contacts that a preview shows, and how many are read at once for its counts. */
const previewShown = 10
const previewStep = 1000

export const getOutboundContactlistfilters = operation({
  id: 'getOutboundContactlistfilters',
  method: 'GET',
  path,
  summary: 'Lists the contact list filters.',
  scopes: readScopes,
  permission: 'outbound:contactListFilter:view',
  input: {
    query: Type.Object({
      ...Paging,
      name: Type.Optional(Type.String()),
      contactListId: Type.Optional(Type.String()),
    }),
  },
  reply: { status: 200, schema: Listing(Shown) },
  examples: [{ title: 'all', input: {} }],
  async handle({ query }, { store }) {
    const page = pageOf(query)
    const named = query.name === undefined ? {} : { name: query.name }
    if (query.contactListId === undefined) {
      return listing(
        await store.records.list('contactListFilter', page, named),
        page,
        path,
        present,
      )
    }
    const all = await everything(store, 'contactListFilter', named)
    const own = all.filter(({ contactListId }) => contactListId === query.contactListId)
    return listing(pageWithin(own, page), page, path, present)
  },
})

export const getOutboundContactlistfilter = operation({
  id: 'getOutboundContactlistfilter',
  method: 'GET',
  path: byId,
  summary: 'Reads a contact list filter.',
  scopes: readScopes,
  permission: 'outbound:contactListFilter:view',
  input: { path: FilterPath },
  reply: { status: 200, schema: Shown },
  async handle({ path: { contactListFilterId } }, { store }) {
    return present(await findRecord(store, 'contactListFilter', contactListFilterId))
  },
})

export const postOutboundContactlistfilters = operation({
  id: 'postOutboundContactlistfilters',
  method: 'POST',
  path,
  summary: 'Makes a filter of a contact list, which campaigns then name.',
  scopes,
  permission: 'outbound:contactListFilter:add',
  input: { body: Body },
  reply: { status: 200, schema: Shown },
  handle: ({ body }, context) =>
    context.store.transaction(async (store) => {
      const content = await contentOf(store, body)
      const made: ContactListFilter = { ...newRecord(body.name, context), ...content }
      await store.records.add('contactListFilter', made)
      return present(made)
    }),
})

export const putOutboundContactlistfilter = operation({
  id: 'putOutboundContactlistfilter',
  method: 'PUT',
  path: byId,
  summary: 'Replaces a contact list filter; campaigns under way choose by it at once.',
  scopes,
  permission: 'outbound:contactListFilter:edit',
  input: { path: FilterPath, body: Body },
  reply: { status: 200, schema: Shown },
  handle: ({ path: { contactListFilterId }, body }, context) =>
    context.store.transaction(async (store) => {
      const before = await findRecord(store, 'contactListFilter', contactListFilterId)
      checkVersion(before, body.version)
      const content = await contentOf(store, body)
      if (content.contactListId !== before.contactListId) {
        const isSame = ({ contactListFilterIds = [] }: MessagingCampaign) =>
          contactListFilterIds.includes(before.id)
        await refuseNamed(store, isSame)
      }
      const saved = changed(before, { name: body.name, ...content }, context)
      await store.records.save('contactListFilter', saved)
      return present(saved)
    }),
})

export const deleteOutboundContactlistfilter = operation({
  id: 'deleteOutboundContactlistfilter',
  method: 'DELETE',
  path: byId,
  summary: 'Removes a contact list filter that no campaign names.',
  scopes,
  permission: 'outbound:contactListFilter:delete',
  input: { path: FilterPath },
  reply: { status: 204 },
  handle: ({ path: { contactListFilterId: id } }, { store }) =>
    store.transaction(async (store) => {
      await findRecord(store, 'contactListFilter', id)
      await refuseNamed(store, ({ contactListFilterIds = [] }) => contactListFilterIds.includes(id))
      await store.records.remove('contactListFilter', id)
    }),
})

export const postOutboundContactlistfiltersPreview = operation({
  id: 'postOutboundContactlistfiltersPreview',
  method: 'POST',
  path: `${path}/preview`,
  summary: 'Counts the contacts that a filter lets through, and shows the first ten of them.',
  scopes,
  permission: 'outbound:contactListFilter:view',
  input: { body: Type.Object({ ...Body.properties, name: Type.Optional(Name) }) },
  reply: {
    status: 200,
    schema: Type.Object({
      filteredContacts: Type.Integer(),
      totalContacts: Type.Integer(),
      preview: Type.Array(ContactSchema),
    }),
  },
  async handle({ body }, { store }) {
    const { contactListId, ...filter } = await contentOf(store, body)
    let totalContacts = 0
    let filteredContacts = 0
    const preview: Contact[] = []
    let after = 0
    for (;;) {
      const contacts = await store.campaigns.contacts(contactListId, after, previewStep)
      const passing = contacts.filter(({ data }) => passesFilter(filter, data))
      totalContacts += contacts.length
      filteredContacts += passing.length
      preview.push(...passing.slice(0, previewShown - preview.length))
      const last = contacts.at(-1)
      if (last === undefined) break
      after = last.position
    }
    const shown = preview.map((contact) => presentContact(contactListId, contact))
    return { filteredContacts, totalContacts, preview: shown }
  },
})

/** A filter's own part, with the columns that it names checked against its list. */
async function contentOf(
  store: Store,
  body: Omit<Static<typeof Body>, 'name'>,
): Promise<ContactFilter & { readonly contactListId: string }> {
  const list = await store.records.get('contactList', body.contactList.id)
  if (list === undefined)
    throw wrong('contactList.id must be the id of a contact list.', 'contactList')
  const clauses = (body.clauses ?? []).map(({ filterType = 'AND', predicates = [] }, at) => ({
    filterType,
    predicates: predicates.map((predicate, index) => {
      const fieldName = `clauses[${at}].predicates[${index}]`
      if (!list.columnNames.includes(predicate.column))
        throw wrong('The contact list has no such column.', `${fieldName}.column`)
      const needsRange = predicate.operator === 'BETWEEN' || predicate.operator === 'IN'
      if (needsRange ? predicate.range === undefined : predicate.value === undefined)
        throw wrong(
          'BETWEEN and IN compare with a range, all others with a value.',
          `${fieldName}.${needsRange ? 'range' : 'value'}`,
        )
      const { columnType = 'alphabetic', inverted = false } = predicate
      return { ...predicate, columnType, inverted }
    }),
  }))
  return { contactListId: list.id, filterType: body.filterType ?? 'AND', clauses }
}

function wrong(message: string, fieldName: string): AppError {
  return new AppError('bad.request', message, {
    details: [{ errorCode: 'bad.request', fieldName }],
  })
}

function present(filter: ContactListFilter) {
  const { id, name, version, contactListId, filterType, clauses } = filter
  return {
    id,
    name,
    version,
    dateCreated: isoTime(filter.createdMs),
    dateModified: isoTime(filter.modifiedMs),
    contactList: { id: contactListId, selfUri: `/api/v2/outbound/contactlists/${contactListId}` },
    sourceType: 'ContactList',
    filterType,
    clauses,
    selfUri: `${path}/${id}`,
  }
}
