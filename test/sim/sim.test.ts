import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isPlantedBug, plantedBugs } from './bugs.ts'
import { playMany, report } from './run.ts'
import { Workshop } from './world.ts'

const seeds = 2000
const seedsForBug = 300
const linesMax = 40

test(`no history of ${seeds} breaks an invariant`, async () => {
  const nodes = new Set<number>()
  const result = await playMany({
    firstSeed: 1,
    seeds,
    isEnough(verdict) {
      nodes.add(verdict.nodes)
      return verdict.violations.length > 0
    },
  })
  assert.equal(result.broken.map((verdict) => report(verdict, linesMax)).join('\n\n'), '')
  assert.equal(result.played, seeds)
  // What was played is worth the name: nodes died, texts were taken, by one node and by several.
  assert.ok(result.crashes > seeds / 2, `${result.crashes} crashes`)
  assert.ok(result.takes > seeds * 5, `${result.takes} calls taken`)
  assert.deepEqual([...nodes].sort(), [1, 2, 3])
})

test('the same seed gives the same history, and another seed another one', async () => {
  const workshop = await Workshop.open()
  try {
    for (const nodes of [1, 2]) {
      const first = await workshop.play({ seed: 7, nodes })
      const again = await workshop.play({ seed: 7, nodes })
      const other = await workshop.play({ seed: 8, nodes })
      assert.ok(first.lines.length > 50, `${first.lines.length} lines`)
      assert.equal(again.hash, first.hash)
      assert.notEqual(other.hash, first.hash)
    }
  } finally {
    workshop.close()
  }
})

for (const [bug, invariant] of Object.entries(plantedBugs)) {
  test(`a planted bug is found: ${bug} breaks ${invariant}`, async () => {
    assert.ok(isPlantedBug(bug))
    const named = new Set<string>()
    await playMany({
      firstSeed: 1,
      seeds: seedsForBug,
      bug,
      isEnough({ violations }) {
        for (const one of violations) named.add(one.invariant)
        return named.has(invariant)
      },
    })
    assert.ok(named.has(invariant), `found: ${[...named].join(', ')}`)
  })
}
