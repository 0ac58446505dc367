import { useRef, useState } from 'react'
import { api, type Listing } from '../api.ts'
import { type FeedEvent, useFeed } from '../feed.ts'
import { type Resource, useResource } from '../resource.ts'
import type { DeskView } from '../wire.ts'

/** Conversations that are read one by one at a time; where more have changed, the list is read again. */
const singleMax = 10

/** What a supervisor looks over: the newest open conversations, and how many there were when they were listed. */
export interface Supervised {
  readonly views: readonly DeskView[]
  readonly total: number
}

/** Everybody's open conversations. They are listed once; then those that the feed tells of are read again. */
export function useSupervised(): Resource<Supervised> {
  const [views, setViews] = useState<ReadonlyMap<string, DeskView>>(new Map())
  const touched = useRef(new Set<string>())
  const listed = useResource('supervise', async (signal) => {
    const own = new Set<string>()
    touched.current = own
    const page = await api<Listing<DeskView>>('GET', '/api/signalbox/conversations', {
      query: { pageSize: 100 },
      signal,
    })
    // what was read by itself meanwhile is newer than the list
    const fresh = page.entities.filter(({ conversation }) => !own.has(conversation.id))
    setViews((past) => new Map([...past].filter(([id]) => own.has(id)).concat(fresh.map(byItsId))))
    return page.total ?? page.entities.length
  })
  const read = async (id: string) => {
    const view = await api<DeskView>('GET', `/api/signalbox/desk/${id}`)
    touched.current.add(id)
    setViews((past) => put(past, view))
  }
  useFeed((events) => {
    const ids = changedOf(events)
    if (ids === undefined || ids.length > singleMax) void listed.reload()
    else Promise.all(ids.map(read)).catch(() => void listed.reload())
  })
  const { data: total } = listed
  const newestFirst = [...views.values()].sort((a, b) =>
    a.conversation.id < b.conversation.id ? 1 : -1,
  )
  return { ...listed, data: total === undefined ? undefined : { views: newestFirst, total } }
}

function byItsId(view: DeskView): [string, DeskView] {
  return [view.conversation.id, view]
}

/** One that is over is taken out; an answer that another has overtaken changes nothing. */
function put(past: ReadonlyMap<string, DeskView>, view: DeskView): ReadonlyMap<string, DeskView> {
  const { id, endTime } = view.conversation
  if ((past.get(id)?.version ?? 0) > view.version) return past
  const next = new Map(past).set(id, view)
  if (endTime !== undefined) next.delete(id)
  return next
}

/** The conversations that there is news of; undefined when it is of everything. */
function changedOf(events: readonly (FeedEvent | undefined)[]): readonly string[] | undefined {
  if (events.includes(undefined)) return undefined
  const ids = events.flatMap((event) =>
    event?.conversationId === undefined || event.type === 'typing' ? [] : [event.conversationId],
  )
  return [...new Set(ids)]
}
