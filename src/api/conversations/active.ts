import type { Context } from '../../context.ts'
import type { Conversation } from '../../domain/conversation.ts'
import { listing } from '../schema.ts'
import { around } from './around.ts'
import type { Around } from './present.ts'

/** The caller's own conversations that are not over, presented one way, in the vendor's listing envelope. */
export async function listActive<View>(
  { store, principal }: Context,
  path: string,
  present: (conversation: Conversation, around: Around) => View,
) {
  const conversations = await store.conversations.activeOfUser(principal.userId ?? '')
  const views: View[] = []
  for (const conversation of conversations) {
    views.push(present(conversation, await around(store, conversation)))
  }
  const page = { entities: views, total: views.length }
  return listing(page, { size: Math.max(25, views.length), number: 1 }, path, (view) => view)
}
