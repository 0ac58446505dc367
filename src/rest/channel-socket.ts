import type { WebSocket } from 'ws'

/** Bytes that may wait for a reader; more, and it is cut off. */
const bytesWaitingMax = 1024 * 1024

/** One client's socket on a notification channel. */
export class ChannelSocket {
  readonly channelId: string
  readonly organizationId: string
  readonly connectionId: string
  /** Version of the channel that `topics` is from; 0 until it has been read. */
  version = 0
  topics: ReadonlySet<string> = new Set()
  readonly #socket: WebSocket
  #heard = true
  #forgotten = false

  constructor(
    socket: WebSocket,
    of: {
      readonly channelId: string
      readonly organizationId: string
      readonly connectionId: string
    },
  ) {
    this.#socket = socket
    this.channelId = of.channelId
    this.organizationId = of.organizationId
    this.connectionId = of.connectionId
    socket.on('pong', () => {
      this.#heard = true
    })
    socket.on('message', (data) => {
      this.#heard = true
      if (isPing(String(data))) this.tell('channel.metadata', 'pong')
    })
  }

  get closed(): boolean {
    return this.#forgotten || this.#socket.readyState > 1
  }

  /** Sends a frame; false when the reader is so far behind that it was cut off instead. */
  send(frame: string): boolean {
    if (this.#socket.readyState !== 1) return true
    if (this.#socket.bufferedAmount > bytesWaitingMax) {
      this.close(1013, 'Too slow: events were not read in time. Connect again.')
      return false
    }
    this.#socket.send(frame)
    return true
  }

  /** Sends one of the service's own frames. */
  tell(topicName: 'channel.metadata' | 'v2.system.socket_closing', message: string): void {
    this.send(JSON.stringify({ topicName, eventBody: { message } }))
  }

  /** Sends the heartbeat, and drops a peer that has not been heard of since the one before. */
  heartbeat(): void {
    if (!this.#heard) {
      this.#socket.terminate()
      return
    }
    this.#heard = false
    if (this.#socket.readyState === 1) this.#socket.ping()
    this.tell('channel.metadata', 'WebSocket Heartbeat')
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason)
  }

  /** True the first time: its owner takes it off its lists once. */
  forget(): boolean {
    const first = !this.#forgotten
    this.#forgotten = true
    return first
  }
}

function isPing(text: string): boolean {
  try {
    const parsed: unknown = JSON.parse(text)
    return (
      typeof parsed === 'object' &&
      parsed !== null &&
      'message' in parsed &&
      parsed.message === 'ping'
    )
  } catch {
    return false // Whatever else a client says is not for us.
  }
}
