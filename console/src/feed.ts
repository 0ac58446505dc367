import { useEffect, useRef, useSyncExternalStore } from 'react'
import { ApiError, api, openStream } from './api.ts'
import type { LiveStatus } from './live.ts'
import { type Resource, useResource } from './resource.ts'

/** What entries of the feed are about. */
export type FeedType = 'conversation' | 'message' | 'agent' | 'delivery' | 'consent' | 'campaign'

interface FeedEntry {
  readonly sequence: number
  readonly event: { readonly type: string }
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
  readonly #listeners = new Set<(type: string | undefined) => void>()
  readonly #watchers = new Set<() => void>()
  #status: LiveStatus = { state: 'connecting', heardMs: Date.now() }
  #after: number | undefined
  #run: AbortController | undefined

  listen(listener: (type: string | undefined) => void): () => void {
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
    this.#tell(entry.event.type)
  }

  #tell(type: string | undefined): void {
    for (const listener of this.#listeners) listener(type)
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
 * Reads something, and again when the feed tells of one of the types: at once for the first entry, then no more often
 * than every 400 ms. Without types it is read once.
 */
export function useLiveResource<Data>(
  key: string,
  load: (signal: AbortSignal) => Promise<Data>,
  types: readonly FeedType[],
): Resource<Data> {
  const resource = useResource(key, load)
  const reload = useRef(resource.reload)
  reload.current = resource.reload
  const wanted = types.join(' ')
  useEffect(() => {
    if (wanted === '') return
    let timer: ReturnType<typeof setTimeout> | undefined
    let lastMs = 0
    const over = feed.listen((type) => {
      if (type !== undefined && !wanted.split(' ').includes(type)) return
      if (timer !== undefined) return
      const waitMs = Math.max(20, lastMs + pauseMs - Date.now())
      timer = setTimeout(() => {
        timer = undefined
        lastMs = Date.now()
        void reload.current()
      }, waitMs)
    })
    return () => {
      clearTimeout(timer)
      over()
    }
  }, [wanted])
  return resource
}
