import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keepCompiled } from './compiled.ts'

test('a text is compiled once, and what fails is tried again', () => {
  const asked: string[] = []
  const compiled = keepCompiled((source) => {
    asked.push(source)
    if (source === 'bad') throw new Error('bad')
    return { source }
  })
  assert.equal(compiled('a'), compiled('a'))
  for (let i = 0; i < 2; i += 1) assert.throws(() => compiled('bad'))
  assert.deepEqual(asked, ['a', 'bad', 'bad'])
})

test('the longest unused text gives way to many others, or to long ones', () => {
  let made = 0
  const compiled = keepCompiled(() => {
    made += 1
    return made
  })
  compiled('first')
  for (let i = 0; i < 2_100; i += 1) {
    compiled(`text ${i}`)
    compiled('text 0')
  }
  assert.equal(made, 2_101)
  compiled('first')
  assert.equal(made, 2_102)
  for (let i = 0; i < 9; i += 1) compiled(`${i}${'x'.repeat(1_000_000)}`)
  compiled('text 2099')
  assert.equal(made, 2_112)
})
