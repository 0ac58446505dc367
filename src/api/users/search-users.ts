import Type, { type Static } from 'typebox'
import { Parse } from 'typebox/value'
import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'
import type { User } from '../../store/records.ts'
import { everything, pageWithin } from '../everything.ts'
import { operation } from '../operation.ts'
import { presentExpanded } from './present.ts'
import { Expand, UserSchema } from './schema.ts'

const path = '/api/v2/users/search'

const Criterion = Type.Object({
  type: Type.Optional(Type.String({ maxLength: 40 })),
  fields: Type.Optional(Type.Array(Type.String({ maxLength: 100 }), { maxItems: 20 })),
  value: Type.Optional(Type.String({ maxLength: 500 })),
  values: Type.Optional(Type.Array(Type.String({ maxLength: 500 }), { maxItems: 100 })),
  operator: Type.Optional(Type.Enum(['AND', 'OR', 'NOT'])),
})

const SearchBody = Type.Object({
  pageSize: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
  pageNumber: Type.Optional(Type.Integer({ minimum: 1 })),
  sortBy: Type.Optional(Type.String()),
  sortOrder: Type.Optional(Type.Enum(['ASC', 'DESC', 'SCORE'])),
  expand: Expand,
  query: Type.Optional(Type.Array(Criterion, { maxItems: 50 })),
})
type Search = Static<typeof SearchBody>

const SearchReply = Type.Object({
  total: Type.Integer(),
  pageCount: Type.Integer(),
  pageSize: Type.Integer(),
  pageNumber: Type.Integer(),
  types: Type.Array(Type.String()),
  results: Type.Array(UserSchema),
})

export const postUsersSearch = operation({
  id: 'postUsersSearch',
  method: 'POST',
  path,
  summary: 'Searches users by their texts: name, email, title, department, state, id.',
  scopes: ['users', 'users:readonly'],
  input: { body: SearchBody },
  reply: { status: 200, schema: SearchReply },
  examples: [
    {
      title: 'Names that begin with A',
      input: { body: { query: [{ type: 'STARTS_WITH', fields: ['name'], value: 'a' }] } },
    },
  ],
  handle: ({ body }, context) => search(body, context),
})

export const getUsersSearch = operation({
  id: 'getUsersSearch',
  method: 'GET',
  path,
  summary: 'Searches users by a search request in base64, as an earlier answer gave it.',
  scopes: ['users', 'users:readonly'],
  input: { query: Type.Object({ q64: Type.String({ minLength: 1, maxLength: 20_000 }) }) },
  reply: { status: 200, schema: SearchReply },
  examples: [{ title: 'Everybody', input: { query: { q64: 'e30=' } } }],
  handle: ({ query: { q64 } }, context) => search(decoded(q64), context),
})

async function search(asked: Search, { store }: Context) {
  const criteria = asked.query ?? []
  const found = (await everything(store, 'user')).filter(
    (user) => fits(user, criteria) && (asksState(criteria) || user.state === 'active'),
  )
  const sorted = asked.sortOrder === 'DESC' ? found.toReversed() : found
  const page = { size: asked.pageSize ?? 25, number: asked.pageNumber ?? 1 }
  const { entities, total } = pageWithin(sorted, page)
  const pageCount = Math.ceil(total / page.size)
  const at = (pageNumber: number) => ({ ...asked, pageNumber })
  return {
    total,
    pageCount,
    pageSize: page.size,
    pageNumber: page.number,
    ...(page.number > 1 ? { previousPage: encoded(at(page.number - 1)) } : {}),
    currentPage: encoded(at(page.number)),
    ...(page.number < pageCount ? { nextPage: encoded(at(page.number + 1)) } : {}),
    types: ['users'],
    results: await Promise.all(entities.map((user) => presentExpanded(store, user, asked.expand))),
  }
}

/** All criteria that are not joined by OR must hold, and of those that are, one. */
function fits(user: User, criteria: readonly Static<typeof Criterion>[]): boolean {
  const either = criteria.filter(({ operator }) => operator === 'OR')
  const all = criteria.filter(({ operator }) => operator !== 'OR')
  return (
    all.every((one) => meets(user, one) !== (one.operator === 'NOT')) &&
    (either.length === 0 || either.some((one) => meets(user, one)))
  )
}

function meets(user: User, { type = 'EXACT', fields, value, values }: Static<typeof Criterion>) {
  const wanted = (values ?? (value === undefined ? [] : [value])).map((one) => one.toLowerCase())
  const texts = (fields ?? ['name', 'email']).flatMap((field) => textsOf(user, field))
  const compare = comparisons[type]
  if (compare === undefined) {
    throw new AppError('invalid.value', 'Users cannot be searched by {type}: use one of {types}.', {
      params: { type, types: Object.keys(comparisons).join(', ') },
      details: [{ errorCode: 'invalid.value', fieldName: 'query.type' }],
    })
  }
  return wanted.length === 0
    ? type === 'MATCH_ALL' || (type === 'REQUIRED_FIELDS' && texts.length > 0)
    : texts.some((text) => wanted.some((one) => compare(text, one)))
}

const hasWord = (text: string, wanted: string) => text.split(/[\s@.]+/).includes(wanted)

const comparisons: Readonly<Record<string, (text: string, wanted: string) => boolean>> = {
  EXACT: (text, wanted) => text === wanted,
  CONTAINS: (text, wanted) => text.includes(wanted),
  STARTS_WITH: (text, wanted) =>
    text.split(/\s+/).some((word) => word.startsWith(wanted)) || text.startsWith(wanted),
  ENDS_WITH: (text, wanted) => text.endsWith(wanted),
  TERM: hasWord,
  TERMS: hasWord,
  QUERY_STRING: (text, wanted) => text.includes(wanted.replaceAll('*', '')),
  SIMPLE: (text, wanted) => text.includes(wanted),
  MATCH_ALL: () => true,
  REQUIRED_FIELDS: () => true,
}

/** The texts of a field by the vendor's name; none for fields that users have not here. */
function textsOf(user: User, field: string): readonly string[] {
  const texts: Readonly<Record<string, string | undefined>> = {
    id: user.id,
    guid: user.id,
    name: user.name,
    email: user.email,
    username: user.email,
    title: user.title,
    department: user.department,
    state: user.state,
  }
  const text = texts[field]
  return text === undefined ? [] : [text.toLowerCase()]
}

function asksState(criteria: readonly Static<typeof Criterion>[]): boolean {
  return criteria.some(({ fields }) => fields?.includes('state') === true)
}

function encoded(asked: Search): string {
  return Buffer.from(JSON.stringify(asked)).toString('base64')
}

function decoded(q64: string): Search {
  try {
    return Parse(SearchBody, JSON.parse(Buffer.from(q64, 'base64').toString('utf8')))
  } catch (cause) {
    throw new AppError('bad.request', 'q64 is no search request in base64.', {
      cause,
      details: [{ errorCode: 'bad.request', fieldName: 'q64' }],
    })
  }
}
