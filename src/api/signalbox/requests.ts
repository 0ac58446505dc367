import Type from 'typebox'
import { AppError } from '../../errors.ts'
import type { LoggedRequest } from '../../request-log.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { optional, presentExchange } from './present.ts'

const RequestSchema = Type.Object({
  id: Type.String(),
  sequence: Type.Integer(),
  direction: Type.Enum(['in', 'out']),
  dateStarted: Type.String(),
  method: Type.String(),
  url: Type.String(),
})

const path = '/api/signalbox/requests'
const limitDefault = 200
/** Pause between two looks while a caller waits for news. */
const lookMs = 100

export const signalboxListRequests = operation({
  id: 'signalboxListRequests',
  method: 'GET',
  path,
  summary:
    'Lists the last requests of this node, to the APIs and webhooks and out to providers, oldest first, secrets masked; with waitMs it waits for the first. Kept in memory, the last 1000.',
  permission: 'signalbox:exchanges:view',
  input: {
    query: Type.Object({
      after: Type.Optional(Type.Integer({ minimum: 0 })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
      waitMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 20_000 })),
      direction: Type.Optional(Type.Enum(['in', 'out'])),
      status: Type.Optional(Type.String({ pattern: '^[1-5](xx|[0-9]{2})$' })),
      text: Type.Optional(Type.String({ maxLength: 200 })),
    }),
  },
  reply: {
    status: 200,
    schema: Type.Object({ entities: Type.Array(RequestSchema), last: Type.Integer() }),
  },
  async handle({ query }, { store, outside, requests }) {
    const { limit = limitDefault, after = 0, waitMs = 0, ...filter } = query
    const endMs = outside.clock.now() + waitMs
    const look = () => {
      const found = requests.after(store.organizationId, after)
      return { ...found, requests: found.requests.filter((one) => fits(one, filter)) }
    }
    let found = look()
    while (found.requests.length === 0 && outside.clock.now() < endMs) {
      await new Promise<void>((resolve) => outside.clock.after(lookMs, resolve))
      found = look()
    }
    return { entities: found.requests.slice(-limit).map(presentRequest), last: found.last }
  },
})

export const signalboxGetRequest = operation({
  id: 'signalboxGetRequest',
  method: 'GET',
  path: `${path}/{id}`,
  summary: 'Reads one request of the live log, by the correlation id of its reply; secrets masked.',
  permission: 'signalbox:exchanges:view',
  input: { path: Type.Object({ id: Id }) },
  reply: { status: 200, schema: RequestSchema },
  async handle({ path: { id } }, { store, requests }) {
    const request = requests.get(store.organizationId, id)
    if (request !== undefined) return presentRequest(request)
    throw new AppError('not.found', 'There is no request {id}, or it is not kept any more.', {
      params: { id },
    })
  },
})

interface Filter {
  readonly direction?: string
  readonly status?: string
  readonly text?: string
}

function fits(request: LoggedRequest, { direction, status, text }: Filter): boolean {
  if (direction !== undefined && request.direction !== direction) return false
  if (status !== undefined && !String(request.status ?? '').startsWith(status.replace('xx', '')))
    return false
  if (text === undefined) return true
  const wanted = text.toLowerCase()
  const { url, requestBody, responseBody = '', id, accountId = '' } = request
  return [url, requestBody, responseBody, id, accountId].some((one) =>
    one.toLowerCase().includes(wanted),
  )
}

function presentRequest(request: LoggedRequest) {
  return {
    ...presentExchange(request),
    sequence: request.sequence,
    direction: request.direction,
    ...optional('accountId', request.accountId),
    ...optional('clientId', request.clientId),
    ...optional('userId', request.userId),
  }
}
