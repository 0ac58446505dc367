import Type from 'typebox'
import { AppError } from '../../errors.ts'
import { requireFlow } from '../../messaging/destination.ts'
import type { Recipient } from '../../store/records.ts'
import { everything, pageWithin } from '../everything.ts'
import { findRecord } from '../not-found.ts'
import { operation } from '../operation.ts'
import { changed } from '../record-change.ts'
import { EntityRef, Id, Listing, listing, Paging, pageOf } from '../schema.ts'
import { presentRecipient } from './present.ts'

const path = '/api/v2/routing/message/recipients'
const byId = `${path}/{recipientId}`
const reading = {
  scopes: ['routing', 'routing:readonly'],
  permission: { any: ['routing:message:view', 'routing:message:manage'] },
}

const RecipientSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  messengerType: Type.String(),
  flow: Type.Optional(EntityRef),
  queue: Type.Optional(EntityRef),
  selfUri: Type.String(),
})

export const getRoutingMessageRecipients = operation({
  ...reading,
  id: 'getRoutingMessageRecipients',
  method: 'GET',
  path,
  summary: 'Lists the recipients: where the messages of each integration and sender go.',
  input: {
    query: Type.Object({
      ...Paging,
      messengerType: Type.Optional(Type.String()),
      name: Type.Optional(Type.String()),
    }),
  },
  reply: { status: 200, schema: Listing(RecipientSchema) },
  examples: [{ title: 'Recipients of open messages', input: { query: { messengerType: 'open' } } }],
  async handle({ query: { messengerType, name, ...paging } }, { store }) {
    const found = (await everything(store, 'recipient', name === undefined ? {} : { name })).filter(
      (recipient) => messengerType === undefined || recipient.messengerType === messengerType,
    )
    const page = pageOf(paging)
    return listing(pageWithin(found, page), page, path, presentRecipient)
  },
})

export const getRoutingMessageRecipient = operation({
  ...reading,
  id: 'getRoutingMessageRecipient',
  method: 'GET',
  path: byId,
  summary: 'Reads one recipient.',
  input: { path: Type.Object({ recipientId: Id }) },
  reply: { status: 200, schema: RecipientSchema },
  async handle({ path }, { store }) {
    return presentRecipient(await findRecord(store, 'recipient', path.recipientId))
  },
})

/**
 * `flow` is a routing application of this server, which then takes new conversations; left out, there is none (the
 * vendor's PUT replaces). `queue` is ours: the queue that new conversations wait in where no flow takes them; null takes
 * it away, and a vendor client that does not know it leaves it as it is.
 */
export const putRoutingMessageRecipient = operation({
  id: 'putRoutingMessageRecipient',
  method: 'PUT',
  path: byId,
  summary: 'Says where the messages of an integration or sender go: to a flow or a queue.',
  scopes: ['routing'],
  permission: 'routing:message:manage',
  input: {
    path: Type.Object({ recipientId: Id }),
    body: Type.Object({
      flow: Type.Optional(Type.Object({ id: Type.String() })),
      queue: Type.Optional(Type.Union([Type.Object({ id: Type.String() }), Type.Null()])),
    }),
  },
  reply: { status: 200, schema: RecipientSchema },
  async handle({ path, body }, context) {
    return context.store.transaction(async (store) => {
      const {
        flowId: _,
        queueId: before,
        ...kept
      } = await findRecord(store, 'recipient', path.recipientId)
      const queueId = body.queue === undefined ? before : body.queue?.id
      if (queueId !== undefined && (await store.records.get('queue', queueId)) === undefined) {
        throw new AppError('conversations.error.queue.not.found', 'There is no queue {id}.', {
          params: { id: queueId },
          details: [{ fieldName: 'queue.id', entityId: queueId, entityName: 'queue' }],
        })
      }
      const flowId = body.flow?.id
      if (flowId !== undefined) {
        const wanted = { id: flowId, kind: 'inboundShortMessage', fieldName: 'flow.id' } as const
        await requireFlow(store, wanted)
      }
      const recipient = changed<Recipient>(
        {
          ...kept,
          ...(flowId === undefined ? {} : { flowId }),
          ...(queueId === undefined ? {} : { queueId }),
        },
        {},
        context,
      )
      await store.records.save('recipient', recipient)
      return presentRecipient(recipient)
    })
  },
})
