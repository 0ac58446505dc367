/** Program of a child that runs scripts: one at a time, each in a new interpreter. */
import { readdirSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import imported from '@jitl/quickjs-wasmfile-release-sync'
import { type ChildPort, openPort } from '../child-port.ts'
import { createInstance, type InstancePlan, type ScriptInstance } from './script-instance.ts'
import { createRun, type ScriptJob, type ScriptRun } from './script-run.ts'
import { webAssembly } from './web-assembly.ts'

// Typed as a CommonJS module, loaded as an ES one: the variant is the default of either.
const variant = Reflect.get(imported, 'default') ?? imported
const wasmPath = new URL(import.meta.resolve('@jitl/quickjs-wasmfile-release-sync/wasm'))
const wasm = new webAssembly.Module(readFileSync(wasmPath))
const sources = readSources(new URL('./sandbox/', import.meta.url))
const [memoryBytes = 0, stackBytes = 0] = process.argv.slice(2).map(Number)

let standby: { readonly key: string; readonly instance: Promise<ScriptInstance> } | undefined
let current: { readonly run: number; readonly script: ScriptRun } | undefined

const port: ChildPort = openPort(3, (message) => {
  const { type, run, request, ...rest } = Object(message)
  if (type === 'run') void start({ run, ...rest })
  else if (type === 'reply' && current?.run === run) {
    current?.script.reply(request, JSON.stringify(rest))
  }
})

await prepare(memoryBytes, stackBytes)
port.send({ type: 'ready' })

/** Sees to it that an interpreter stands ready, so that the next run does not wait for it. */
function prepare(memory: number, stack: number): Promise<ScriptInstance> {
  const key = `${memory} ${stack}`
  if (standby?.key !== key) {
    const plan: InstancePlan = { variant, wasm, sources, memoryBytes: memory, stackBytes: stack }
    standby = { key, instance: createInstance(plan) }
  }
  return standby.instance
}

async function start(message: Omit<ScriptJob, 'cpuMs' | 'bounds'> & { limits: Limits }) {
  const { limits } = message
  const instance = await prepare(limits.scriptMemoryBytes, limits.scriptStackBytes)
  standby = undefined
  const job = { ...message, cpuMs: limits.cpuMs, bounds: limits }
  const script = createRun(instance, job, {
    port,
    onEnd(isSpent) {
      current = undefined
      if (isSpent) process.exit(0)
      setImmediate(() => void prepare(limits.scriptMemoryBytes, limits.scriptStackBytes))
    },
  })
  current = { run: message.run, script }
  script.start()
}

interface Limits {
  readonly cpuMs: number
  readonly scriptMemoryBytes: number
  readonly scriptStackBytes: number
  readonly consoleLinesMax: number
  readonly consoleBytesMax: number
  readonly payloadBytesMax: number
}

/** Reads the modules that run inside the interpreter; it knows no types. */
function readSources(folder: URL): ReadonlyMap<string, string> {
  return new Map(
    readdirSync(folder)
      .filter((name) => /(?<!\.test|\.d)\.[jt]s$/.test(name))
      .map((name) => {
        const text = readFileSync(new URL(name, folder), 'utf8')
        const code = name.endsWith('.ts') ? stripTypeScriptTypes(text) : text
        return [name.replace(/\.[jt]s$/, ''), code]
      }),
  )
}
