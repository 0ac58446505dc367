import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { compatibilityNotes } from '../../scripts/compatibility-notes.ts'
import { pages } from '../../scripts/docs.ts'
import { sdkOperations } from '../../scripts/platform-operations.ts'
import { operations } from '../../src/api/index.ts'
import { type House, startHouse } from '../house.ts'

const shapeOf = (method: string, path: string) => `${method} ${path.replace(/\{\w+\}/g, '{}')}`
const served = new Map(operations.map(({ id, method, path }) => [shapeOf(method, path), id]))

test('generated pages say what the code says: otherwise run npm run docs', () => {
  for (const [path, content] of Object.entries(pages)) {
    assert.ok(readFileSync(path, 'utf8') === content(), `${path} is stale`)
  }
})

test('notes on compatibility are about operations that are served', () => {
  const known = new Set(operations.map(({ id }) => id))
  assert.deepEqual(
    Object.keys(compatibilityNotes).filter((id) => !known.has(id)),
    [],
  )
})

test('what is served under a path of the vendor bears the vendor’s operation id', () => {
  const all = sdkOperations()
  assert.ok(all.length > 3000)
  const others = all.flatMap(({ id, method, path }) => {
    const ours = served.get(shapeOf(method, path))
    return ours === undefined || ours === id ? [] : [`${ours} is ${id}`]
  })
  assert.deepEqual(others, [])
})

describe('an operation of the Platform API that is not built', () => {
  let house: House
  before(async () => {
    house = await startHouse()
  })
  after(() => house.close())

  test('answers 501 in the vendor’s error body, naming itself', async () => {
    const missing = sdkOperations().filter(({ method, path }) => !served.has(shapeOf(method, path)))
    for (const { id, method, path } of missing.filter((_, index) => index % 7 === 0)) {
      const url = path.replace(/\{\w+\}/g, 'some-id')
      const { status, body } = await house.call(method, url)
      if (method === 'HEAD') assert.equal(status, 501, id)
      else {
        assert.deepEqual(
          [status, body.status, body.code, body.messageParams.operation],
          [501, 501, 'not.implemented', id],
          `${method} ${url}`,
        )
        assert.ok(body.message.includes(id))
        assert.deepEqual([body.details, body.errors], [[], []])
      }
    }
  })

  test('is told apart from what the vendor has not either', async () => {
    const { status, body } = await house.call('GET', '/api/v2/no/such/thing')
    assert.deepEqual([status, body.messageParams.operation], [501, undefined])
  })
})
