import { createFunctionRuntime } from '../src/actions/functions/function-runtime.ts'
import { packageOf } from '../src/actions/functions/test-runtime.ts'
import { createEgress } from '../src/connectors/egress.ts'
import { type Spread, show, spread } from './figures.ts'

const warmRuns = 50

/** Milliseconds of a first run in a new process, and of those that follow it. */
interface Starts {
  readonly coldMs: Spread
  readonly warmMs: Spread
}

/** Measures how soon functions answer: scripts in the interpreter, and packages on Node. */
export async function benchFunctions(rounds: number): Promise<object> {
  const script = await starts(rounds, (runtime) =>
    runtime.runScript('function execute(context, callback) { callback({ a: 1 }) }', {}),
  )
  const zip = packageOf('exports.handler = async () => ({ a: 1 })')
  const packaged = await starts(rounds, (runtime) =>
    runtime.runPackage(zip, 'src/index.handler', {}),
  )
  for (const [name, { coldMs, warmMs }] of Object.entries({ script, packaged })) {
    console.log(`${name}: cold ${show(coldMs, 1)} ms, warm ${show(warmMs, 2)} ms`)
  }
  return { script, packaged }
}

type Runtime = ReturnType<typeof createFunctionRuntime>

async function starts(
  rounds: number,
  run: (runtime: Runtime) => ReturnType<Runtime['runScript']>,
): Promise<Starts> {
  const cold: number[] = []
  const warm: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const egress = createEgress({ allowPrivateNetworks: [] })
    const runtime = createFunctionRuntime({ egress })
    const timed = async () => {
      const startMs = performance.now()
      const result = await run(runtime)
      if (!result.ok) throw new Error(result.message)
      return performance.now() - startMs
    }
    cold.push(await timed())
    const times: number[] = []
    for (let i = 0; i < warmRuns; i += 1) times.push(await timed())
    warm.push(spread(times).median)
    await Promise.all([runtime.close(), egress.close()])
  }
  return { coldMs: spread(cold), warmMs: spread(warm) }
}
