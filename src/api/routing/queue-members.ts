import Type from 'typebox'
import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'
import { assignQueue } from '../../messaging/assign.ts'
import type { Queue, QueueMember, User } from '../../store/records.ts'
import type { AgentState, Store } from '../../store/store.ts'
import { pageWithin } from '../everything.ts'
import { findRecord, notFound } from '../not-found.ts'
import { operation } from '../operation.ts'
import { changed } from '../record-change.ts'
import { Id, Listing, listing, Paging, pageOf } from '../schema.ts'
import { presentMember } from './present.ts'

const path = '/api/v2/routing/queues/{queueId}/members'
const byId = `${path}/{memberId}`
const managing = {
  scopes: ['routing'],
  permission: { any: ['routing:queue:edit', 'routing:queueMember:manage'] },
}

const Member = Type.Object({ id: Type.String(), name: Type.String(), joined: Type.Boolean() })

export const getRoutingQueueMembers = operation({
  id: 'getRoutingQueueMembers',
  method: 'GET',
  path,
  summary: 'Lists the members of a queue by name, with their routing status on request.',
  scopes: ['routing', 'routing:readonly'],
  permission: { any: ['routing:queue:view', 'routing:queue:edit', 'routing:queueMember:manage'] },
  input: {
    path: Type.Object({ queueId: Id }),
    query: Type.Object({
      ...Paging,
      joined: Type.Optional(Type.Boolean()),
      name: Type.Optional(Type.String()),
      expand: Type.Optional(Type.Array(Type.String())),
    }),
  },
  reply: { status: 200, schema: Listing(Member) },
  async handle({ path: { queueId }, query }, { store }) {
    const { members } = await findRecord(store, 'queue', queueId)
    const known = await knownMembers(store, members, query.expand?.includes('routingStatus'))
    const wanted = known.filter(
      ({ member, user }) =>
        (query.joined === undefined || member.joined === query.joined) &&
        (user?.name ?? '').toLowerCase().includes(query.name?.toLowerCase() ?? ''),
    )
    const page = pageOf(query)
    const uri = `/api/v2/routing/queues/${queueId}/members`
    return listing(pageWithin(wanted, page), page, uri, ({ member, ...about }) =>
      presentMember(queueId, member, about),
    )
  },
})

/** The vendor's bulk call: up to 100 at once, and with `delete=true` they leave instead. */
export const postRoutingQueueMembers = operation({
  ...managing,
  id: 'postRoutingQueueMembers',
  method: 'POST',
  path,
  summary: 'Adds up to 100 users to a queue, joined, or with delete=true takes them out.',
  input: {
    path: Type.Object({ queueId: Id }),
    query: Type.Object({ delete: Type.Optional(Type.Boolean()) }),
    body: Type.Array(Type.Object({ id: Type.String() }), { minItems: 1, maxItems: 100 }),
  },
  reply: { status: 200 },
  async handle({ path, query, body }, context) {
    const ids = [...new Set(body.map(({ id }) => id))]
    await changeMembers(context, path.queueId, async (store, members) => {
      const others = members.filter(({ userId }) => !ids.includes(userId))
      if (query.delete === true) return others
      for (const id of ids) await requireUser(store, id)
      return [...others, ...ids.map((userId) => ({ userId, joined: true }))]
    })
  },
})

export const patchRoutingQueueMembers = operation({
  ...managing,
  id: 'patchRoutingQueueMembers',
  method: 'PATCH',
  path,
  summary: 'Joins or unjoins up to 100 members of a queue.',
  input: {
    path: Type.Object({ queueId: Id }),
    body: Type.Array(Type.Object({ id: Type.String(), joined: Type.Boolean() }), {
      minItems: 1,
      maxItems: 100,
    }),
  },
  reply: { status: 200, schema: Listing(Member) },
  async handle({ path: { queueId }, body }, context) {
    const queue = await changeMembers(context, queueId, async (_store, members) =>
      body.reduce((all, { id, joined }) => withJoined(all, id, joined), members),
    )
    const ids = body.map(({ id }) => id)
    const touched = queue.members.filter(({ userId }) => ids.includes(userId))
    const known = await knownMembers(context.store, touched, false)
    const page = { size: 100, number: 1 }
    const uri = `/api/v2/routing/queues/${queueId}/members`
    return listing(pageWithin(known, page), page, uri, ({ member, ...about }) =>
      presentMember(queueId, member, about),
    )
  },
})

export const patchRoutingQueueMember = operation({
  ...managing,
  id: 'patchRoutingQueueMember',
  method: 'PATCH',
  path: byId,
  summary: 'Joins or unjoins one member of a queue.',
  input: {
    path: Type.Object({ queueId: Id, memberId: Id }),
    body: Type.Object({ joined: Type.Boolean() }),
  },
  reply: { status: 202 },
  async handle({ path, body }, context) {
    await changeMembers(context, path.queueId, async (_store, members) =>
      withJoined(members, path.memberId, body.joined),
    )
  },
})

export const deleteRoutingQueueMember = operation({
  ...managing,
  id: 'deleteRoutingQueueMember',
  method: 'DELETE',
  path: byId,
  summary: 'Takes one member out of a queue.',
  input: { path: Type.Object({ queueId: Id, memberId: Id }) },
  reply: { status: 204 },
  async handle({ path: { queueId, memberId } }, context) {
    await changeMembers(context, queueId, async (_store, members) => {
      if (members.some(({ userId }) => userId === memberId)) {
        return members.filter(({ userId }) => userId !== memberId)
      }
      throw notFound('queue member', memberId)
    })
  },
})

/** Saves the members that `change` makes of those there were, and assigns waiting work to who has joined. */
async function changeMembers(
  context: Context,
  queueId: string,
  change: (store: Store, members: readonly QueueMember[]) => Promise<readonly QueueMember[]>,
): Promise<Queue> {
  return context.store.transaction(async (store) => {
    const before = await findRecord(store, 'queue', queueId)
    const members = await change(store, before.members)
    const queue = changed(before, { members }, context)
    await store.records.save('queue', queue)
    await assignQueue(store, queueId, context.messaging)
    return queue
  })
}

function withJoined(
  members: readonly QueueMember[],
  id: string,
  joined: boolean,
): readonly QueueMember[] {
  if (!members.some(({ userId }) => userId === id)) throw notFound('queue member', id)
  return members.map((member) => (member.userId === id ? { ...member, joined } : member))
}

async function requireUser(store: Store, id: string): Promise<void> {
  const user = await store.records.get('user', id)
  if (user?.state === 'active') return
  throw new AppError('bad.request', 'There is no active user with the id {id}.', {
    params: { id },
    details: [{ errorCode: 'bad.request', fieldName: 'id', entityId: id, entityName: 'user' }],
  })
}

interface KnownMember {
  readonly member: QueueMember
  readonly user: User | undefined
  readonly agent: AgentState | undefined
}

/** The members with their users, by name, and with where they stand if that is wanted. */
async function knownMembers(
  store: Store,
  members: readonly QueueMember[],
  withStatus = false,
): Promise<readonly KnownMember[]> {
  const ids = members.map(({ userId }) => userId)
  const agents = withStatus ? await store.agents.many(ids) : []
  const known = await Promise.all(
    members.map(async (member) => ({
      member,
      user: await store.records.get('user', member.userId),
      agent: agents.find(({ userId }) => userId === member.userId),
    })),
  )
  return known.toSorted((a, b) => (a.user?.name ?? '').localeCompare(b.user?.name ?? ''))
}
