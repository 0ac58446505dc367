import { definitionOf, subjectOf } from './actions/action-record.ts'
import { fromPlain } from './actions/json/plain.ts'
import { isObject, type JsonValue } from './actions/json/value.ts'
import { writeJson } from './actions/json/write.ts'
import type { ActionResult } from './actions/outcome.ts'
import type { ActionRunner } from './actions/runner.ts'
import type { Outside } from './context.ts'
import type { FlowCall, RunFlowCall } from './messaging/flow.ts'
import type { ActionRecord } from './store/records.ts'
import type { Store } from './store/store.ts'

const actionsMax = 1000

/** Lets routing applications call published data actions, by name or id, within the flow's own time-out. */
export function createFlowCalls(actions: ActionRunner, { clock }: Outside): RunFlowCall {
  return async (store, call) => {
    const action = await actionOf(store, call)
    if (action?.published === undefined) return failed('not.found')
    const subject = await subjectOf(store, action, definitionOf(action.published))
    const timeout = timer(clock, call.timeoutMs)
    const asked = {
      input: fromPlain(call.inputs),
      flatten: true,
      coerceTexts: true,
      conversationId: call.conversationId,
    }
    const result = await Promise.race([actions.run(subject, asked, store), timeout.over])
    timeout.cancel()
    return result === undefined ? { outcome: 'timeout', outputs: {} } : outcomeOf(result)
  }
}

/** Actions of one name may stand in several integrations; the category is the integration's name. */
async function actionOf(store: Store, call: FlowCall): Promise<ActionRecord | undefined> {
  const own = await store.records.get('action', call.action)
  if (own !== undefined) return own
  const page = { size: actionsMax, number: 1 }
  const { entities } = await store.records.list('action', page, { name: call.action })
  for (const action of entities) {
    if (call.category === undefined) return action
    const integration = await store.records.get('integration', action.integrationId)
    if (integration?.name.toLowerCase() === call.category.toLowerCase()) return action
  }
  return undefined
}

function timer(clock: Outside['clock'], afterMs: number) {
  let cancel = () => {}
  const over = new Promise<undefined>((resolve) => {
    cancel = clock.after(afterMs, () => resolve(undefined))
  })
  return { over, cancel }
}

/** The vendor's failure outputs are the members of its error body; `errorCode` and `userMessage` are those that flows read. */
function outcomeOf({
  success,
  finalResult,
  error,
}: ActionResult): Awaited<ReturnType<RunFlowCall>> {
  if (success && finalResult !== undefined) {
    const members = isObject(finalResult) ? [...finalResult] : []
    return {
      outcome: 'success',
      outputs: Object.fromEntries(members.map(([name, value]) => [name, textOf(value)])),
    }
  }
  if (error?.status === 504) return { outcome: 'timeout', outputs: {} }
  return failed(error?.code ?? 'internal.server.error', error?.message, error?.status)
}

function failed(errorCode: string, userMessage = '', status = 0) {
  return {
    outcome: 'failure' as const,
    outputs: { errorCode, userMessage, status: String(status) },
  }
}

function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : value === null ? '' : writeJson(value)
}
