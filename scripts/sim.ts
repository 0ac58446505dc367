/**
 * Plays simulated histories of the whole message path and says which invariants they broke.
 * `--seeds N` plays N of them from `--from` (1 unless given), `--seed S` a single one line by line;
 * `--nodes`, `--steps` and `--bug` fix what the seed otherwise decides; `--all` goes on after a broken one.
 */
import { parseArgs } from 'node:util'
import { isPlantedBug, plantedBugs } from '../test/sim/bugs.ts'
import { playMany, report } from '../test/sim/run.ts'
import { Workshop } from '../test/sim/world.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    nodes: { type: 'string' },
    steps: { type: 'string' },
    bug: { type: 'string' },
    all: { type: 'boolean', default: false },
  },
})

const linesMax = 60
/** Seeds between two lines about how far it is. */
const tellEvery = 1000
const fixed = { nodes: countOf('nodes'), steps: countOf('steps'), bug: bugOf(values.bug) }

if (values.seed === undefined) await playSeeds()
else await playOne(countOf('seed') ?? 1)

async function playSeeds(): Promise<void> {
  const startedMs = Date.now()
  let told = 0
  const result = await playMany({
    ...fixed,
    firstSeed: countOf('from') ?? 1,
    seeds: countOf('seeds') ?? 1,
    isEnough({ violations }) {
      told += 1
      if (told % tellEvery === 0) process.stderr.write(`${told} seeds played\n`)
      return violations.length > 0 && !values.all
    },
  })
  for (const verdict of result.broken) process.stdout.write(`${report(verdict, linesMax)}\n\n`)
  const seconds = ((Date.now() - startedMs) / 1000).toFixed(1)
  const { played, broken, crashes, takes } = result
  process.stdout.write(
    `${played} seeds, ${broken.length} violations (${crashes} crashes, ${takes} calls taken, ${seconds} s)\n`,
  )
  process.exitCode = broken.length > 0 ? 1 : 0
}

async function playOne(seed: number): Promise<void> {
  const workshop = await Workshop.open()
  try {
    const verdict = await workshop.play({ ...fixed, seed })
    process.stdout.write(`${report(verdict, Number.POSITIVE_INFINITY)}\n`)
    process.stdout.write(`1 seed, ${verdict.violations.length} violations, hash ${verdict.hash}\n`)
    process.exitCode = verdict.violations.length > 0 ? 1 : 0
  } finally {
    workshop.close()
  }
}

function countOf(name: 'seed' | 'seeds' | 'from' | 'nodes' | 'steps'): number | undefined {
  const given = values[name]
  if (given === undefined) return undefined
  if (/^\d{1,9}$/.test(given)) return Number(given)
  throw new Error(`--${name} takes a whole number, not ${given}.`)
}

function bugOf(word: string | undefined) {
  if (word === undefined || isPlantedBug(word)) return word
  throw new Error(`--bug takes one of ${Object.keys(plantedBugs).join(', ')}.`)
}
