import { call as callOperation } from '../api/call.ts'
import { AppError } from '../errors.ts'
import { writtenWithin } from './budget.ts'
import { answerTool } from './call-tool.ts'
import { toolNamed } from './catalog/catalog.ts'
import { connectionsOf } from './connections.ts'
import type { Caller, ToolHouse } from './house.ts'
import type { Call } from './protocol/host.ts'
import { type Progress, progressOf } from './protocol/progress.ts'
import { asJson, type Json, RpcError, rpcCodes, textParam } from './protocol/rpc.ts'
import { markUntrusted } from './untrusted.ts'
import { presentReply } from './work.ts'

/** Addresses of what agents can read beside calling tools. */
const scheme = 'signalbox://'

const mimeType = 'application/json'
/** The last messages of a conversation that a transcript holds. */
const messagesMax = 50
/** And the characters that they may take. */
const transcriptCharactersMax = 38_000

/** Templates of the addresses; `transcript` and `timeline` are about one conversation and one message. */
export const resourceTemplates = {
  resourceTemplates: [
    {
      uriTemplate: `${scheme}conversations/{conversationId}/transcript`,
      name: 'transcript',
      title: 'Transcript',
      description: 'What was said last in a message conversation, oldest first.',
      mimeType,
    },
    {
      uriTemplate: `${scheme}messages/{messageId}/timeline`,
      name: 'timeline',
      title: 'Timeline',
      description: 'Everything that happened to one message, step by step.',
      mimeType,
    },
    {
      uriTemplate: `${scheme}queues/{queueId}`,
      name: 'queue',
      title: 'Queue',
      description: 'A queue, and the conversations that wait in it, longest wait first.',
      mimeType,
    },
    {
      uriTemplate: `${scheme}queues/{queueId}/wrapup-codes`,
      name: 'wrapup-codes',
      title: 'Wrap-up codes',
      description: 'The wrap-up codes of a queue.',
      mimeType,
    },
  ],
}

/** The resources that have an address of their own: the connections. */
export async function resourceList(_caller: Caller) {
  return {
    resources: [
      {
        uri: `${scheme}connections`,
        name: 'connections',
        title: 'Connections',
        description: 'Where tools can work; the ids are the PCID.',
        mimeType,
      },
    ],
  }
}

/** Which one, and the request that it is read for. */
interface Reading {
  readonly id: string
  readonly progress: Progress
  readonly signal: AbortSignal
}

type Reader = (house: ToolHouse, caller: Caller, reading: Reading) => Promise<Json>

const readers: readonly { readonly pattern: RegExp; readonly read: Reader }[] = [
  {
    pattern: /^connections()$/,
    async read(_house, caller) {
      const connections = await connectionsOf(caller.context)
      return { connections: connections.map(({ id, name, kind }) => ({ id, name, kind })) }
    },
  },
  { pattern: /^conversations\/([\w-]+)\/transcript$/, read: transcript },
  {
    pattern: /^messages\/([\w-]+)\/timeline$/,
    read: (house, caller, { id }) =>
      requireNoScope(caller) ??
      operationReply(house, caller, {
        id: 'signalboxGetMessageTimeline',
        path: { id, messageId: id },
      }),
  },
  { pattern: /^queues\/([\w-]+)$/, read: (house, caller, { id }) => queue(house, caller, id) },
  {
    pattern: /^queues\/([\w-]+)\/wrapup-codes$/,
    read: (house, caller, { id }) =>
      operationReply(house, caller, { id: 'getRoutingQueueWrapupcodes', path: { queueId: id } }),
  },
]

/** Reads a resource by its address. `-32602` when there is none. */
export async function readResource(
  house: ToolHouse,
  caller: Caller,
  { params, call }: { readonly params: Json; readonly call: Call },
) {
  const uri = textParam(params, 'uri')
  const path = uri.startsWith(scheme) ? uri.slice(scheme.length) : ''
  for (const { pattern, read } of readers) {
    const id = pattern.exec(path)?.[1]
    if (id === undefined) continue
    const reading = { id, progress: progressOf(params, call), signal: call.signal }
    const text = writtenWithin(await read(house, caller, reading))
    return { contents: [{ uri, mimeType, text }] }
  }
  throw noResource(uri, 'There is no such resource.')
}

/** The address of a conversation's transcript, and back. */
export function transcriptOf(uri: string): string | undefined {
  return uri.startsWith(scheme)
    ? /^conversations\/([\w-]+)\/transcript$/.exec(uri.slice(scheme.length))?.[1]
    : undefined
}

/** Goes through the tools, so that policies, scopes, marks and the audit hold for it too. */
async function transcript(
  house: ToolHouse,
  caller: Caller,
  { id: conversationId, progress, signal }: Reading,
): Promise<Json> {
  const conversation = await toolAnswer(house, caller, {
    name: 'get_message',
    args: { conversationId },
  })
  const all = messageIdsIn(conversation)
  const fields = ['id', 'direction', 'timestamp', 'textBody', 'status', 'media']
  const messages: Json[] = []
  let left = transcriptCharactersMax
  // from the newest back, so that what a long conversation leaves out is its beginning
  for (const messageId of all.slice(-messagesMax).reverse()) {
    if (signal.aborted) break
    const args = { conversationId, messageId, fields }
    const message = await toolAnswer(house, caller, { name: 'get_message_message', args })
    left -= JSON.stringify(message).length
    if (left < 0 && messages.length > 0) break
    messages.push(message)
    progress.step('Reading messages, the newest first.', Math.min(all.length, messagesMax))
  }
  const earlier = all.length - messages.length
  return { conversationId, messages: messages.reverse(), ...(earlier === 0 ? {} : { earlier }) }
}

/** Reads by a tool as the caller; a refusal becomes an error of the resource. */
export async function toolAnswer(
  house: ToolHouse,
  caller: Caller,
  asked: { readonly name: string; readonly args: Json },
): Promise<Json> {
  const tool = toolNamed(asked.name)
  if (tool === undefined) throw new Error(`${asked.name} is no tool.`)
  const { answer, isError } = await answerTool(house, caller, {
    tool,
    args: asked.args,
    params: {},
    call: {
      era: 'modern',
      clientCapabilities: {},
      canStream: false,
      signal: AbortSignal.timeout(60_000),
      notify() {},
    },
  })
  if (isError) throw noResource(asked.name, String(answer['message']))
  return answer
}

function messageIdsIn(conversation: Json): readonly string[] {
  const { participants } = conversation
  const found = new Map<string, string>()
  for (const participant of Array.isArray(participants) ? participants : []) {
    const { messages } = asJson(participant) ?? {}
    for (const one of Array.isArray(messages) ? messages : []) {
      const message = asJson(one) ?? {}
      const { messageId, messageTime } = message
      if (typeof messageId === 'string') found.set(messageId, String(messageTime ?? ''))
    }
  }
  return [...found].sort(([, one], [, other]) => (one < other ? -1 : 1)).map(([id]) => id)
}

async function queue(house: ToolHouse, caller: Caller, queueId: string): Promise<Json> {
  const { queueIds } = caller.narrowing
  if (queueIds !== undefined && !queueIds.includes(queueId))
    throw noResource(`${scheme}queues/${queueId}`, 'The queue lies outside the scope of this call.')
  const found = await operationReply(house, caller, { id: 'getRoutingQueue', path: { queueId } })
  const waiting = await caller.context.store.conversations.waiting(queueId, 100)
  return {
    id: found['id'],
    name: found['name'],
    waiting: waiting.map(({ id, startMs, channel }) => ({
      conversationId: id,
      channel,
      since: new Date(startMs).toISOString(),
    })),
  }
}

async function operationReply(
  house: ToolHouse,
  { context }: Caller,
  asked: { readonly id: string; readonly path: Readonly<Record<string, string>> },
): Promise<Json> {
  const operation = house.operations.get(asked.id)
  if (operation === undefined) throw noResource(asked.id, 'This server does not have it.')
  try {
    const answer = await callOperation(operation, { path: asked.path }, context)
    return asJson(markUntrusted(presentReply(answer), context.outside.ids.secret(6))) ?? {}
  } catch (error) {
    if (error instanceof AppError) throw noResource(asked.id, error.message)
    throw error
  }
}

/** A message's timeline cannot be held to conversations and queues, so it is not read where a request is. */
function requireNoScope({ narrowing }: Caller): undefined {
  const { conversationIds, queueIds } = narrowing
  if (conversationIds === undefined && queueIds === undefined) return undefined
  throw noResource('timeline', 'Timelines lie outside the scope of this call.')
}

function noResource(uri: string, message: string): RpcError {
  return new RpcError(rpcCodes.invalidParams, message, { data: { uri } })
}
