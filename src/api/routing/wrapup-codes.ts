import Type from 'typebox'
import type { WrapupCode } from '../../store/records.ts'
import { everything, pageWithin } from '../everything.ts'
import { findRecord } from '../not-found.ts'
import { operation } from '../operation.ts'
import { changed, newRecord } from '../record-change.ts'
import { Id, Listing, listing, Paging, pageOf } from '../schema.ts'
import { presentWrapupCode } from './present.ts'
import { requiredName } from './queue-body.ts'

const path = '/api/v2/routing/wrapupcodes'
const byId = `${path}/{codeId}`
const readScopes = ['routing', 'routing:readonly'] as const

const Code = Type.Object({ id: Type.String(), name: Type.String(), selfUri: Type.String() })
const CodeBody = Type.Object({
  name: Type.Optional(Type.String({ maxLength: 256 })),
  description: Type.Optional(Type.String({ maxLength: 1024 })),
})

export const getRoutingWrapupcodes = operation({
  id: 'getRoutingWrapupcodes',
  method: 'GET',
  path,
  summary: 'Lists the wrap-up codes by name.',
  scopes: readScopes,
  permission: 'routing:wrapupCode:view',
  input: { query: Type.Object({ ...Paging, name: Type.Optional(Type.String()) }) },
  reply: { status: 200, schema: Listing(Code) },
  examples: [{ title: 'All wrap-up codes', input: { query: { pageSize: '100' } } }],
  async handle({ query: { name, ...paging } }, { store }) {
    const page = pageOf(paging)
    const found = await store.records.list('wrapupCode', page, name === undefined ? {} : { name })
    return listing(found, page, path, (code) => presentWrapupCode(code, store.organizationId))
  },
})

export const getRoutingWrapupcode = operation({
  id: 'getRoutingWrapupcode',
  method: 'GET',
  path: byId,
  summary: 'Reads one wrap-up code.',
  scopes: readScopes,
  permission: 'routing:wrapupCode:view',
  input: { path: Type.Object({ codeId: Id }) },
  reply: { status: 200, schema: Code },
  async handle({ path }, { store }) {
    return presentWrapupCode(
      await findRecord(store, 'wrapupCode', path.codeId),
      store.organizationId,
    )
  },
})

export const postRoutingWrapupcodes = operation({
  id: 'postRoutingWrapupcodes',
  method: 'POST',
  path,
  summary: 'Creates a wrap-up code.',
  scopes: ['routing'],
  permission: 'routing:wrapupCode:add',
  input: { body: CodeBody },
  reply: { status: 200, schema: Code },
  examples: [{ title: 'A code for what was sold', input: { body: { name: 'Sale' } } }],
  async handle({ body: { name, description } }, context) {
    const code: WrapupCode = {
      ...newRecord(requiredName(name), context),
      ...(description === undefined ? {} : { description }),
    }
    await context.store.records.add('wrapupCode', code)
    return presentWrapupCode(code, context.store.organizationId)
  },
})

export const putRoutingWrapupcode = operation({
  id: 'putRoutingWrapupcode',
  method: 'PUT',
  path: byId,
  summary: 'Replaces the name and description of a wrap-up code.',
  scopes: ['routing'],
  permission: 'routing:wrapupCode:edit',
  input: { path: Type.Object({ codeId: Id }), body: CodeBody },
  reply: { status: 200, schema: Code },
  async handle({ path, body: { name, description } }, context) {
    return context.store.transaction(async (store) => {
      const { description: _, ...before } = await findRecord(store, 'wrapupCode', path.codeId)
      const after = {
        name: requiredName(name),
        ...(description === undefined ? {} : { description }),
      }
      const code = changed<WrapupCode>(before, after, context)
      await store.records.save('wrapupCode', code)
      return presentWrapupCode(code, store.organizationId)
    })
  },
})

/** What conversations were wrapped up with before stays written there. */
export const deleteRoutingWrapupcode = operation({
  id: 'deleteRoutingWrapupcode',
  method: 'DELETE',
  path: byId,
  summary: 'Deletes a wrap-up code and takes it out of the queues that offer it.',
  scopes: ['routing'],
  permission: 'routing:wrapupCode:delete',
  input: { path: Type.Object({ codeId: Id }) },
  reply: { status: 204 },
  async handle({ path: { codeId } }, context) {
    await context.store.transaction(async (store) => {
      await findRecord(store, 'wrapupCode', codeId)
      for (const queue of await everything(store, 'queue')) {
        if (!queue.wrapupCodeIds.includes(codeId)) continue
        const wrapupCodeIds = queue.wrapupCodeIds.filter((id) => id !== codeId)
        await store.records.save('queue', changed(queue, { wrapupCodeIds }, context))
      }
      await store.records.remove('wrapupCode', codeId)
    })
  },
})

export const getRoutingQueueWrapupcodes = operation({
  id: 'getRoutingQueueWrapupcodes',
  method: 'GET',
  path: '/api/v2/routing/queues/{queueId}/wrapupcodes',
  summary: 'Lists the wrap-up codes that a queue offers.',
  scopes: readScopes,
  permission: { any: ['routing:queue:view', 'routing:queue:edit'] },
  input: { path: Type.Object({ queueId: Id }), query: Type.Object(Paging) },
  reply: { status: 200, schema: Listing(Code) },
  async handle({ path: { queueId }, query }, { store }) {
    const { wrapupCodeIds: ids } = await findRecord(store, 'queue', queueId)
    const page = pageOf(query)
    const codes = ids.length === 0 ? [] : await everything(store, 'wrapupCode', { ids })
    const uri = `/api/v2/routing/queues/${queueId}/wrapupcodes`
    return listing(pageWithin(codes, page), page, uri, (code) =>
      presentWrapupCode(code, store.organizationId),
    )
  },
})
