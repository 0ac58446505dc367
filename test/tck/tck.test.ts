import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { suite, test } from 'node:test'
import { createConnectors } from '../../src/connectors/index.ts'
import { kitResults } from '../../src/connectors/kit-results.ts'
import { cases, providers, runKit } from './kit.ts'

/** So many cases must apply to a provider outside the house. */
const casesMin = 60

test('each case has a name of its own', () => {
  const titles = cases.map(({ area, title }) => `${area}: ${title}`)
  assert.equal(new Set(titles).size, titles.length)
})

test('every connector that carries SMS is played by the kit', () => {
  const nothing = { providerId: '' }
  const connectors = createConnectors(
    { accept: async () => nothing },
    { keep: async () => nothing },
    { accept: async () => nothing },
  )
  const carrying = [...connectors.values()].filter(({ carries }) => carries === 'sms')
  assert.deepEqual(
    providers.map(({ connector }) => connector).sort(),
    carrying.map(({ name }) => name).sort(),
  )
})

const applied = new Map<string, number>()

// side by side: one case waits out the ten seconds that a provider has to answer
suite('the test kit for providers', { concurrency: 2 }, () => {
  for (const adapter of providers) {
    test(`${adapter.connector} passes every case that applies to it`, async (t) => {
      const results = await runKit(adapter)
      const failed = results
        .filter(({ outcome }) => outcome === 'fail')
        .map(({ area, title, reason }) => `${area}: ${title}: ${reason}`)
      assert.deepEqual(failed, [])
      const passed = results.filter(({ outcome }) => outcome === 'pass').length
      t.diagnostic(`${passed} of ${results.length} cases apply`)
      applied.set(adapter.connector, passed)
      if (adapter.answers !== undefined) assert.ok(passed >= casesMin)
    })
  }
})

test('the page shows these cases and counts', () => {
  const page = readFileSync(new URL('../../docs/providers/tck.md', import.meta.url), 'utf8')
  const hint = 'run npm run tck -- --write'
  for (const { area, title } of cases) assert.ok(page.includes(`| ${area} | ${title} | `), hint)
  for (const [connector, passed] of applied) {
    const left = cases.length - passed
    assert.ok(page.includes(`| ${connector} | ${passed} | 0 | ${left} |`), `${connector}: ${hint}`)
  }
})

test('what the API gives of the kit is what the kit finds', () => {
  const played = providers.map(({ connector }) => connector)
  assert.deepEqual(Object.keys(kitResults).sort(), played.sort())
  for (const [connector, passed] of applied) {
    const { areas = [], without = [] } = kitResults[connector] ?? {}
    const sum = (of: readonly number[]) => of.reduce((total, one) => total + one, 0)
    const hint = `${connector}: run npm run tck -- --write`
    assert.equal(sum(areas.map((one) => one.passed)), passed, hint)
    assert.equal(sum(without.map((one) => one.cases)), cases.length - passed, hint)
    assert.equal(sum(areas.map((one) => one.failed)), 0, hint)
  }
})
