import Type from 'typebox'
import { isoTime } from '../../clock.ts'
import type { Message } from '../../domain/message.ts'
import { AppError } from '../../errors.ts'
import { conversationOn } from '../../messaging/channel-open.ts'
import {
  beginConsult,
  internalLeg,
  internalTextMax,
  writeInternal,
} from '../../messaging/internal-messages.ts'
import { grants } from '../../principal.ts'
import type { Store } from '../../store/store.ts'
import { listActive } from '../conversations/active.ts'
import { around } from '../conversations/around.ts'
import { findMessage } from '../conversations/find.ts'
import { operation } from '../operation.ts'
import { EntityRef, Id, Listing, listing, Paging, pageOf } from '../schema.ts'
import { presentInternal } from './present.ts'
import { InternalMessageConversation, readScopes, SeatPath } from './schema.ts'

const all = '/api/v2/conversations/internalmessages'
const ofLeg =
  '/api/v2/conversations/{conversationId}/communications/{communicationId}/internalmessages'
const view = { any: ['conversation:internalMessaging:view'] } as const
const LegPath = Type.Object({ conversationId: Id, communicationId: Id })

/** Messages that one listing looks through. */
const messagesMax = 10_000

/** The vendor's `InternalMessageData`. */
const InternalMessageData = Type.Object({
  id: Type.String(),
  conversation: EntityRef,
  communicationId: Type.String(),
  timestamp: Type.String(),
  sender: EntityRef,
  recipient: EntityRef,
  normalizedMessage: Type.Object({ id: Type.String(), type: Type.String(), text: Type.String() }),
  selfUri: Type.String(),
})

export const getConversationsInternalmessages = operation({
  id: 'getConversationsInternalmessages',
  method: 'GET',
  path: all,
  summary: "Lists the caller's internal messages with other users that are not over.",
  scopes: readScopes,
  caller: 'user',
  permission: view,
  tool: { name: 'genesys_conversations_digital_get_internalmessages', effect: 'read' },
  reply: { status: 200, schema: Listing(InternalMessageConversation) },
  examples: [{ title: 'My internal messages', input: {} }],
  handle: (_input, context) =>
    listActive(context, all, {
      isOf: (channel) => channel === 'internalmessage',
      present: presentInternal,
    }),
})

export const getConversationsInternalmessage = operation({
  id: 'getConversationsInternalmessage',
  method: 'GET',
  path: `${all}/{conversationId}`,
  summary: 'Reads one internal message between users, with its participants.',
  scopes: readScopes,
  permission: view,
  tool: { name: 'genesys_conversations_digital_get_internalmessage', effect: 'read' },
  input: { path: Type.Object({ conversationId: Id }) },
  reply: { status: 200, schema: InternalMessageConversation },
  async handle({ path }, { store }) {
    const conversation = await conversationOn(store, 'internalmessage', path.conversationId)
    return presentInternal(conversation, await around(store, conversation))
  },
})

/**
 * Guess: answered with 200, and asked for with `conversation:internalMessaging:add`; the vendor's public documents name
 * only the permission of the target.
 */
export const postConversationParticipantInternalmessagesUsersCommunications = operation({
  id: 'postConversationParticipantInternalmessagesUsersCommunications',
  method: 'POST',
  path: '/api/v2/conversations/{conversationId}/participants/{participantId}/internalmessages/users/communications',
  summary:
    'Asks another user about a conversation, beside it: sets an internal message up and alerts him.',
  scopes: ['conversations'],
  caller: 'user',
  permission: { any: ['conversation:internalMessaging:add'] },
  input: { path: SeatPath, body: Type.Object({ targetUserId: Id }) },
  reply: {
    status: 200,
    schema: Type.Object({
      conversation: EntityRef,
      communicationId: Type.String(),
      peerCommunicationId: Type.String(),
      commandId: Type.String(),
    }),
  },
  async handle({ path, body }, { store, messaging, principal, contextId }) {
    await requireAccepts(store, body.targetUserId)
    const order = { ...path, ...body, byUserId: principal.userId ?? '' }
    const { conversation, communicationId, peerCommunicationId } = await beginConsult(
      store,
      order,
      messaging,
    )
    const { id } = conversation
    return {
      conversation: { id, selfUri: `${all}/${id}` },
      communicationId,
      peerCommunicationId,
      commandId: contextId,
    }
  },
})

/** Official SDK: the target must have the permission `conversation:internalMessaging:accept`. */
async function requireAccepts(store: Store, userId: string): Promise<void> {
  const user = await store.records.get('user', userId)
  if (user === undefined) return
  if (grants(user.permissions, 'conversation:internalMessaging:accept')) return
  throw new AppError(
    'bad.request',
    'The user {id} takes no internal messages: he lacks conversation:internalMessaging:accept.',
    { params: { id: userId }, details: [{ errorCode: 'bad.request', fieldName: 'targetUserId' }] },
  )
}

/** Guess: answered with 200 and the message; no permission beside being the one who talks. */
export const postConversationCommunicationInternalmessages = operation({
  id: 'postConversationCommunicationInternalmessages',
  method: 'POST',
  path: ofLeg,
  summary: "Writes to the other user of an internal message, by the caller's own communication.",
  scopes: ['conversations'],
  caller: 'user',
  input: {
    path: LegPath,
    body: Type.Object({ text: Type.String({ minLength: 1, maxLength: internalTextMax }) }),
  },
  reply: { status: 200, schema: InternalMessageData },
  async handle({ path, body }, { store, messaging, principal }) {
    const said = { ...path, ...body, userId: principal.userId ?? '' }
    return presentInternalMessage(await writeInternal(store, said, messaging))
  },
})

/** Guess: both sides' messages are listed, whichever communication is named, newest last. */
export const getConversationCommunicationInternalmessages = operation({
  id: 'getConversationCommunicationInternalmessages',
  method: 'GET',
  path: ofLeg,
  summary: 'Lists what two users wrote to each other, oldest first.',
  scopes: readScopes,
  permission: view,
  input: { path: LegPath, query: Type.Object(Paging) },
  reply: { status: 200, schema: Listing(InternalMessageData) },
  async handle({ path, query }, { store }) {
    const { conversation } = await internalLeg(store, path)
    const messages = await store.messages.ofConversation(conversation.id, messagesMax)
    const page = pageOf(query)
    const from = (page.number - 1) * page.size
    const found = { entities: messages.slice(from, from + page.size), total: messages.length }
    return listing(found, page, uriOf(path), presentInternalMessage)
  },
})

export const getConversationCommunicationInternalmessage = operation({
  id: 'getConversationCommunicationInternalmessage',
  method: 'GET',
  path: `${ofLeg}/{messageId}`,
  summary: 'Reads one internal message.',
  scopes: readScopes,
  permission: view,
  input: { path: Type.Object({ conversationId: Id, communicationId: Id, messageId: Id }) },
  reply: { status: 200, schema: InternalMessageData },
  async handle({ path }, { store }) {
    const { conversation } = await internalLeg(store, path)
    return presentInternalMessage(await findMessage(store, path.messageId, conversation.id))
  },
})

function presentInternalMessage(message: Message) {
  const { id, conversationId, communicationId, fromAddress, toAddress, text = '' } = message
  const timestamp = isoTime(message.timeMs)
  return {
    id,
    conversation: { id: conversationId, selfUri: `${all}/${conversationId}` },
    communicationId,
    timestamp,
    sender: userRef(fromAddress),
    recipient: userRef(toAddress),
    normalizedMessage: {
      id,
      channel: { from: { id: fromAddress }, to: { id: toAddress }, time: timestamp },
      type: message.kind,
      text,
      direction: 'Outbound',
    },
    selfUri: `${uriOf(message)}/${id}`,
  }
}

function uriOf(at: { readonly conversationId: string; readonly communicationId: string }): string {
  return `/api/v2/conversations/${at.conversationId}/communications/${at.communicationId}/internalmessages`
}

function userRef(id: string) {
  return { id, selfUri: `/api/v2/users/${id}` }
}
