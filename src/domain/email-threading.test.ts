import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  emailThreadingDays,
  isInThreadingWindow,
  messageIdOf,
  messageIdsIn,
  referencesOfReply,
  threadCandidates,
} from './email-threading.ts'

const id = fc.stringMatching(/^<[a-z0-9.]{1,12}@[a-z]{1,8}>$/)
const ids = fc.uniqueArray(id, { maxLength: 12 })
const dayMs = 86_400_000

test('ids are read out of folded headers, comments and all', () => {
  assert.deepEqual(messageIdsIn('<a@x>\r\n\t<b@y> (was: <a@x>)'), ['<a@x>', '<b@y>'])
  assert.deepEqual(messageIdsIn('"Your mail of Monday"'), [])
  assert.deepEqual(messageIdsIn(undefined), [])
})

test('any header is read without complaint, and what was written is read again', () => {
  fc.assert(fc.property(fc.string(), (header) => messageIdsIn(header).length >= 0))
  fc.assert(
    fc.property(ids, (written) => {
      assert.deepEqual(messageIdsIn(written.join('\r\n ')), written)
    }),
  )
})

test('the answered mail comes first, then the references from the last to the first', () => {
  assert.deepEqual(
    threadCandidates({ inReplyTo: '<c@x>', references: ['<a@x>', '<b@x>', '<c@x>'] }),
    ['<c@x>', '<b@x>', '<a@x>'],
  )
})

test('an answer to an answer, however deep, still names the first mail of the thread', () => {
  fc.assert(
    fc.property(ids, fc.integer({ min: 1, max: 30 }), (references, depth) => {
      const first = messageIdOf('first', 'example.com')
      let mail: { messageId: string; references: readonly string[] } = {
        messageId: first,
        references,
      }
      for (let step = 0; step < depth; step += 1) {
        const next = referencesOfReply(mail)
        assert.equal(new Set(next).size, next.length)
        assert.equal(next.at(-1), mail.messageId)
        mail = { messageId: `<${step}@reply.example>`, references: next }
      }
      const candidates = threadCandidates({ inReplyTo: undefined, references: mail.references })
      assert.ok(candidates.includes(first))
    }),
  )
})

test('a thread without end keeps its last hundred ids', () => {
  const references = Array.from({ length: 300 }, (_, index) => `<${index}@x>`)
  const next = referencesOfReply({ messageId: '<last@x>', references })
  assert.equal(next.length, 100)
  assert.equal(next.at(-1), '<last@x>')
})

test('where only In-Reply-To is given, it stands for the references', () => {
  assert.deepEqual(referencesOfReply({ messageId: '<b@x>', inReplyTo: '<a@x>', references: [] }), [
    '<a@x>',
    '<b@x>',
  ])
})

test('the window is thirty days from the disconnect; an open conversation has none', () => {
  assert.equal(emailThreadingDays, 30)
  assert.ok(isInThreadingWindow({}, Number.MAX_SAFE_INTEGER))
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 0, max: 60 * dayMs }), (endMs, sinceMs) => {
      assert.equal(isInThreadingWindow({ endMs }, endMs + sinceMs), sinceMs < 30 * dayMs)
    }),
  )
})
