import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
  type QuickJSSyncVariant,
} from 'quickjs-emscripten-core'
import { webAssembly } from './web-assembly.ts'

const pageBytes = 65_536
/** What the interpreter is compiled to begin with. */
const firstPages = 256

/** What is needed to make an interpreter. */
export interface InstancePlan {
  readonly variant: QuickJSSyncVariant
  /** The compiled interpreter. */
  readonly wasm: object
  /** Source of the sandbox's modules, without types, by file name without extension. */
  readonly sources: ReadonlyMap<string, string>
  readonly memoryBytes: number
  readonly stackBytes: number
}

/** An interpreter that has not run anything of the user's yet. */
export interface ScriptInstance {
  readonly runtime: QuickJSRuntime
  readonly context: QuickJSContext
  /** The sandbox module's `createSandbox`. */
  readonly createSandbox: QuickJSHandle
  /** True when the memory has grown about as far as it may. */
  isMemoryFull(): boolean
}

/**
 * Makes an interpreter with a WebAssembly memory of its own. That memory's maximum is the hard bound of what a
 * script can hold: the interpreter's own memory limit does not count all that it gives out. Nothing is shared
 * with the interpreter of another run.
 */
export async function createInstance(plan: InstancePlan): Promise<ScriptInstance> {
  const maximum = Math.max(firstPages, Math.floor(plan.memoryBytes / pageBytes))
  const wasmMemory = new webAssembly.Memory({ initial: firstPages, maximum })
  const variant = newVariant(plan.variant, { wasmModule: async () => plan.wasm, wasmMemory })
  const quickjs = await newQuickJSWASMModuleFromVariant(variant)
  const runtime = quickjs.newRuntime({ maxStackSizeBytes: plan.stackBytes })
  runtime.setMemoryLimit(maximum * pageBytes)
  const context = runtime.newContext()
  runtime.setModuleLoader(
    (name) => plan.sources.get(moduleName(name)) ?? { error: new Error('No such module.') },
  )
  const entry =
    "import { createSandbox } from './sandbox.ts'; globalThis.createSandbox = createSandbox"
  const options = { type: 'module' } as const
  context.unwrapResult(context.evalCode(entry, 'entry.js', options)).dispose()
  const createSandbox = context.getProp(context.global, 'createSandbox')
  context.unwrapResult(context.evalCode('delete globalThis.createSandbox')).dispose()
  runtime.setModuleLoader(
    () => ({ error: new Error('A script cannot import modules; use require.') }),
    (_base, name) => `script:${name}`, // or the sandbox's own modules would be found among those loaded
  )
  return {
    runtime,
    context,
    createSandbox,
    isMemoryFull: () => wasmMemory.buffer.byteLength > (maximum * pageBytes) / 2,
  }
}

function moduleName(path: string): string {
  return path.replace(/^.*\//, '').replace(/\.[jt]s$/, '')
}
