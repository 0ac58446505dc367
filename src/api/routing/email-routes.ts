import Type, { type Static } from 'typebox'
import { isEmailAddress } from '../../domain/email.ts'
import { AppError } from '../../errors.ts'
import { checkDestination } from '../../messaging/destination.ts'
import type { EmailRoute } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'
import { everything, pageWithin } from '../everything.ts'
import { findRecord, notFound } from '../not-found.ts'
import { operation } from '../operation.ts'
import { changed, newRecord } from '../record-change.ts'
import { Id, Listing, listing, Paging, pageOf } from '../schema.ts'

const path = '/api/v2/routing/email/domains/{domainName}/routes'
const readScopes = ['routing', 'routing:readonly'] as const
const DomainName = Type.String({ minLength: 1, maxLength: 253 })
const DomainPath = Type.Object({ domainName: DomainName })
const RoutePath = Type.Object({ domainName: DomainName, routeId: Id })

const Route = Type.Object({
  id: Type.String(),
  name: Type.String(),
  pattern: Type.String(),
  fromName: Type.String(),
  fromEmail: Type.String(),
  queue: Type.Optional(Type.Object({ id: Type.String() })),
  flow: Type.Optional(Type.Object({ id: Type.String() })),
  selfUri: Type.String(),
})

const RouteBody = Type.Object({
  pattern: Type.String({ minLength: 1, maxLength: 64 }),
  fromName: Type.Optional(Type.String({ maxLength: 256 })),
  fromEmail: Type.Optional(Type.String({ maxLength: 320 })),
  queue: Type.Optional(Type.Object({ id: Id })),
  flow: Type.Optional(Type.Object({ id: Id })),
  priority: Type.Optional(Type.Integer()),
  skills: Type.Optional(Type.Array(Type.Object({ id: Id }), { maxItems: 100 })),
  language: Type.Optional(Type.Object({ id: Id })),
  autoBcc: Type.Optional(
    Type.Array(Type.Object({ email: Type.String(), name: Type.Optional(Type.String()) })),
  ),
})

export const getRoutingEmailDomainRoutes = operation({
  id: 'getRoutingEmailDomainRoutes',
  method: 'GET',
  path,
  summary: 'Lists the addresses of an e-mail domain, and where their mail goes.',
  scopes: readScopes,
  permission: 'routing:email:manage',
  input: {
    path: DomainPath,
    query: Type.Object({ ...Paging, pattern: Type.Optional(Type.String()) }),
  },
  reply: { status: 200, schema: Listing(Route) },
  async handle({ path: { domainName }, query: { pattern, ...paging } }, { store }) {
    const { id } = await findRecord(store, 'emailDomain', domainName.toLowerCase())
    const page = pageOf(paging)
    const routes = (await everything(store, 'emailRoute')).filter(
      (route) => route.domainId === id && (pattern === undefined || route.pattern === pattern),
    )
    const uri = `/api/v2/routing/email/domains/${id}/routes`
    return listing(pageWithin(routes, page), page, uri, presentRoute)
  },
})

export const getRoutingEmailDomainRoute = operation({
  id: 'getRoutingEmailDomainRoute',
  method: 'GET',
  path: `${path}/{routeId}`,
  summary: 'Reads one address of an e-mail domain.',
  scopes: readScopes,
  permission: 'routing:email:manage',
  input: { path: RoutePath },
  reply: { status: 200, schema: Route },
  async handle({ path }, { store }) {
    return presentRoute(await findRoute(store, path))
  },
})

export const postRoutingEmailDomainRoutes = operation({
  id: 'postRoutingEmailDomainRoutes',
  method: 'POST',
  path,
  summary: 'Adds an address to an e-mail domain; the pattern * stands for all that have none.',
  scopes: ['routing'],
  permission: 'routing:email:manage',
  input: { path: DomainPath, body: RouteBody },
  reply: { status: 200, schema: Route },
  async handle({ path: { domainName }, body }, context) {
    return context.store.transaction(async (store) => {
      const { id: domainId } = await findRecord(store, 'emailDomain', domainName.toLowerCase())
      const fields = await fieldsOf(store, { domainId, body })
      const route: EmailRoute = { ...newRecord(fields.pattern, context), ...fields }
      await store.records.add('emailRoute', route)
      return presentRoute(route)
    })
  },
})

export const putRoutingEmailDomainRoute = operation({
  id: 'putRoutingEmailDomainRoute',
  method: 'PUT',
  path: `${path}/{routeId}`,
  summary: 'Replaces an address of an e-mail domain.',
  scopes: ['routing'],
  permission: 'routing:email:manage',
  input: { path: RoutePath, body: RouteBody },
  reply: { status: 200, schema: Route },
  async handle({ path, body }, context) {
    return context.store.transaction(async (store) => {
      const before = await findRoute(store, path)
      const { domainId } = before
      const fields = await fieldsOf(store, { domainId, body, ownId: before.id })
      const { id, version, createdMs, modifiedMs } = before
      const base = { id, name: fields.pattern, version, createdMs, modifiedMs }
      const route = changed<EmailRoute>({ ...base, ...fields }, {}, context)
      await store.records.save('emailRoute', route)
      return presentRoute(route)
    })
  },
})

export const deleteRoutingEmailDomainRoute = operation({
  id: 'deleteRoutingEmailDomainRoute',
  method: 'DELETE',
  path: `${path}/{routeId}`,
  summary: 'Removes an address from an e-mail domain.',
  scopes: ['routing'],
  permission: 'routing:email:manage',
  input: { path: RoutePath },
  reply: { status: 204 },
  async handle({ path }, { store }) {
    const route = await findRoute(store, path)
    await store.records.remove('emailRoute', route.id)
  },
})

async function findRoute(store: Store, at: Static<typeof RoutePath>): Promise<EmailRoute> {
  const route = await store.records.get('emailRoute', at.routeId)
  if (route?.domainId === at.domainName.toLowerCase()) return route
  throw notFound('email route', at.routeId)
}

type RouteFields = Omit<EmailRoute, 'id' | 'name' | 'version' | 'createdMs' | 'modifiedMs'>

async function fieldsOf(
  store: Store,
  given: {
    readonly domainId: string
    readonly body: Static<typeof RouteBody>
    readonly ownId?: string
  },
): Promise<RouteFields> {
  const { domainId, body, ownId } = given
  const pattern = body.pattern.trim().toLowerCase()
  if (pattern !== '*' && !isEmailAddress(`${pattern}@${domainId}`)) {
    throw wrong('pattern', '{value} is no local part of an address.', pattern)
  }
  if (body.fromEmail !== undefined && !isEmailAddress(body.fromEmail)) {
    throw wrong('fromEmail', '{value} is no e-mail address.', body.fromEmail)
  }
  const queueId = body.queue?.id
  if (queueId !== undefined && (await store.records.get('queue', queueId)) === undefined) {
    throw wrong('queue.id', 'There is no queue {value}.', queueId)
  }
  if (queueId !== undefined && body.flow !== undefined)
    throw wrong('flow', 'Give queue or flow, not {value}.', 'both')
  const to = destinationOf(body)
  await checkDestination(store, to, destinationFields)
  const other = await store.records.byKey('emailRoute', `${pattern}@${domainId}`)
  if (other !== undefined && other.id !== ownId) {
    throw new AppError('conflict', 'There is a route for {pattern} in this domain already.', {
      params: { pattern },
      details: [{ errorCode: 'conflict', fieldName: 'pattern' }],
    })
  }
  return {
    domainId,
    pattern,
    ...to,
    fromName: body.fromName ?? '',
    ...(body.fromEmail === undefined ? {} : { fromEmail: body.fromEmail }),
    autoBcc: body.autoBcc ?? [],
  }
}

const destinationFields = { flow: 'flow.id', skills: 'skills', language: 'language.id' } as const

function destinationOf({ queue, flow, skills = [], language, priority }: Static<typeof RouteBody>) {
  return {
    ...(queue === undefined ? {} : { queueId: queue.id }),
    ...(flow === undefined ? {} : { flowId: flow.id }),
    ...(skills.length === 0 ? {} : { skillIds: skills.map(({ id }) => id) }),
    ...(language === undefined ? {} : { languageId: language.id }),
    ...(priority === undefined ? {} : { priority }),
  }
}

function wrong(fieldName: string, sentence: string, value: string): AppError {
  return new AppError('bad.request', sentence, {
    params: { value },
    details: [{ errorCode: 'bad.request', fieldName }],
  })
}

function presentRoute(route: EmailRoute) {
  const { queueId, flowId, skillIds = [], languageId, priority, domainId, pattern } = route
  return {
    id: route.id,
    name: pattern,
    pattern,
    ...(queueId === undefined
      ? {}
      : { queue: { id: queueId, selfUri: `/api/v2/routing/queues/${queueId}` } }),
    ...(flowId === undefined ? {} : { flow: { id: flowId, selfUri: `/api/v2/flows/${flowId}` } }),
    ...(priority === undefined ? {} : { priority }),
    ...(skillIds.length === 0 ? {} : { skills: skillIds.map((id) => ({ id })) }),
    ...(languageId === undefined ? {} : { language: { id: languageId } }),
    fromName: route.fromName,
    fromEmail: route.fromEmail ?? `${pattern}@${domainId}`,
    autoBcc: route.autoBcc,
    selfUri: `/api/v2/routing/email/domains/${domainId}/routes/${route.id}`,
  }
}
