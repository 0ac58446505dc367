import assert from 'node:assert/strict'
import { test } from 'node:test'
import { counter, histogram } from './counted.ts'

test('a counter is written with its labels, which may hold any text', () => {
  const calls = counter({ name: 'calls_total', help: 'Calls.', labels: ['who', 'why'] })
  calls.of('ada', 'say "hi"\\\n').count += 1
  calls.of('ada', 'say "hi"\\\n').count += 1
  calls.of('alan', '').count += 1
  assert.equal(
    calls.text(),
    '# HELP calls_total Calls.\n# TYPE calls_total counter\n' +
      'calls_total{who="ada",why="say \\"hi\\"\\\\\\n"} 2\ncalls_total{who="alan",why=""} 1\n',
  )
})

test('a bucket of a histogram holds what took as long as its bound or less', () => {
  const waits = histogram({ name: 'wait_seconds', help: 'Waits.', labels: ['who'] }, [0.5, 2])
  for (const seconds of [0.25, 0.5, 1, 4]) waits.of('ada').observe(seconds)
  assert.deepEqual(waits.text().split('\n').slice(2), [
    'wait_seconds_bucket{le="0.5",who="ada"} 2',
    'wait_seconds_bucket{le="2",who="ada"} 3',
    'wait_seconds_bucket{le="+Inf",who="ada"} 4',
    'wait_seconds_sum{who="ada"} 5.75',
    'wait_seconds_count{who="ada"} 4',
    '',
  ])
})
