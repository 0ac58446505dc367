import Type from 'typebox'
import { AppError } from '../../errors.ts'
import type { Queue } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import { everything } from '../everything.ts'
import { findRecord } from '../not-found.ts'
import { operation } from '../operation.ts'
import { changed, newRecord } from '../record-change.ts'
import { Id, Listing, listing, Paging, pageOf } from '../schema.ts'
import { presentQueue } from './present.ts'
import { QueueBody, queueFields } from './queue-body.ts'

const path = '/api/v2/routing/queues'
const byId = `${path}/{queueId}`

const QueueSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  memberCount: Type.Integer(),
  joinedMemberCount: Type.Integer(),
  selfUri: Type.String(),
})

export const getRoutingQueues = operation({
  id: 'getRoutingQueues',
  method: 'GET',
  path,
  summary: 'Lists queues by name.',
  scopes: ['routing', 'routing:readonly'],
  permission: 'routing:queue:view',
  input: {
    query: Type.Object({
      ...Paging,
      name: Type.Optional(Type.String()),
      id: Type.Optional(Type.Array(Type.String())),
    }),
  },
  reply: { status: 200, schema: Listing(QueueSchema) },
  examples: [{ title: 'Queues whose name begins with S', input: { query: { name: 's*' } } }],
  async handle({ query: { name, id, ...paging } }, { store }) {
    const page = pageOf(paging)
    const found = await store.records.list('queue', page, {
      ...(name === undefined ? {} : { name }),
      ...(id === undefined ? {} : { ids: id }),
    })
    return listing(found, page, path, (queue) => presentQueue(queue, store.organizationId))
  },
})

export const getRoutingQueue = operation({
  id: 'getRoutingQueue',
  method: 'GET',
  path: byId,
  summary: 'Reads one queue.',
  scopes: ['routing', 'routing:readonly'],
  permission: 'routing:queue:view',
  input: { path: Type.Object({ queueId: Id }) },
  reply: { status: 200, schema: QueueSchema },
  async handle({ path }, { store }) {
    return presentQueue(await findRecord(store, 'queue', path.queueId), store.organizationId)
  },
})

export const postRoutingQueues = operation({
  id: 'postRoutingQueues',
  method: 'POST',
  path,
  summary: 'Creates a queue without members.',
  scopes: ['routing'],
  permission: 'routing:queue:add',
  input: { body: QueueBody },
  reply: { status: 200, schema: QueueSchema },
  examples: [
    {
      title: 'A queue that alerts for a minute',
      input: {
        body: { name: 'Sales', mediaSettings: { message: { alertingTimeoutSeconds: 60 } } },
      },
    },
  ],
  async handle({ body }, context) {
    const record = newRecord('', context)
    return context.store.transaction(async (store) => {
      const fields = await queueFields(store, body, record.id)
      const queue: Queue = { ...record, members: [], wrapupCodeIds: [], ...fields }
      await store.records.add('queue', queue)
      return presentQueue(queue, store.organizationId)
    })
  },
})

export const putRoutingQueue = operation({
  id: 'putRoutingQueue',
  method: 'PUT',
  path: byId,
  summary: 'Replaces what a queue says about itself; its members and wrap-up codes stay.',
  scopes: ['routing'],
  permission: 'routing:queue:edit',
  input: { path: Type.Object({ queueId: Id }), body: QueueBody },
  reply: { status: 200, schema: QueueSchema },
  async handle({ path, body }, context) {
    return context.store.transaction(async (store) => {
      const { id, version, createdMs, modifiedMs, members, wrapupCodeIds } = await findRecord(
        store,
        'queue',
        path.queueId,
      )
      const fields = await queueFields(store, body, id)
      const kept = { id, version, createdMs, modifiedMs, members, wrapupCodeIds }
      const queue = changed<Queue>({ ...kept, ...fields }, {}, context)
      await store.records.save('queue', queue)
      return presentQueue(queue, store.organizationId)
    })
  },
})

export const deleteRoutingQueue = operation({
  id: 'deleteRoutingQueue',
  method: 'DELETE',
  path: byId,
  summary:
    'Deletes a queue in which nobody waits; forceDelete also takes it out of the recipients that lead to it.',
  scopes: ['routing'],
  permission: 'routing:queue:delete',
  input: {
    path: Type.Object({ queueId: Id }),
    query: Type.Object({ forceDelete: Type.Optional(Type.Boolean()) }),
  },
  reply: { status: 200 },
  async handle({ path: { queueId }, query }, context) {
    await context.store.transaction(async (store) => {
      await findRecord(store, 'queue', queueId)
      if ((await store.conversations.waiting(queueId, 1)).length > 0) {
        throw new AppError(
          'conflict',
          'Customers wait in this queue: answer or end their conversations first.',
        )
      }
      await releaseRecipients(store, { queueId, force: query.forceDelete === true }, context)
      await store.records.remove('queue', queueId)
    })
  },
})

async function releaseRecipients(
  store: Store,
  given: { readonly queueId: string; readonly force: boolean },
  context: Parameters<typeof changed>[2],
): Promise<void> {
  for (const recipient of await everything(store, 'recipient')) {
    if (recipient.queueId !== given.queueId) continue
    if (!given.force) {
      throw new AppError(
        'conflict',
        'Messages for {recipient} go to this queue: name another one there, or give forceDelete=true.',
        { params: { recipient: recipient.name } },
      )
    }
    const { queueId: _, ...released } = recipient
    await store.records.save('recipient', changed(released, {}, context))
  }
}
