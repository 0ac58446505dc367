import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { FeedEvent } from './feed-event.ts'
import { packMoments, unpackMoment } from './feed-form.ts'

// A few, so that events of one moment and of one conversation come together.
const id = fc.constantFrom('c-1', 'c-2', '', '0', 'ü"\\')
const ids = fc.array(id, { maxLength: 3 })
const of = <T extends FeedEvent['type']>(type: T) => fc.constant(type)
const detail = fc.record({
  name: fc.constantFrom(
    'customer.start' as const,
    'customer.end' as const,
    'acd.start' as const,
    'acd.end' as const,
    'flow.start' as const,
    'flow.end' as const,
    'user.start' as const,
    'user.end' as const,
    'attributes' as const,
    'wrapup' as const,
    'acw' as const,
    'outbound' as const,
  ),
  participantId: id,
})
const event: fc.Arbitrary<FeedEvent> = fc.oneof(
  fc.record({
    type: of('conversation'),
    conversationId: id,
    version: fc.nat(),
    userIds: ids,
    queueIds: ids,
    details: fc.array(detail, { maxLength: 5 }),
  }),
  fc.record({ type: of('message'), messageId: id, conversationId: id, status: id }),
  fc.record({ type: of('typing'), conversationId: id, userIds: ids, durationMs: fc.nat() }),
  fc.record({ type: of('agent'), userId: id, routingStatus: id, presence: id }),
  fc.record({ type: of('delivery'), deliveryId: id, state: id, accountId: id }),
  fc.record({ type: of('consent'), entryId: id, applied: fc.boolean() }),
  fc.record({ type: of('campaign'), campaignId: id }),
)

test('events that are packed, written as JSON and unpacked are as they were, at the times they had', () => {
  const drafts = fc.array(fc.record({ event, timeMs: fc.integer({ min: 1, max: 3 }) }))
  fc.assert(
    fc.property(drafts, (drafts) => {
      const written = packMoments(drafts).map((moment) => JSON.stringify(moment))
      const read = written.flatMap((text) => {
        const moment = JSON.parse(text)
        return unpackMoment(moment).map((event) => ({ event, timeMs: moment[0] }))
      })
      assert.equal(JSON.stringify(read), JSON.stringify(drafts), 'to the order of their members')
    }),
  )
})

test('times, conversations and participants of one moment are said once', () => {
  const drafts: { event: FeedEvent; timeMs: number }[] = [
    {
      timeMs: 5,
      event: {
        type: 'conversation',
        conversationId: 'c',
        version: 1,
        userIds: [],
        queueIds: [],
        details: [
          { name: 'customer.start', participantId: 'p' },
          { name: 'outbound', participantId: 'q' },
          { name: 'customer.end', participantId: 'p' },
        ],
      },
    },
    {
      timeMs: 5,
      event: { type: 'message', messageId: 'm', conversationId: 'c', status: 'queued' },
    },
  ]
  // In this form the rows of databases are: what is changed here is no longer read there.
  assert.equal(
    JSON.stringify(packMoments(drafts)),
    '[[5,[0,"c",1,[],[],[0,"p",11,"q",1,1]],[1,"m",0,"queued"]]]',
  )
})
