import Type from 'typebox'
import { findRecord } from '../not-found.ts'
import { operation } from '../operation.ts'
import { changed } from '../record-change.ts'
import { Id } from '../schema.ts'
import { presentWrapupCode } from './present.ts'

const path = '/api/v2/routing/queues/{queueId}/wrapupcodes'

export const postRoutingQueueWrapupcodes = operation({
  id: 'postRoutingQueueWrapupcodes',
  method: 'POST',
  path,
  summary: 'Adds up to 100 wrap-up codes to those that a queue offers.',
  scopes: ['routing'],
  permission: 'routing:queue:edit',
  input: {
    path: Type.Object({ queueId: Id }),
    body: Type.Array(Type.Object({ id: Type.String() }), { minItems: 1, maxItems: 100 }),
  },
  reply: {
    status: 200,
    schema: Type.Array(Type.Object({ id: Type.String(), name: Type.String() })),
  },
  async handle({ path: { queueId }, body }, context) {
    return context.store.transaction(async (store) => {
      const queue = await findRecord(store, 'queue', queueId)
      const codes = []
      for (const { id } of body) codes.push(await findRecord(store, 'wrapupCode', id))
      const wrapupCodeIds = [...new Set([...queue.wrapupCodeIds, ...codes.map(({ id }) => id)])]
      await store.records.save('queue', changed(queue, { wrapupCodeIds }, context))
      return codes.map((code) => presentWrapupCode(code, store.organizationId))
    })
  },
})

export const deleteRoutingQueueWrapupcode = operation({
  id: 'deleteRoutingQueueWrapupcode',
  method: 'DELETE',
  path: `${path}/{codeId}`,
  summary: 'Takes a wrap-up code out of those that a queue offers.',
  scopes: ['routing'],
  permission: 'routing:queue:edit',
  input: { path: Type.Object({ queueId: Id, codeId: Id }) },
  reply: { status: 204 },
  async handle({ path: { queueId, codeId } }, context) {
    await context.store.transaction(async (store) => {
      const queue = await findRecord(store, 'queue', queueId)
      await findRecord(store, 'wrapupCode', codeId)
      const wrapupCodeIds = queue.wrapupCodeIds.filter((id) => id !== codeId)
      await store.records.save('queue', changed(queue, { wrapupCodeIds }, context))
    })
  },
})
