import Type from 'typebox'
import { everything, pageWithin } from '../everything.ts'
import { operation } from '../operation.ts'
import { EntityRef, Listing, listing, Paging, pageOf } from '../schema.ts'
import { presentQueue, presentWrapupCode } from './present.ts'

const NamedPaging = Type.Object({
  ...Paging,
  name: Type.Optional(Type.String()),
  id: Type.Optional(Type.Array(Type.String())),
})
const scopes = ['routing', 'routing:readonly'] as const
const queuesPath = '/api/v2/routing/queues/divisionviews'
const codesPath = '/api/v2/routing/wrapupcodes/divisionviews'

/** There is one division, so this is the plain list, for callers who need not be allowed to read queues whole. */
export const getRoutingQueuesDivisionviews = operation({
  id: 'getRoutingQueuesDivisionviews',
  method: 'GET',
  path: queuesPath,
  summary: 'Lists the queues by name, as whoever transfers to them needs it.',
  scopes,
  permission: 'routing:queue:search',
  input: { query: NamedPaging },
  reply: { status: 200, schema: Listing(EntityRef) },
  examples: [{ title: 'Queues to transfer to', input: {} }],
  async handle({ query: { name, id: ids, ...paging } }, { store }) {
    const page = pageOf(paging)
    const found = await store.records.list('queue', page, filterOf(name, ids))
    return listing(found, page, queuesPath, (queue) => presentQueue(queue, store.organizationId))
  },
})

export const getRoutingQueuesDivisionviewsAll = operation({
  id: 'getRoutingQueuesDivisionviewsAll',
  method: 'GET',
  path: `${queuesPath}/all`,
  summary: 'Lists all queues, as whoever transfers to them needs it.',
  scopes,
  permission: 'routing:queue:search',
  input: { query: Type.Object(Paging) },
  reply: { status: 200, schema: Listing(EntityRef) },
  examples: [{ title: 'All queues', input: {} }],
  async handle({ query }, { store }) {
    const page = pageOf(query)
    const found = await store.records.list('queue', page)
    return listing(found, page, `${queuesPath}/all`, (queue) =>
      presentQueue(queue, store.organizationId),
    )
  },
})

export const getRoutingWrapupcodesDivisionviews = operation({
  id: 'getRoutingWrapupcodesDivisionviews',
  method: 'GET',
  path: codesPath,
  summary: 'Lists the wrap-up codes by name, as agents need them.',
  scopes,
  permission: 'routing:wrapupCode:search',
  input: { query: NamedPaging },
  reply: { status: 200, schema: Listing(EntityRef) },
  examples: [{ title: 'All codes', input: {} }],
  async handle({ query: { name, id: ids, ...paging } }, { store }) {
    const page = pageOf(paging)
    const found = await store.records.list('wrapupCode', page, filterOf(name, ids))
    return listing(found, page, codesPath, (code) => presentWrapupCode(code, store.organizationId))
  },
})

export const getRoutingQueuesMe = operation({
  id: 'getRoutingQueuesMe',
  method: 'GET',
  path: '/api/v2/routing/queues/me',
  summary: 'Lists the queues that the caller is a member of.',
  scopes,
  caller: 'user',
  input: { query: Type.Object({ ...Paging, joined: Type.Optional(Type.Boolean()) }) },
  reply: {
    status: 200,
    schema: Listing(Type.Intersect([EntityRef, Type.Object({ joined: Type.Boolean() })])),
  },
  examples: [{ title: 'My queues', input: {} }],
  async handle({ query: { joined, ...paging } }, { store, principal }) {
    const mine = (await everything(store, 'queue')).flatMap((queue) => {
      const member = queue.members.find(({ userId }) => userId === principal.userId)
      if (member === undefined || (joined !== undefined && member.joined !== joined)) return []
      return [{ ...presentQueue(queue, store.organizationId), joined: member.joined }]
    })
    const page = pageOf(paging)
    return listing(pageWithin(mine, page), page, '/api/v2/routing/queues/me', (queue) => queue)
  },
})

function filterOf(name: string | undefined, ids: readonly string[] | undefined) {
  return {
    ...(name === undefined ? {} : { name }),
    ...(ids === undefined ? {} : { ids }),
  }
}
