import type { FunctionProblem, FunctionResult } from './actions/functions/function-result.ts'
import type { FunctionRuntime } from './actions/functions/function-runtime.ts'
import type { ZipSource } from './actions/functions/package/package-store.ts'
import { fromPlain } from './actions/json/plain.ts'
import { writeJson } from './actions/json/write.ts'
import type { FunctionCall, FunctionOutcome, RunFunction } from './actions/outcome.ts'
import type { Egress } from './connectors/egress.ts'
import type { Log } from './log.ts'
import type { Store } from './store/store.ts'
import type { FunctionSettings } from './store/stored-function.ts'

/** The code of function actions, run away from the server. */
export interface ActionFunctions {
  of(store: Store): RunFunction
  /** Ends the processes, if any was started. */
  close(): Promise<void>
}

/** Makes the runner of function actions. The runtime is loaded with the first run: servers without functions never pay for it. */
export function createActionFunctions(egress: Egress, log: Log): ActionFunctions {
  let runtime: Promise<FunctionRuntime> | undefined
  const getRuntime = () => {
    runtime ??= import('./actions/functions/function-runtime.ts').then((loaded) =>
      loaded.createFunctionRuntime({
        egress,
        onBug: (error) => log.error('A function could not be run.', { error }),
      }),
    )
    return runtime
  }
  return {
    of: (store) => async (call) => {
      const action = await store.records.get('action', call.actionId)
      const { script, functions } = action ?? {}
      if (script !== undefined) return runScript(await getRuntime(), script.code, call)
      const { settings, zip } = functions?.[call.draft ? 'draft' : 'published'] ?? {}
      if (settings === undefined || zip === undefined) {
        return { failure: 'The action has no code: upload a package and set its handler.' }
      }
      const load = async () => Buffer.from(await store.media.bytes(zip.id))
      const source = { id: `${store.organizationId}/${zip.id}`, load }
      return runPackage(await getRuntime(), { source, settings }, call)
    },
    async close() {
      await (await runtime)?.close()
    },
  }
}

async function runScript(
  runtime: FunctionRuntime,
  code: string,
  call: FunctionCall,
): Promise<FunctionOutcome> {
  const inputs: unknown = JSON.parse(writeJson(call.inputs)) // scripts know doubles only
  const result = await runtime.runScript(code, inputs, {
    name: call.actionId,
    clientContext: call.clientContext,
    limits: { timeoutMs: Math.max(1, Math.min(call.timeoutMs, 15_000)) },
  })
  return outcomeOf(result)
}

async function runPackage(
  runtime: FunctionRuntime,
  { source, settings }: { readonly source: ZipSource; readonly settings: FunctionSettings },
  call: FunctionCall,
): Promise<FunctionOutcome> {
  const event: unknown = JSON.parse(writeJson(call.event)) // packages know doubles only
  const timeoutMs = Math.max(1, Math.min(call.timeoutMs, settings.timeoutSeconds * 1000))
  const result = await runtime.runPackage(source, settings.handler, event, {
    name: call.actionId,
    clientContext: call.clientContext,
    limits: { timeoutMs },
  })
  return outcomeOf(result)
}

function outcomeOf(result: FunctionResult): FunctionOutcome {
  const log = result.console.map(({ level, text }) => `${level}: ${text}`)
  if (result.ok) return { value: fromPlain(result.value ?? null), log }
  return { failure: unhandled(result), timedOut: result.failure === 'timeout', log }
}

/**
 * The vendor's words for a function that failed, as its users quote them: what the code threw by type and message, and
 * where. A bound that was broken stands in the place of the type.
 */
function unhandled({ failure, message, line }: FunctionProblem): string {
  const [, thrown = 'Error', told = message] = /^(\w*Error): (.*)$/s.exec(message) ?? []
  const type = failure === 'error' ? thrown : failure
  const place = line === undefined ? '' : `, at line ${line}`
  return `Function execution failed with error Type: Unhandled; Message: errorType:${type},errorMessage:${told},trace:[${type}: ${told}${place}]`
}
