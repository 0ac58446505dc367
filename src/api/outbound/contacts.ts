import Type from 'typebox'
import { AppError } from '../../errors.ts'
import { addToList, rowProblem } from '../../messaging/contact-list.ts'
import type { Contact } from '../../store/campaign-store.ts'
import type { Store } from '../../store/store.ts'
import { findRecord } from '../not-found.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { ColumnName, ContactSchema } from './schema.ts'

const path = '/api/v2/outbound/contactlists/{contactListId}/contacts'
const scopes = ['outbound']

/** Contacts of one request (vendor limit). */
const contactsMax = 1000

const Data = Type.Record(ColumnName, Type.String({ maxLength: 2000 }))
const ListPath = Type.Object({ contactListId: Id })
const ContactPath = Type.Object({ contactListId: Id, contactId: Id })

export const postOutboundContactlistContacts = operation({
  id: 'postOutboundContactlistContacts',
  method: 'POST',
  path,
  summary: 'Adds contacts to a list, up to 1000 at once; an id that the list has is left as it is.',
  scopes,
  permission: 'outbound:contact:add',
  input: {
    path: ListPath,
    body: Type.Array(
      Type.Object({
        id: Type.Optional(Id),
        data: Data,
        callable: Type.Optional(Type.Boolean()),
      }),
      { minItems: 1, maxItems: contactsMax },
    ),
  },
  reply: { status: 200, schema: Type.Array(ContactSchema) },
  async handle({ path: { contactListId: listId }, body }, { store, messaging }) {
    const list = await findRecord(store, 'contactList', listId)
    for (const [index, { data }] of body.entries()) {
      const problem = rowProblem(list, data)
      if (problem === undefined) continue
      throw new AppError('bad.request', 'Contact {index}: {problem}', {
        params: { index: String(index), problem },
        details: [{ errorCode: 'bad.request', fieldName: `[${index}].data` }],
      })
    }
    const added = await addToList(store, { listId, contacts: body }, messaging)
    return added.map((contact) => presentContact(listId, contact))
  },
})

export const getOutboundContactlistContact = operation({
  id: 'getOutboundContactlistContact',
  method: 'GET',
  path: `${path}/{contactId}`,
  summary: 'Reads one contact of a list.',
  scopes: ['outbound', 'outbound:readonly'],
  permission: 'outbound:contact:view',
  input: { path: ContactPath },
  reply: { status: 200, schema: ContactSchema },
  async handle({ path: { contactListId, contactId } }, { store }) {
    return presentContact(contactListId, await contactOf(store, contactListId, contactId))
  },
})

export const deleteOutboundContactlistContact = operation({
  id: 'deleteOutboundContactlistContact',
  method: 'DELETE',
  path: `${path}/{contactId}`,
  summary: 'Takes a contact off a list.',
  scopes,
  permission: 'outbound:contact:delete',
  input: { path: ContactPath },
  reply: { status: 204 },
  async handle({ path: { contactListId, contactId } }, { store }) {
    await contactOf(store, contactListId, contactId)
    await store.campaigns.removeContact(contactListId, contactId)
  },
})

async function contactOf(store: Store, listId: string, contactId: string): Promise<Contact> {
  await findRecord(store, 'contactList', listId)
  const contact = await store.campaigns.contact(listId, contactId)
  if (contact !== undefined) return contact
  throw new AppError('not.found', 'There is no contact {id} in this list.', {
    params: { id: contactId },
    details: [{ errorCode: 'not.found', entityId: contactId, entityName: 'contact' }],
  })
}

/** A contact on the wire (vendor model `DialerContact`). */
export function presentContact(listId: string, { id, data, callable }: Contact) {
  const selfUri = `/api/v2/outbound/contactlists/${listId}/contacts/${id}`
  return { id, contactListId: listId, data, callable, selfUri }
}
