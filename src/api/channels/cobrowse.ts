import Type from 'typebox'
import { AppError } from '../../errors.ts'
import { conversationOn } from '../../messaging/channel-open.ts'
import { disconnectAll, mergeAttributes } from '../../messaging/participate.ts'
import { listActive } from '../conversations/active.ts'
import { around } from '../conversations/around.ts'
import { ParticipantAttributes } from '../conversations/attributes-request.ts'
import {
  changeParticipant,
  leaveCommunication,
  MediaParticipantRequest,
} from '../conversations/participant-request.ts'
import { presentConversation } from '../conversations/present.ts'
import { GenericConversation } from '../conversations/schema.ts'
import { handOver, TransferRequest } from '../conversations/transfer-request.ts'
import { operation } from '../operation.ts'
import { Id, Listing } from '../schema.ts'
import { presentCobrowse } from './present.ts'
import { CobrowseConversation, LegPath, readScopes, SeatPath } from './schema.ts'

const all = '/api/v2/conversations/cobrowsesessions'
const one = `${all}/{conversationId}`
const seat = `${one}/participants/{participantId}`
const ConversationPath = Type.Object({ conversationId: Id })
const StateBody = Type.Object({ state: Type.Optional(Type.String()) })

export const getConversationsCobrowsesessions = operation({
  id: 'getConversationsCobrowsesessions',
  method: 'GET',
  path: all,
  summary: "Lists the caller's cobrowse conversations that are not over.",
  scopes: readScopes,
  caller: 'user',
  tool: { name: 'genesys_conversations_digital_get_cobrowsesessions', effect: 'read' },
  reply: { status: 200, schema: Listing(CobrowseConversation) },
  examples: [{ title: 'My cobrowse conversations', input: {} }],
  handle: (_input, context) =>
    listActive(context, all, {
      isOf: (channel) => channel === 'cobrowse',
      present: presentCobrowse,
    }),
})

export const getConversationsCobrowsesession = operation({
  id: 'getConversationsCobrowsesession',
  method: 'GET',
  path: one,
  summary: 'Reads one cobrowse conversation with its participants.',
  scopes: readScopes,
  tool: { name: 'genesys_conversations_digital_get_cobrowsesession', effect: 'read' },
  input: { path: ConversationPath },
  reply: { status: 200, schema: CobrowseConversation },
  async handle({ path }, { store }) {
    const conversation = await conversationOn(store, 'cobrowse', path.conversationId)
    return presentCobrowse(conversation, await around(store, conversation))
  },
})

export const patchConversationsCobrowsesession = operation({
  id: 'patchConversationsCobrowsesession',
  method: 'PATCH',
  path: one,
  summary: 'Ends a cobrowse conversation for everybody: state disconnected is all that it takes.',
  scopes: ['conversations'],
  permission: { any: ['conversation:communication:disconnect'] },
  input: { path: ConversationPath, body: StateBody },
  reply: { status: 200, schema: GenericConversation },
  async handle({ path: { conversationId }, body }, { store, messaging, principal }) {
    if (body.state?.toLowerCase() !== 'disconnected') {
      throw new AppError(
        'bad.request',
        "A conversation can only be set to the state 'disconnected'.",
        { details: [{ errorCode: 'bad.request', fieldName: 'state' }] },
      )
    }
    await conversationOn(store, 'cobrowse', conversationId)
    const given = { conversationId, userId: principal.userId }
    const conversation = await disconnectAll(store, given, messaging)
    return presentConversation(conversation, await around(store, conversation))
  },
})

export const patchConversationsCobrowsesessionParticipant = operation({
  id: 'patchConversationsCobrowsesessionParticipant',
  method: 'PATCH',
  path: seat,
  summary: 'Answers, leaves or wraps up a cobrowse conversation.',
  scopes: ['conversations'],
  permission: {
    any: [
      'conversation:participant:wrapup',
      'conversation:call:record',
      'conversation:communication:disconnect',
    ],
  },
  input: { path: SeatPath, body: MediaParticipantRequest },
  reply: { status: 202 },
  async handle({ path, body }, context) {
    await conversationOn(context.store, 'cobrowse', path.conversationId)
    await changeParticipant(path, body, context)
  },
})

export const patchConversationsCobrowsesessionParticipantAttributes = operation({
  id: 'patchConversationsCobrowsesessionParticipantAttributes',
  method: 'PATCH',
  path: `${seat}/attributes`,
  summary:
    "Merges attributes into a participant's; keys that are not named stay. Blank a value with an empty text.",
  scopes: ['conversations'],
  input: { path: SeatPath, body: ParticipantAttributes },
  reply: { status: 202, schema: ParticipantAttributes },
  async handle({ path, body: { attributes } }, { store, messaging }) {
    await conversationOn(store, 'cobrowse', path.conversationId)
    return { attributes: await mergeAttributes(store, { ...path, attributes }, messaging) }
  },
})

export const patchConversationsCobrowsesessionParticipantCommunication = operation({
  id: 'patchConversationsCobrowsesessionParticipantCommunication',
  method: 'PATCH',
  path: `${seat}/communications/{communicationId}`,
  summary: 'Ends one communication: state disconnected is all that it takes.',
  scopes: ['conversations'],
  input: { path: LegPath, body: StateBody },
  reply: { status: 200, schema: Type.Object({}) },
  async handle({ path, body }, context) {
    await conversationOn(context.store, 'cobrowse', path.conversationId)
    await leaveCommunication(path, body.state, context)
    return {}
  },
})

export const postConversationsCobrowsesessionParticipantReplace = operation({
  id: 'postConversationsCobrowsesessionParticipantReplace',
  method: 'POST',
  path: `${seat}/replace`,
  summary: 'Hands a cobrowse conversation to a user or a queue.',
  scopes: ['conversations'],
  permission: { any: ['conversation:communication:blindTransfer'] },
  input: { path: SeatPath, body: TransferRequest },
  reply: { status: 202 },
  async handle({ path, body }, context) {
    await conversationOn(context.store, 'cobrowse', path.conversationId)
    await handOver(path, body, context)
  },
})
