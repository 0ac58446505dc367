import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { call } from '../api/call.ts'
import type { AnyOperation } from '../api/operation.ts'
import { WrittenBody } from '../api/written-body.ts'
import { WrittenReply } from '../api/written-reply.ts'
import type { Context } from '../context.ts'
import { jsonBody } from './server.ts'

/** Makes the context of one request: finds out who is calling, or throws. At once, where the caller is known. */
export type ContextOf = (request: FastifyRequest) => Context | Promise<Context>

/** The parts of a request that operations read, as the router gives them. */
interface Parts {
  readonly Params: Readonly<Record<string, string>>
  readonly Querystring: Readonly<Record<string, unknown>>
}

/** Serves each operation at its own method and path. */
export function addOperations(
  app: FastifyInstance,
  operations: readonly AnyOperation[],
  contextOf: ContextOf,
): void {
  for (const operation of operations) {
    app.route<Parts>({
      method: operation.method,
      url: operation.path.replace(/\{(\w+)\}/g, ':$1'),
      exposeHeadRoute: false,
      async handler(request, reply) {
        const context = await contextOf(request)
        const { params: path, query } = request
        const input = { path, query, body: bodyOf(operation, request) }
        const result = await call(operation, input, context)
        return answer(reply.status(operation.reply.status), result)
      },
    })
  }
}

/** What the route returns, and so sends. A reply that has no body is sent here: to return nothing means something else. */
function answer(reply: FastifyReply, result: unknown): string | FastifyReply {
  if (result === undefined) return reply.send()
  if (result instanceof WrittenReply) {
    if (result.status !== undefined) reply.status(result.status)
    reply.type(result.type)
    return result.text
  }
  reply.type('application/json; charset=utf-8')
  return JSON.stringify(result)
}

function bodyOf(operation: AnyOperation, request: Pick<FastifyRequest, 'rawBody'>): unknown {
  if (operation.input?.body === undefined) return undefined
  if (operation.exactBody !== true) return jsonBody(request)
  return request.rawBody.length === 0
    ? undefined
    : new WrittenBody(request.rawBody.toString('utf8'))
}
