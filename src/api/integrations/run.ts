import Type from 'typebox'
import { subjectOf } from '../../actions/action-record.ts'
import { fromPlain } from '../../actions/json/plain.ts'
import { JsonSyntaxError, parseJson } from '../../actions/json/read.ts'
import type { JsonValue } from '../../actions/json/value.ts'
import { writeJson } from '../../actions/json/write.ts'
import type { ActionResult } from '../../actions/outcome.ts'
import { testExecutionResult } from '../../actions/present-result.ts'
import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'
import { operation } from '../operation.ts'
import { Id } from '../schema.ts'
import { WrittenBody } from '../written-body.ts'
import { WrittenReply } from '../written-reply.ts'
import { executeActions, writeScopes } from './access.ts'
import { ownPlatform } from './call-static.ts'
import { type ActionState, actionsPath, revisionOf } from './present-action.ts'
import { findAction } from './static-actions.ts'

const byId = `${actionsPath}/{actionId}`
const input = {
  path: Type.Object({ actionId: Id }),
  query: Type.Object({ flatten: Type.Optional(Type.Boolean()) }),
  body: Type.Unknown(),
}
const TestResult = Type.Object({
  operations: Type.Array(
    Type.Object({ step: Type.Integer(), name: Type.String(), success: Type.Boolean() }),
  ),
  success: Type.Boolean(),
})

export const postIntegrationsActionExecute = operation({
  id: 'postIntegrationsActionExecute',
  method: 'POST',
  path: `${byId}/execute`,
  summary:
    'Executes a published data action with these inputs, and answers its result and nothing else.',
  scopes: writeScopes,
  permission: executeActions,
  exactBody: true,
  input,
  reply: { status: 200, schema: Type.Unknown() },
  async handle({ path: { actionId }, query, body }, context) {
    const action = await findAction(context.store, actionId)
    if (action.actionKind === 'customAuth') {
      throw new AppError(
        'bad.request',
        'A custom-auth action signs in for the other actions of its integration, and is not executed by itself.',
      )
    }
    const asked = { actionId, state: 'published', body, flatten: query.flatten } as const
    return executeReply(await runAction(asked, context))
  },
})

export const postIntegrationsActionTest = operation({
  id: 'postIntegrationsActionTest',
  method: 'POST',
  path: `${byId}/test`,
  summary:
    'Runs a published data action and answers each of its steps, whether it succeeds or not.',
  scopes: writeScopes,
  permission: executeActions,
  exactBody: true,
  input,
  reply: { status: 200, schema: TestResult },
  async handle({ path: { actionId }, query, body }, context) {
    const asked = { actionId, state: 'published', body, flatten: query.flatten } as const
    return testReply(await runAction(asked, context))
  },
})

export const postIntegrationsActionDraftTest = operation({
  id: 'postIntegrationsActionDraftTest',
  method: 'POST',
  path: `${byId}/draft/test`,
  summary: 'Runs the draft of a data action and answers each of its steps.',
  scopes: writeScopes,
  permission: 'integrations:action:execute',
  exactBody: true,
  input,
  reply: { status: 200, schema: TestResult },
  async handle({ path: { actionId }, query, body }, context) {
    const asked = { actionId, state: 'draft', body, flatten: query.flatten } as const
    return testReply(await runAction(asked, context))
  },
})

/**
 * Runs an action in one of its states for the caller, and keeps the transcript of what went over the wire, as the
 * inspector shows it. A missing body counts as no inputs.
 */
export async function runAction(
  asked: {
    readonly actionId: string
    readonly state: ActionState
    readonly body: unknown
    readonly flatten: boolean | undefined
  },
  context: Context,
): Promise<ActionResult> {
  const { store, actions, principal } = context
  const action = await findAction(store, asked.actionId)
  const { definition } = revisionOf(action, asked.state)
  const subject = await subjectOf(store, action, definition)
  const platform = ownPlatform(asked.actionId, context)
  const call = {
    input: inputOf(asked.body),
    flatten: asked.flatten ?? false,
    draft: asked.state === 'draft',
    ...(principal.userId === undefined ? {} : { userId: principal.userId }),
    ...(platform === undefined ? {} : { ownPlatform: platform }),
  }
  const result = await actions.run(subject, call, store)
  for (const exchange of result.exchanges) {
    await store.exchanges.add(exchange, { accountId: action.integrationId })
  }
  return result
}

/** The inputs with every digit that they came with. */
function inputOf(body: unknown): JsonValue {
  if (!(body instanceof WrittenBody)) return fromPlain(body ?? {})
  try {
    return parseJson(body.text)
  } catch (cause) {
    if (!(cause instanceof JsonSyntaxError)) throw cause
    throw new AppError('bad.request', `The body is not valid JSON: ${cause.message}`, { cause })
  }
}

/** The result itself, digit for digit, or the vendor's error body under its status. */
export function executeReply({ finalResult, error }: ActionResult): WrittenReply {
  if (error === undefined) return new WrittenReply(writeJson(finalResult ?? null))
  return new WrittenReply(JSON.stringify(error), { status: error.status })
}

function testReply(result: ActionResult): WrittenReply {
  return new WrittenReply(writeJson(testExecutionResult(result)))
}
