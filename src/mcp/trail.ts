import type { ToolDecision } from '../store/tool-call-store.ts'
import type { ToolArguments } from './arguments.ts'
import type { ToolSpec } from './catalog/tool-spec.ts'
import { digestOf } from './confirm.ts'
import type { Caller, ToolHouse } from './house.ts'
import type { Json } from './protocol/rpc.ts'

/** What is known of a call so far, for the audit. */
export interface Trail {
  readonly startedMs: number
  decision: ToolDecision
  status: number
  masked: number
  code?: string
  connectionId?: string
  args?: ToolArguments
  keepPayload?: boolean
  /** The answer of an earlier call under the same key was given. */
  repeated?: boolean
}

const payloadCharactersMax = 20_000
const idCharactersMax = 200

/** Writes one call into the audit. */
export async function recordCall(
  house: ToolHouse,
  { context, door }: Caller,
  about: {
    readonly request: { readonly tool: ToolSpec; readonly args: Json }
    readonly trail: Trail
  },
): Promise<void> {
  const { request, trail } = about
  const { principal, outside } = context
  const given = trail.args?.given ?? request.args
  await house.audit.add(principal.organizationId, {
    id: outside.ids.uuid(),
    timeMs: trail.startedMs,
    durationMs: Date.now() - trail.startedMs,
    clientId: principal.clientId,
    ...(principal.userId === undefined ? {} : { userId: principal.userId }),
    door,
    connectionId: trail.connectionId ?? '',
    tool: request.tool.name,
    effect: request.tool.effect,
    about: idsIn(given),
    digest: digestOf(given),
    decision: trail.decision,
    status: trail.status,
    ...(trail.code === undefined ? {} : { code: trail.code }),
    masked: trail.masked,
    ...(trail.keepPayload === true
      ? { payload: JSON.stringify(given).slice(0, payloadCharactersMax) }
      : {}),
  })
}

/** The ids that a call names: which conversation, queue, integration it was about. */
function idsIn(given: Json): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) =>
      name.endsWith('Id') && typeof value === 'string'
        ? [[name, value.slice(0, idCharactersMax)]]
        : [],
    ),
  )
}
