import Type from 'typebox'
import { DeskView, deskView } from '../conversations/desk-view.ts'
import { operation } from '../operation.ts'
import { Listing, listing, Paging, pageOf } from '../schema.ts'

const path = '/api/signalbox/conversations'

export const signalboxListConversations = operation({
  id: 'signalboxListConversations',
  method: 'GET',
  path,
  summary:
    'Lists the conversations of everybody, those that are not over unless open is false, as a desk follows them, each with its newest message: what a supervisor looks over.',
  permission: 'signalbox:conversations:view',
  input: { query: Type.Object({ ...Paging, open: Type.Optional(Type.Boolean()) }) },
  reply: { status: 200, schema: Listing(DeskView) },
  async handle({ query }, { store }) {
    const page = pageOf(query)
    const found = await store.conversations.list(page, { open: query.open ?? true })
    const views = []
    for (const conversation of found.entities) {
      const newest = await store.messages.ofConversation(conversation.id, 1)
      views.push(await deskView(store, conversation, newest))
    }
    return listing({ entities: views, total: found.total }, page, path, (view) => view)
  },
})
