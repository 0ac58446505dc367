import {
  type ActionDefinition,
  type JsonSchema,
  type RequestType,
  standardRequestTemplate,
  standardSuccessTemplate,
} from '../../actions/action.ts'
import { storedDefinition } from '../../actions/action-record.ts'
import { AppError } from '../../errors.ts'
import type { ActionRecord } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import { getConversation } from '../conversations/get-conversation.ts'
import { patchConversationsMessageParticipantParkingstate } from '../conversations/patch-conversations-message-participant-parkingstate.ts'
import { postConversationsMessagesAgentless } from '../conversations/post-conversations-messages-agentless.ts'
import { everything } from '../everything.ts'
import { findRecord, notFound } from '../not-found.ts'
import type { AnyOperation } from '../operation.ts'
import { signalboxGetQueueStatistics } from '../routing/queue-statistics.ts'

/** An action that comes with the product. It does one operation of this server, as whoever executes it. */
export interface StaticAction {
  readonly id: string
  readonly operation: AnyOperation
  readonly definition: ActionDefinition
}

interface Said {
  readonly slug: string
  readonly name: string
  readonly operation: AnyOperation
  /** Input names; those that end in `?` may be left out. */
  readonly inputs: readonly string[]
  readonly outputs: Readonly<Record<string, string>>
  readonly url: string
  readonly body?: string
  readonly map?: Readonly<Record<string, string>>
  readonly result?: string
}

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: these are references of the template language
const said: readonly Said[] = [
  {
    slug: 'send-agentless-message',
    name: 'Send Agentless Message',
    operation: postConversationsMessagesAgentless,
    inputs: ['fromAddress', 'toAddress', 'messengerType', 'text'],
    outputs: { id: 'string', conversationId: 'string' },
    url: '/api/v2/conversations/messages/agentless',
    body: `{"fromAddress":"$esc.jsonEncode(\${input.fromAddress})","toAddress":"$esc.jsonEncode(\${input.toAddress})","toAddressMessengerType":"$esc.jsonEncode(\${input.messengerType})","textBody":"$esc.jsonEncode(\${input.text})"}`,
    map: { id: '$.id', conversationId: '$.conversationId' },
    result: '{"id": ${id}, "conversationId": ${conversationId}}',
  },
  {
    slug: 'get-conversation',
    name: 'Get Conversation',
    operation: getConversation,
    inputs: ['conversationId'],
    outputs: { id: 'string', startTime: 'string', endTime: 'string' },
    url: '/api/v2/conversations/$esc.uriEncode(${input.conversationId})',
  },
  {
    slug: 'get-customer-participant-data',
    name: 'Get Customer Participant Data',
    operation: getConversation,
    inputs: ['conversationId'],
    outputs: { participantId: 'string', attributes: 'string' },
    url: '/api/v2/conversations/$esc.uriEncode(${input.conversationId})',
    map: {
      participantIds: "$.participants[?(@.purpose=='customer')].id",
      attributes: "$.participants[?(@.purpose=='customer')].attributes",
    },
    result:
      '{"participantId": ${successTemplateUtils.firstFromArray(${participantIds}, "$esc.quote$esc.quote")}, "attributes": "$esc.jsonEncode(${successTemplateUtils.firstFromArray(${attributes}, "{}")})"}',
  },
  {
    slug: 'get-queue-statistics',
    name: 'Get Queue Statistics',
    operation: signalboxGetQueueStatistics,
    inputs: ['queueId'],
    outputs: {
      ...{ queueId: 'string', queueName: 'string', waiting: 'integer' },
      ...{ longestWaitSeconds: 'integer', membersJoined: 'integer' },
      ...{ membersOnQueue: 'integer', membersIdle: 'integer' },
    },
    url: '/api/signalbox/queues/$esc.uriEncode(${input.queueId})/statistics',
  },
  {
    slug: 'park-conversation',
    name: 'Park Conversation',
    operation: patchConversationsMessageParticipantParkingstate,
    inputs: ['conversationId', 'participantId', 'resumeTime?'],
    outputs: {},
    url: '/api/v2/conversations/messages/$esc.uriEncode(${input.conversationId})/participants/$esc.uriEncode(${input.participantId})/parkingstate',
    body: `{"state":"parked"#if("$!{input.resumeTime}" != ""),"resumeTime":"$esc.jsonEncode($!{input.resumeTime})"#end}`,
  },
  {
    slug: 'resume-conversation',
    name: 'Resume Conversation',
    operation: patchConversationsMessageParticipantParkingstate,
    inputs: ['conversationId', 'participantId'],
    outputs: {},
    url: '/api/v2/conversations/messages/$esc.uriEncode(${input.conversationId})/participants/$esc.uriEncode(${input.participantId})/parkingstate',
    body: '{"state":"connected"}',
  },
]
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: these are references of the template language

/** The actions that every organization with a platform integration has. They are ours: the vendor's are not published. */
export const staticActions: readonly StaticAction[] = said.map((one) => ({
  id: `static_-_${one.slug}`,
  operation: one.operation,
  definition: definitionOf(one),
}))

function definitionOf({ name, operation, inputs, outputs, ...rest }: Said): ActionDefinition {
  const text = { type: 'string' }
  const names = inputs.map((input) => input.replace('?', ''))
  const inputSchema: JsonSchema = {
    title: name,
    type: 'object',
    required: inputs.filter((input) => !input.endsWith('?')),
    properties: Object.fromEntries(names.map((input) => [input, text])),
    additionalProperties: false,
  }
  const properties = Object.entries(outputs).map(([output, type]) => [output, { type }])
  return {
    name,
    category: 'Platform',
    secure: false,
    contract: {
      inputSchema,
      successSchema: {
        title: name,
        type: 'object',
        properties: Object.fromEntries(properties),
        additionalProperties: true,
      },
    },
    config: {
      request: {
        requestUrlTemplate: rest.url,
        requestType: requestTypeOf(operation),
        headers: {},
        requestTemplate: rest.body ?? standardRequestTemplate,
      },
      response: {
        translationMap: rest.map ?? {},
        translationMapDefaults: {},
        successTemplate: rest.result ?? standardSuccessTemplate,
      },
    },
  }
}

function requestTypeOf({ method }: AnyOperation): RequestType {
  return method === 'HEAD' ? 'GET' : method
}

/** The static actions of an organization: they belong to its first platform integration, and are there with it. */
export async function staticRecords(store: Store): Promise<readonly ActionRecord[]> {
  const platform = (await everything(store, 'integration')).find(
    ({ integrationType }) => integrationType === 'purecloud-data-actions',
  )
  if (platform === undefined) return []
  const { id: integrationId, createdMs } = platform
  return staticActions.map(({ id, definition }) => ({
    ...{ id, name: definition.name, version: 1, createdMs, modifiedMs: createdMs },
    actionKind: 'static',
    integrationId,
    published: { version: 1, definition: storedDefinition(definition) },
  }))
}

/** An action of any kind, or the vendor's 404. */
export async function findAction(store: Store, id: string): Promise<ActionRecord> {
  if (!id.startsWith('static_-_')) return findRecord(store, 'action', id)
  const found = (await staticRecords(store)).find((one) => one.id === id)
  if (found === undefined) throw notFound('action', id)
  return found
}

/** An action that can be changed: static ones are the product's own. */
export async function findOwnAction(store: Store, id: string): Promise<ActionRecord> {
  const action = await findAction(store, id)
  if (action.actionKind !== 'static') return action
  throw new AppError('bad.request', 'The action {id} comes with the product, and is read-only.', {
    params: { id },
  })
}
