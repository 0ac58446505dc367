import { call, rehearse } from '../api/call.ts'
import type { AnyOperation } from '../api/operation.ts'
import { AppError } from '../errors.ts'
import { grants } from '../principal.ts'
import { errorBody } from '../rest/errors.ts'
import type { ToolSpec } from './catalog/tool-spec.ts'
import type { Caller, ToolHouse } from './house.ts'
import type { Json } from './protocol/rpc.ts'
import { callRemote, remoteRequest } from './remote.ts'
import { fixFor, ToolError } from './tool-error.ts'
import { type Outcome, presentReply, type Work } from './work.ts'

/** Makes the call: in this process on the embedded server, over HTTPS on a remote one. */
export async function runTool(house: ToolHouse, caller: Caller, work: Work): Promise<Outcome> {
  if (work.connection.kind === 'remote') {
    mayUseRemote(house, caller, work)
    return callRemote(house, work)
  }
  const operation = operationOf(house, work.tool)
  const { context } = caller
  try {
    const reply: unknown = await call(operation, work.input, context)
    return { status: operation.reply.status, body: presentReply(reply) }
  } catch (error) {
    return failed(error, caller)
  }
}

/** Checks the call as far as that goes without making it, and tells what would be sent. Throws `ToolError`. */
export function rehearseTool(house: ToolHouse, caller: Caller, work: Work): Json {
  if (work.connection.kind === 'remote') {
    mayUseRemote(house, caller, work)
    return { ...remoteRequest(work) }
  }
  const operation = operationOf(house, work.tool)
  try {
    rehearse(operation, work.input, caller.context)
  } catch (error) {
    const { body, status } = failed(error, caller)
    const code = String(body['code'])
    throw new ToolError(code, String(body['message']), { status, fix: fixFor(status, code) })
  }
  const { method, path, query, body } = remoteRequest(work)
  return { method, path, query, ...(body === undefined ? {} : { body }) }
}

function operationOf(house: ToolHouse, tool: ToolSpec): AnyOperation {
  const operation = house.operations.get(tool.operationId)
  if (operation !== undefined) return operation
  throw new ToolError(
    'not.implemented',
    `This server does not implement ${tool.operationId} (${tool.method} /api/v2/conversations${tool.path}).`,
    {
      status: 501,
      fix: 'Use another tool, or a connection to an organization that has it.',
    },
  )
}

/**
 * A connection acts with its own client there, so whoever uses it needs leave here: `signalbox:connections:use`, and
 * what the operation would ask for on this server.
 */
function mayUseRemote(house: ToolHouse, { context }: Caller, { tool }: Work): void {
  const { permissions } = context.principal
  const wanted = house.operations.get(tool.operationId)?.permission
  const own = wanted === undefined ? [] : typeof wanted === 'string' ? [wanted] : wanted.any
  const mayDoIt = own.length === 0 || own.some((one) => grants(permissions, one))
  if (grants(permissions, 'signalbox:connections:use') && mayDoIt) return
  const needed = ['signalbox:connections:use', ...(own.length === 0 ? [] : [own.join(' or ')])]
  throw new ToolError('missing.permissions', `You need: ${needed.join(', ')}.`, {
    status: 403,
    fix: 'Ask an administrator for the permission, or use the embedded connection.',
  })
}

function failed(error: unknown, { context }: Caller): Outcome {
  const { status, ...body } = errorBody(error, context.contextId, context.log)
  const wait = error instanceof AppError ? error.retryAfterSeconds : undefined
  return {
    status,
    body: { status, ...body },
    ...(wait === undefined ? {} : { retryAfterSeconds: wait }),
  }
}
