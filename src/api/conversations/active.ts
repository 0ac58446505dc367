import type { Context } from '../../context.ts'
import type { Conversation } from '../../domain/conversation.ts'
import type { Channel } from '../../domain/message.ts'
import { listing } from '../schema.ts'
import { around } from './around.ts'
import type { Around } from './present.ts'

/** The caller's own conversations of some media that are not over, presented one way, in the vendor's listing envelope. */
export async function listActive<View>(
  { store, principal }: Context,
  path: string,
  wanted: {
    readonly isOf: (channel: Channel) => boolean
    readonly present: (conversation: Conversation, around: Around) => View
  },
) {
  const active = await store.conversations.activeOfUser(principal.userId ?? '')
  const conversations = active.filter(({ channel }) => wanted.isOf(channel))
  const views: View[] = []
  for (const conversation of conversations) {
    views.push(wanted.present(conversation, await around(store, conversation)))
  }
  const page = { entities: views, total: views.length }
  return listing(page, { size: Math.max(25, views.length), number: 1 }, path, (view) => view)
}
