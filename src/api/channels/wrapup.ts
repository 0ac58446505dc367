import Type from 'typebox'
import type { Channel } from '../../domain/message.ts'
import { conversationOn } from '../../messaging/channel-open.ts'
import { wrapUp, wrapupCodesOf, wrapupOf } from '../../messaging/wrap-up.ts'
import {
  AssignedWrapupCode,
  foundWrapup,
  requireCommunication,
  WrapupInput,
  wrapupSaid,
} from '../conversations/participant-request.ts'
import { type AnyOperation, operation } from '../operation.ts'
import { presentWrapupCode } from '../routing/present.ts'
import { LegPath, readScopes, SeatPath } from './schema.ts'

const Provisional = Type.Object({ provisional: Type.Optional(Type.Boolean()) })

/** A medium by its names: in operation ids, in paths and in tools. */
interface Medium {
  readonly channel: Channel
  readonly name: 'Cobrowsesession' | 'Social' | 'Video'
  readonly path: string
  /** In the names of tools; absent where agents get none. */
  readonly tool?: string
}

/** Reads and writes the wrap-up of a communication, as the vendor has it for every medium. */
function communicationWrapup({ channel, name, path, tool }: Medium): readonly AnyOperation[] {
  const at = `${path}/{conversationId}/participants/{participantId}/communications/{communicationId}/wrapup`
  const toolOf = (verb: 'get' | 'post', effect: 'read' | 'write') =>
    tool === undefined
      ? {}
      : {
          tool: {
            name: `genesys_conversations_digital_${verb}_${tool}_participant_communication_wrapup`,
            effect,
          },
        }
  return [
    operation({
      id: `getConversations${name}ParticipantCommunicationWrapup`,
      method: 'GET',
      path: at,
      summary:
        'Reads what a communication was wrapped up with; provisional=true reads what was saved for later.',
      scopes: readScopes,
      ...toolOf('get', 'read'),
      input: { path: LegPath, query: Provisional },
      reply: { status: 200, schema: AssignedWrapupCode },
      async handle({ path, query }, { store }) {
        await conversationOn(store, channel, path.conversationId)
        await requireCommunication(store, path)
        return foundWrapup(await wrapupOf(store, { ...path, ...query }), path)
      },
    }),
    operation({
      id: `postConversations${name}ParticipantCommunicationWrapup`,
      method: 'POST',
      path: at,
      summary:
        'Wraps a communication up with a code, or saves notes for later with provisional=true.',
      scopes: ['conversations'],
      permission: { any: ['conversation:participant:wrapup'] },
      ...toolOf('post', 'write'),
      input: { path: LegPath, body: Type.Optional(WrapupInput) },
      reply: { status: 202 },
      async handle({ path, body }, { store, messaging }) {
        await conversationOn(store, channel, path.conversationId)
        await requireCommunication(store, path)
        await wrapUp(store, { ...path, said: wrapupSaid(body ?? {}) }, messaging)
      },
    }),
  ]
}

const cobrowse: Medium = {
  channel: 'cobrowse',
  name: 'Cobrowsesession',
  path: '/api/v2/conversations/cobrowsesessions',
}

const cobrowseSeat = `${cobrowse.path}/{conversationId}/participants/{participantId}`

const getConversationsCobrowsesessionParticipantWrapup = operation({
  id: 'getConversationsCobrowsesessionParticipantWrapup',
  method: 'GET',
  path: `${cobrowseSeat}/wrapup`,
  summary:
    'Reads what a participant wrapped up with; provisional=true reads what he saved for later.',
  scopes: readScopes,
  input: { path: SeatPath, query: Provisional },
  reply: { status: 200, schema: AssignedWrapupCode },
  async handle({ path, query }, { store }) {
    await conversationOn(store, 'cobrowse', path.conversationId)
    return foundWrapup(await wrapupOf(store, { ...path, ...query }), path)
  },
})

const getConversationsCobrowsesessionParticipantWrapupcodes = operation({
  id: 'getConversationsCobrowsesessionParticipantWrapupcodes',
  method: 'GET',
  path: `${cobrowseSeat}/wrapupcodes`,
  summary: "Lists the wrap-up codes of the participant's queue.",
  scopes: readScopes,
  input: { path: SeatPath },
  reply: {
    status: 200,
    schema: Type.Array(Type.Object({ id: Type.String(), name: Type.String() })),
  },
  async handle({ path }, { store }) {
    await conversationOn(store, 'cobrowse', path.conversationId)
    const codes = await wrapupCodesOf(store, path)
    return codes.map((code) => presentWrapupCode(code, store.organizationId))
  },
})

/** Wrap-up on cobrowse, social and video conversations. */
export const wrapupOperations: readonly AnyOperation[] = [
  ...communicationWrapup(cobrowse),
  getConversationsCobrowsesessionParticipantWrapup,
  getConversationsCobrowsesessionParticipantWrapupcodes,
  ...communicationWrapup({
    channel: 'social',
    name: 'Social',
    path: '/api/v2/conversations/socials',
    tool: 'social',
  }),
  ...communicationWrapup({
    channel: 'video',
    name: 'Video',
    path: '/api/v2/conversations/videos',
    tool: 'video',
  }),
]
