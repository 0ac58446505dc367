import Type from 'typebox'
import { isoTime } from '../../clock.ts'
import { AppError } from '../../errors.ts'
import type { FeedEntry } from '../../store/store.ts'
import { operation } from '../operation.ts'

/** Entries of one page unless the caller asks for fewer. */
const pageSize = 200

/** An entry of the feed on the wire. */
export const FeedItem = Type.Object({
  sequence: Type.Integer(),
  time: Type.String(),
  event: Type.Object({ type: Type.String() }),
})

/** An entry as console and clients see it: its number, its time, and what happened in ids. */
export function presentFeedEntry(entry: FeedEntry) {
  return { sequence: entry.sequence, time: isoTime(entry.timeMs), event: entry.event }
}

/**
 * Reads the organization's feed onward from a number. Served as a stream too (`Accept: text/event-stream`), which is why
 * its route is not made from a list of operations.
 */
export const signalboxGetFeed = operation({
  id: 'signalboxGetFeed',
  method: 'GET',
  path: '/api/signalbox/feed',
  summary: 'Reads what happened, in order, after a number; `now` for the end.',
  permission: 'signalbox:feed:view',
  input: {
    query: Type.Object({
      after: Type.Optional(Type.String({ pattern: '^(now|[0-9]{1,15})$' })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    }),
  },
  reply: {
    status: 200,
    schema: Type.Object({ entities: Type.Array(FeedItem), last: Type.Integer() }),
  },
  examples: [{ title: 'from the beginning', input: { query: { after: '0', limit: '2' } } }],
  async handle({ query }, { store }) {
    const head = await store.feed.head()
    if (query.after === 'now') return { entities: [], last: head }
    const after = Number(query.after ?? 0)
    if (after > head) {
      throw new AppError(
        'bad.request',
        'The feed ends at {head}, before {after}: it is not the feed that this number is from. Start again with after=now.',
        { params: { head: String(head), after: String(after) } },
      )
    }
    const entries = await store.feed.after(after, query.limit ?? pageSize)
    return {
      entities: entries.map(presentFeedEntry),
      last: entries.at(-1)?.sequence ?? after,
    }
  },
})
