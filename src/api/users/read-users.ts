import Type from 'typebox'
import { everything, pageWithin } from '../everything.ts'
import { findRecord } from '../not-found.ts'
import { operation } from '../operation.ts'
import { Id, Listing, listing, Paging, pageOf } from '../schema.ts'
import { presentExpanded } from './present.ts'
import { Expand, UserSchema } from './schema.ts'

/** A client-credentials token has no user: the vendor answers 400 there, and so does this. */
export const getUsersMe = operation({
  id: 'getUsersMe',
  method: 'GET',
  path: '/api/v2/users/me',
  summary: 'Reads the user who is logged in.',
  scopes: ['user-basic-info', 'users', 'users:readonly'],
  caller: 'user',
  input: { query: Type.Object({ expand: Expand }) },
  reply: { status: 200, schema: UserSchema },
  examples: [
    { title: 'Me and whether I take work', input: { query: { expand: 'routingStatus' } } },
  ],
  async handle({ query }, { store, principal }) {
    const user = await findRecord(store, 'user', principal.userId ?? '')
    return presentExpanded(store, user, query.expand)
  },
})

export const getUser = operation({
  id: 'getUser',
  method: 'GET',
  path: '/api/v2/users/{userId}',
  summary: 'Reads one user.',
  scopes: ['users', 'users:readonly'],
  input: { path: Type.Object({ userId: Id }), query: Type.Object({ expand: Expand }) },
  reply: { status: 200, schema: UserSchema },
  async handle({ path, query }, { store }) {
    return presentExpanded(store, await findRecord(store, 'user', path.userId), query.expand)
  },
})

export const getUsers = operation({
  id: 'getUsers',
  method: 'GET',
  path: '/api/v2/users',
  summary: 'Lists users, active ones unless a state is given.',
  scopes: ['users', 'users:readonly'],
  input: {
    query: Type.Object({
      ...Paging,
      id: Type.Optional(Type.Array(Type.String())),
      state: Type.Optional(Type.Enum(['active', 'inactive', 'deleted', 'any'])),
      sortOrder: Type.Optional(Type.Enum(['ASC', 'DESC', 'asc', 'desc'])),
      expand: Expand,
    }),
  },
  reply: { status: 200, schema: Listing(UserSchema) },
  examples: [{ title: 'The active users by name', input: { query: { sortOrder: 'asc' } } }],
  async handle({ query }, { store }) {
    const filter = query.id === undefined ? {} : { ids: query.id }
    const state = query.state ?? 'active'
    const users = (await everything(store, 'user', filter)).filter(
      (user) => state === 'any' || user.state === state,
    )
    const ordered = query.sortOrder?.toLowerCase() === 'desc' ? users.toReversed() : users
    const request = pageOf(query)
    const { entities, total } = pageWithin(ordered, request)
    const presented = await Promise.all(
      entities.map((user) => presentExpanded(store, user, query.expand)),
    )
    return listing({ entities: presented, total }, request, '/api/v2/users', (user) => user)
  },
})
