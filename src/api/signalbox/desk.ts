import Type from 'typebox'
import { DeskView, deskView, presentMessages } from '../conversations/desk-view.ts'
import { findConversation } from '../conversations/find.ts'
import { MessageData } from '../conversations/schema.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'

const mayRead = { any: ['conversation:message:view', 'conversation:webmessaging:view'] } as const

export const signalboxGetDesk = operation({
  id: 'signalboxGetDesk',
  method: 'GET',
  path: '/api/signalbox/desk',
  summary:
    "Lists the caller's conversations that are not over for him, after-call work included, each with its newest message. Topic v2.users.{id}.signalbox.desk tells of changes in the same form.",
  caller: 'user',
  permission: mayRead,
  input: {},
  reply: { status: 200, schema: Type.Object({ entities: Type.Array(DeskView) }) },
  async handle(_input, { store, principal }) {
    const entities = []
    for (const conversation of await store.conversations.engagedOfUser(principal.userId ?? '')) {
      const newest = await store.messages.ofConversation(conversation.id, 1)
      entities.push(await deskView(store, conversation, newest))
    }
    return { entities }
  },
})

export const signalboxGetDeskConversation = operation({
  id: 'signalboxGetDeskConversation',
  method: 'GET',
  path: '/api/signalbox/desk/{conversationId}',
  summary: 'Reads one conversation as a desk follows it, with its newest message.',
  permission: mayRead,
  input: { path: Type.Object({ conversationId: Id }) },
  reply: { status: 200, schema: DeskView },
  async handle({ path }, { store }) {
    const conversation = await findConversation(store, path.conversationId)
    const newest = await store.messages.ofConversation(conversation.id, 1)
    return deskView(store, conversation, newest)
  },
})

const pageSize = 100

export const signalboxListConversationMessages = operation({
  id: 'signalboxListConversationMessages',
  method: 'GET',
  path: '/api/signalbox/conversations/{conversationId}/messages',
  summary: 'Reads a page of a thread: its newest messages, or those before one, oldest first.',
  permission: mayRead,
  input: {
    path: Type.Object({ conversationId: Id }),
    query: Type.Object({
      /** Id of a message: those before it are read. It need not be there. */
      before: Type.Optional(Id),
      pageSize: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
    }),
  },
  reply: {
    status: 200,
    schema: Type.Object({ entities: Type.Array(MessageData), hasOlder: Type.Boolean() }),
  },
  async handle({ path, query }, { store }) {
    const conversation = await findConversation(store, path.conversationId)
    const size = query.pageSize ?? pageSize
    const { before } = query
    const found = await store.messages.ofConversation(conversation.id, size + 1, before)
    return {
      entities: await presentMessages(store, conversation, found.slice(-size)),
      hasOlder: found.length > size,
    }
  },
})
