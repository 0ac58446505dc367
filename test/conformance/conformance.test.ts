import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onBothStores } from '../stores.ts'
import { conformance, holds, report } from './run.ts'
import { SdkModels } from './sdk-models.ts'

onBothStores('the 63 operations of the catalogue', (database) => {
  test('answer the unmodified SDK as its own models say', async () => {
    const result = await conformance(await database())
    assert.ok(holds(result), report(result))
    assert.match(report(result), /\n63\/63$/)
  })
})

test('what is not as the SDK’s models say is found', () => {
  const models = new SdkModels()
  const type = models.replyOf('getConversationsMessageDetails') ?? ''
  assert.equal(type, 'Models.MessageData')
  assert.ok(models.problems({}, type).includes('.timestamp is missing'))
  const strange = {
    id: 1,
    timestamp: 'now',
    direction: 'sideways',
    toAddress: 'a',
    messengerType: 'sms',
  }
  const problems = models.problems(strange, type)
  assert.ok(problems.includes('.id is number, not string'))
  assert.ok(problems.some((problem) => problem.startsWith('.direction is "sideways"')))
  assert.deepEqual(models.problems(['a'], 'Array<string>'), [])
  assert.deepEqual(models.problems(null, 'string', '.name'), ['.name is null'])
})
