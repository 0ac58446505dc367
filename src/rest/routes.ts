import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { call } from '../api/call.ts'
import type { AnyOperation } from '../api/operation.ts'
import { WrittenBody } from '../api/written-body.ts'
import { WrittenReply } from '../api/written-reply.ts'
import type { Context } from '../context.ts'
import { jsonBody } from './server.ts'

/** Makes the context of one request: finds out who is calling, or throws. */
export type ContextOf = (request: FastifyRequest) => Promise<Context>

/** Serves each operation at its own method and path. */
export function addOperations(
  app: FastifyInstance,
  operations: readonly AnyOperation[],
  contextOf: ContextOf,
): void {
  for (const operation of operations) {
    app.route({
      method: operation.method,
      url: operation.path.replace(/\{(\w+)\}/g, ':$1'),
      exposeHeadRoute: false,
      handler: (request, reply) => serve(operation, { request, reply, contextOf }),
    })
  }
}

async function serve(
  operation: AnyOperation,
  given: {
    readonly request: FastifyRequest
    readonly reply: FastifyReply
    readonly contextOf: ContextOf
  },
): Promise<FastifyReply> {
  const { request, reply } = given
  const context = await given.contextOf(request)
  const result = await call(
    operation,
    {
      path: asRecord(request.params),
      query: asRecord(request.query),
      body: bodyOf(operation, request),
    },
    context,
  )
  reply.status(operation.reply.status)
  if (result === undefined) return reply.send()
  if (result instanceof WrittenReply) {
    if (result.status !== undefined) reply.status(result.status)
    return reply.type(result.type).send(result.text)
  }
  return reply.type('application/json').send(JSON.stringify(result))
}

function bodyOf(operation: AnyOperation, request: FastifyRequest): unknown {
  if (operation.input?.body === undefined) return undefined
  if (operation.exactBody !== true) return jsonBody(request)
  return request.rawBody.length === 0
    ? undefined
    : new WrittenBody(request.rawBody.toString('utf8'))
}

function asRecord(value: unknown): Record<string, string> {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {}
}
