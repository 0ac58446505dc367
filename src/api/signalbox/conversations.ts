import Type from 'typebox'
import { around } from '../conversations/around.ts'
import { presentConversation } from '../conversations/present.ts'
import { GenericConversation } from '../conversations/schema.ts'
import { operation } from '../operation.ts'
import { Listing, listing, Paging, pageOf } from '../schema.ts'

const path = '/api/signalbox/conversations'

export const signalboxListConversations = operation({
  id: 'signalboxListConversations',
  method: 'GET',
  path,
  summary:
    'Lists the conversations of everybody, those that are not over unless open is false: what a supervisor looks over.',
  permission: 'signalbox:conversations:view',
  input: { query: Type.Object({ ...Paging, open: Type.Optional(Type.Boolean()) }) },
  reply: { status: 200, schema: Listing(GenericConversation) },
  async handle({ query }, { store }) {
    const page = pageOf(query)
    const found = await store.conversations.list(page, { open: query.open ?? true })
    const views = []
    for (const conversation of found.entities) {
      views.push(presentConversation(conversation, await around(store, conversation)))
    }
    return listing({ entities: views, total: found.total }, page, path, (view) => view)
  },
})
