import { missingScopes } from '../api/call.ts'
import { answerOf, errorResult, type ToolResult, toResult } from './answer.ts'
import { readArguments, type ToolArguments } from './arguments.ts'
import type { ToolSpec } from './catalog/tool-spec.ts'
import { digestOf } from './confirm.ts'
import { connectionFor } from './connections.ts'
import { askFirst } from './consent.ts'
import { type Caller, callerKey, type ToolHouse } from './house.ts'
import { once } from './idempotency.ts'
import { isWithin } from './narrowing.ts'
import { knownRights, type Rights } from './policy.ts'
import type { Call } from './protocol/host.ts'
import { progressOf } from './protocol/progress.ts'
import { type Json, RpcError, rpcCodes, type WrittenResult } from './protocol/rpc.ts'
import { rehearseTool, runTool } from './run-tool.ts'
import { requireWithin, scopeOf } from './scope.ts'
import { ToolError } from './tool-error.ts'
import { recordCall, type Trail } from './trail.ts'
import type { Outcome, Work } from './work.ts'

/** A tool call as it came. */
export interface ToolRequest {
  readonly tool: ToolSpec
  readonly args: Json
  /** The whole of `params`, for what an answer to a question brings. */
  readonly params: Json
  readonly call: Call
}

/**
 * Makes one tool call: who may, what the policies say, whether a person has agreed, once, then the answer within its
 * budget. Every way out is in the audit. Only failures of the protocol are thrown.
 */
export async function callTool(
  house: ToolHouse,
  caller: Caller,
  request: ToolRequest,
): Promise<object | WrittenResult> {
  return toResult(await answerTool(house, caller, request))
}

/** The same, before it is written as a result: for what is put together from several calls. */
export async function answerTool(
  house: ToolHouse,
  caller: Caller,
  request: ToolRequest,
): Promise<ToolResult> {
  const trail: Trail = { startedMs: Date.now(), decision: 'refused', status: 0, masked: 0 }
  let result: ToolResult
  try {
    result = await attempt({ house, caller, request, trail })
  } catch (error) {
    if (!(error instanceof ToolError)) {
      await recordCall(house, caller, { request, trail })
      throw error
    }
    trail.code = error.code
    trail.status = Number(error.body['status'])
    result = errorResult(error)
  }
  await recordCall(house, caller, { request, trail })
  return result
}

interface Attempt {
  readonly house: ToolHouse
  readonly caller: Caller
  readonly request: ToolRequest
  readonly trail: Trail
}

async function attempt(one: Attempt): Promise<ToolResult> {
  const { house, caller, request, trail } = one
  const { tool } = request
  const args = readArguments(tool, request.args)
  trail.args = args
  requireOpen(one)
  const connection = await connectionFor(caller, args.controls.pcid)
  trail.connectionId = connection.id
  const rights = await rightsFor(one, connection.id)
  trail.keepPayload = rights.keepPayload
  if (rights.rule === 'deny') {
    trail.decision = 'deny'
    throw new ToolError('policy.denied', rights.reason, {
      status: 403,
      fix: 'Do not try again: tell the person that this is not allowed here.',
    })
  }
  takeRate(one, rights)
  const progress = progressOf(request.params, request.call)
  const work: Work = { tool, input: args.input, connection, progress }
  const scope = scopeOf(rights, caller)
  if (scope !== undefined) await requireWithin(scope, { house, caller, work })
  if (args.controls.dryRun && tool.effect !== 'read') return rehearsal(one, { work, rights })
  trail.decision = 'allow'
  if (rights.rule === 'confirm') {
    const subject = { tool: tool.name, connectionId: connection.id, digest: digestOf(args.given) }
    const agreed = await askFirst(house, caller, { request, args, rights, subject, trail })
    if (agreed !== 'agreed') return agreed
  }
  const outcome = await carryOut(one, { work, args })
  trail.status = outcome.status
  return answerOf(outcome, { caller, effect: tool.effect, args, rights, scope, trail })
}

/** What the request's own narrowing leaves out cannot be called either, whatever it is called by. */
function requireOpen({ house, caller, request }: Attempt): void {
  const { tool } = request
  if (!isWithin(tool, caller.narrowing)) {
    throw new ToolError('not.authorized', `${tool.name} is not among the tools of this endpoint.`, {
      status: 403,
      fix: 'Use a tool of the list.',
    })
  }
  const operation = house.operations.get(tool.operationId)
  const scopes =
    operation === undefined ? undefined : missingScopes(operation, caller.context.principal)
  if (scopes === undefined) return
  throw new RpcError(rpcCodes.invalidRequest, `The token needs one of: ${scopes.join(', ')}.`, {
    status: 403,
    scopes,
  })
}

async function rightsFor({ house, caller, request }: Attempt, connectionId: string) {
  const { store, principal } = caller.context
  const policies = await store.records.knownAll('toolPolicy')
  const { clientId, userId } = principal
  return knownRights(request.tool, policies, {
    connectionId,
    clientId,
    userId,
    writes: house.writes,
  })
}

function takeRate({ house, caller, request }: Attempt, rights: Rights): void {
  const key = callerKey(caller.context)
  const { callsPerMinute, writesPerMinute } = rights
  const wait = house.rates.take('calls', { key, perMinute: callsPerMinute })
  const isWrite = request.tool.effect !== 'read'
  const writeWait = isWrite
    ? house.rates.take('writes', { key, perMinute: writesPerMinute })
    : undefined
  if (wait === undefined && writeWait === undefined) return
  const seconds = Math.max(wait ?? 0, writeWait ?? 0)
  throw new ToolError('too.many.requests.retry.after', 'Too many tool calls in a short time.', {
    status: 429,
    retryable: true,
    retryAfterSeconds: seconds,
    fix: `Wait ${seconds} seconds, then call again.`,
  })
}

function rehearsal(
  { house, caller, request, trail }: Attempt,
  { work, rights }: { readonly work: Work; readonly rights: Rights },
): ToolResult {
  const planned = rehearseTool(house, caller, work)
  trail.decision = 'dry-run'
  return {
    isError: false,
    answer: {
      dryRun: true,
      connection: { id: work.connection.id, name: work.connection.name },
      policy: rights.rule,
      effect: request.tool.effect,
      request: planned,
    },
  }
}

async function carryOut(
  { house, caller, trail }: Attempt,
  { work, args }: { readonly work: Work; readonly args: ToolArguments },
): Promise<Outcome> {
  const { idempotencyKey } = args.controls
  const run = () => runTool(house, caller, work)
  if (idempotencyKey === undefined || work.tool.effect === 'read') return run()
  const asked = { key: idempotencyKey, digest: digestOf(args.given), work }
  const { outcome, repeated } = await once(asked, caller.context, run)
  trail.repeated = repeated
  return outcome
}
