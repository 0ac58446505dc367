import Type from 'typebox'
import { everything, pageWithin } from '../everything.ts'
import { findRecord } from '../not-found.ts'
import { operation } from '../operation.ts'
import { presentQueue } from '../routing/present.ts'
import { EntityRef, Id, Listing, listing, Paging, pageOf } from '../schema.ts'

export const getUserQueues = operation({
  id: 'getUserQueues',
  method: 'GET',
  path: '/api/v2/users/{userId}/queues',
  summary: 'Lists the queues that a user is a member of.',
  scopes: ['users', 'users:readonly', 'routing', 'routing:readonly'],
  input: {
    path: Type.Object({ userId: Id }),
    query: Type.Object({ ...Paging, joined: Type.Optional(Type.Boolean()) }),
  },
  reply: {
    status: 200,
    schema: Listing(Type.Intersect([EntityRef, Type.Object({ joined: Type.Boolean() })])),
  },
  async handle({ path: { userId }, query }, { store }) {
    await findRecord(store, 'user', userId)
    const memberships = (await everything(store, 'queue')).flatMap((queue) => {
      const member = queue.members.find((one) => one.userId === userId)
      const wanted = query.joined === undefined || member?.joined === query.joined
      return member === undefined || !wanted ? [] : [{ queue, joined: member.joined }]
    })
    const request = pageOf(query)
    return listing(
      pageWithin(memberships, request),
      request,
      `/api/v2/users/${userId}/queues`,
      ({ queue, joined }) => ({ ...presentQueue(queue, store.organizationId), joined }),
    )
  },
})
