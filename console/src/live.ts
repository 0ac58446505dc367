import { api } from './api.ts'

/** How the live connection stands, as people are told. */
export type LiveState = 'connecting' | 'live' | 'stale' | 'over'

export interface LiveStatus {
  readonly state: LiveState
  /** When something was last heard, epoch milliseconds. */
  readonly heardMs: number
  /** When the next try to connect is made, while there is none. */
  readonly retryMs?: number
}

type TopicHandler = (topicName: string, body: unknown) => void

const retryMinMs = 250
const retryMaxMs = 10_000
/** The server's heartbeat comes every 30 seconds; after this long in silence the line counts as dead. */
const silentMs = 50_000

interface Frame {
  readonly topicName: string
  readonly eventBody: unknown
}

/**
 * One notification channel over a socket that is made again whenever it is lost. After each connection `onFresh` is
 * called before any event is passed on: whoever reads then and joins events by id misses nothing and doubles nothing.
 */
export class Live {
  readonly #topics: readonly string[]
  readonly #onEvent: TopicHandler
  readonly #onFresh: () => Promise<void>
  readonly #listeners = new Set<() => void>()
  #status: LiveStatus = { state: 'connecting', heardMs: Date.now() }
  #socket: WebSocket | undefined
  #retry: ReturnType<typeof setTimeout> | undefined
  #silence: ReturnType<typeof setTimeout> | undefined
  #tries = 0
  #over = false

  constructor(of: {
    readonly topics: readonly string[]
    readonly onEvent: TopicHandler
    readonly onFresh: () => Promise<void>
  }) {
    this.#topics = of.topics
    this.#onEvent = of.onEvent
    this.#onFresh = of.onFresh
  }

  get status(): LiveStatus {
    return this.#status
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  snapshot = (): LiveStatus => this.#status

  start(): void {
    window.addEventListener('online', this.#reconnectNow)
    document.addEventListener('visibilitychange', this.#reconnectNow)
    void this.#connect()
  }

  stop(): void {
    this.#over = true
    window.removeEventListener('online', this.#reconnectNow)
    document.removeEventListener('visibilitychange', this.#reconnectNow)
    clearTimeout(this.#retry)
    clearTimeout(this.#silence)
    this.#socket?.close()
  }

  #reconnectNow = (): void => {
    if (this.#status.state !== 'stale' || document.hidden) return
    clearTimeout(this.#retry)
    void this.#connect()
  }

  #set(status: LiveStatus): void {
    this.#status = status
    for (const listener of this.#listeners) listener()
  }

  async #connect(): Promise<void> {
    try {
      const channel = await api<{ id: string; connectUri: string }>(
        'POST',
        '/api/v2/notifications/channels',
      )
      await api('POST', `/api/v2/notifications/channels/${channel.id}/subscriptions`, {
        body: this.#topics.map((id) => ({ id })),
      })
      if (!this.#over) this.#open(channel.connectUri)
    } catch {
      this.#lost()
    }
  }

  /** The socket is asked for where the page came from, whatever name the server has for itself. */
  #open(connectUri: string): void {
    const { pathname } = new URL(connectUri)
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
    const socket = new WebSocket(`${scheme}://${location.host}${pathname}`)
    const waiting: Frame[] = []
    let isFresh = false
    this.#socket = socket
    socket.onopen = async () => {
      try {
        await this.#onFresh()
      } catch {
        socket.close()
        return
      }
      if (this.#socket !== socket) return
      isFresh = true
      this.#tries = 0
      this.#heard()
      for (const frame of waiting) this.#onEvent(frame.topicName, frame.eventBody)
    }
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(String(data)) as Frame
      if (frame.topicName === 'v2.system.socket_closing') return
      if (isFresh) this.#heard()
      if (frame.topicName === 'channel.metadata') return
      if (isFresh) this.#onEvent(frame.topicName, frame.eventBody)
      else waiting.push(frame)
    }
    socket.onclose = () => {
      if (this.#socket === socket) this.#lost()
    }
  }

  #heard(): void {
    clearTimeout(this.#silence)
    this.#silence = setTimeout(() => this.#socket?.close(), silentMs)
    this.#set({ state: 'live', heardMs: Date.now() })
  }

  #lost(): void {
    this.#socket = undefined
    clearTimeout(this.#silence)
    if (this.#over) return
    const waitMs = Math.min(retryMaxMs, retryMinMs * 2 ** this.#tries) * (0.75 + Math.random() / 2)
    this.#tries += 1
    this.#set({ state: 'stale', heardMs: this.#status.heardMs, retryMs: Date.now() + waitMs })
    this.#retry = setTimeout(() => void this.#connect(), waitMs)
  }
}
