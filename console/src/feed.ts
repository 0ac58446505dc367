import { useEffect, useRef, useSyncExternalStore } from 'react'
import { ApiError, api, openStream } from './api.ts'
import type { LiveStatus } from './live.ts'
import { type Resource, useResource } from './resource.ts'

/** What entries of the feed are about. */
export type FeedType = 'conversation' | 'message' | 'agent' | 'delivery' | 'consent' | 'campaign'

/** What the feed tells: ids only. */
export interface FeedEvent {
  readonly type: string
  readonly conversationId?: string
  /** Of a conversation: the queues that it waits in, or has left. */
  readonly queueIds?: readonly string[]
}

interface FeedEntry {
  readonly sequence: number
  readonly event: FeedEvent
}

const path = '/api/signalbox/feed'
const retryMinMs = 500
const retryMaxMs = 10_000
/** The server's heartbeat comes every 15 seconds; after this long in silence the line counts as dead. */
const silentMs = 40_000
/** How often pages are read again for users who may not follow the feed. */
const askMs = 3000

/**
 * The organization's feed, followed while somebody looks at what it changes. Whoever listens is told of each entry, and
 * of each new beginning (undefined): then all of it is to be read again.
 */
class Feed {
  readonly #listeners = new Set<(event: FeedEvent | undefined) => void>()
  readonly #watchers = new Set<() => void>()
  #status: LiveStatus = { state: 'connecting', heardMs: Date.now() }
  #after: number | undefined
  #run: AbortController | undefined

  listen(listener: (event: FeedEvent | undefined) => void): () => void {
    this.#listeners.add(listener)
    if (this.#run === undefined) void this.#follow()
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size > 0) return
      this.#run?.abort()
      this.#run = undefined
      this.#after = undefined
    }
  }

  watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  snapshot = (): LiveStatus => this.#status

  async #follow(): Promise<void> {
    const run = new AbortController()
    this.#run = run
    let tries = 0
    while (!run.signal.aborted) {
      const isHeard = await this.#once(run.signal).catch((error: unknown) => this.#failed(error))
      if (run.signal.aborted) return
      if (isHeard === 'forbidden') {
        this.#set({ state: 'over', heardMs: Date.now() })
        this.#tell(undefined)
        await new Promise((resolve) => setTimeout(resolve, askMs))
        continue
      }
      tries = isHeard ? 0 : tries + 1
      const waitMs = Math.min(retryMaxMs, retryMinMs * 2 ** tries) * (0.75 + Math.random() / 2)
      const { heardMs } = this.#status
      this.#set({ state: 'stale', heardMs, retryMs: Date.now() + waitMs })
      await new Promise((resolve) => setTimeout(resolve, waitMs))
    }
  }

  /** Who may not follow the feed has his pages read again now and then. */
  #failed(error: unknown): boolean | 'forbidden' {
    if (!(error instanceof ApiError)) return false
    if (error.status === 400) this.#after = undefined
    return error.status === 403 ? 'forbidden' : false
  }

  /** One connection, until it is over; true when it was ever open. */
  async #once(signal: AbortSignal): Promise<boolean> {
    if (this.#after === undefined) {
      const { last } = await api<{ last: number }>('GET', path, { query: { after: 'now' }, signal })
      this.#after = last
      this.#tell(undefined)
    }
    const silence = new AbortController()
    const drop = () => silence.abort()
    const stream = await openStream(`${path}?after=${this.#after}`, {
      signal: AbortSignal.any([signal, silence.signal]),
    })
    const reader = stream.pipeThrough(new TextDecoderStream()).getReader()
    let rest = ''
    let timer: ReturnType<typeof setTimeout> | undefined
    this.#set({ state: 'live', heardMs: Date.now() })
    window.addEventListener('offline', drop)
    try {
      for (;;) {
        timer = setTimeout(() => silence.abort(), silentMs)
        const { value, done } = await reader.read()
        clearTimeout(timer)
        if (done || signal.aborted) return true
        this.#set({ state: 'live', heardMs: Date.now() })
        const parts = (rest + value).split('\n\n')
        rest = parts.pop() ?? ''
        for (const part of parts) this.#take(part)
      }
    } catch {
      return true
    } finally {
      window.removeEventListener('offline', drop)
      clearTimeout(timer)
    }
  }

  #take(part: string): void {
    const data = part.split('\n').find((line) => line.startsWith('data: '))
    if (data === undefined || part.startsWith('event: end')) return
    const entry = JSON.parse(data.slice(6)) as FeedEntry
    this.#after = entry.sequence
    this.#tell(entry.event)
  }

  #tell(event: FeedEvent | undefined): void {
    for (const listener of this.#listeners) listener(event)
  }

  #set(status: LiveStatus): void {
    this.#status = status
    for (const watcher of this.#watchers) watcher()
  }
}

const feed = new Feed()

/** How the feed stands, for those who are told. */
export function useFeedStatus(): LiveStatus {
  return useSyncExternalStore(feed.watch, feed.snapshot)
}

/** The least time between two readings of the same thing. */
const pauseMs = 400

/**
 * Hands on what the feed tells: at once for the first event, then together and no more often than every so many
 * milliseconds. An undefined one among them says that all is to be read again.
 */
export function useFeed(
  take: (events: readonly (FeedEvent | undefined)[]) => void,
  given: { readonly isWanted?: boolean; readonly everyMs?: number } = {},
): void {
  const { isWanted = true, everyMs = pauseMs } = given
  const latest = useRef(take)
  latest.current = take
  useEffect(() => {
    if (!isWanted) return
    let timer: ReturnType<typeof setTimeout> | undefined
    let lastMs = 0
    let events: (FeedEvent | undefined)[] = []
    const over = feed.listen((event) => {
      events.push(event)
      if (timer !== undefined) return
      const waitMs = Math.max(20, lastMs + everyMs - Date.now())
      timer = setTimeout(() => {
        timer = undefined
        lastMs = Date.now()
        const told = events
        events = []
        latest.current(told)
      }, waitMs)
    })
    return () => {
      clearTimeout(timer)
      over()
    }
  }, [isWanted, everyMs])
}

/** Reads something, and again when the feed tells of one of the types. Without types it is read once. */
export function useLiveResource<Data>(
  key: string,
  load: (signal: AbortSignal) => Promise<Data>,
  types: readonly FeedType[],
): Resource<Data> {
  const resource = useResource(key, load)
  useFeed(
    (events) => {
      const wanted: readonly string[] = types
      if (events.some((event) => event === undefined || wanted.includes(event.type)))
        void resource.reload()
    },
    { isWanted: types.length > 0 },
  )
  return resource
}
