import type { WebSocket } from 'ws'
import { organizationIdOfChannel } from '../api/notifications/channel.ts'
import { topicEventsOf } from '../api/notifications/events.ts'
import { TopicIndex } from '../api/notifications/topic-index.ts'
import type { Outside } from '../context.ts'
import type { Log } from '../log.ts'
import type { FeedWatch } from '../messaging/notify.ts'
import type { NotificationChannel } from '../store/records.ts'
import type { Database, FeedEntry } from '../store/store.ts'
import { ChannelSocket } from './channel-socket.ts'

/** What the notification sockets need of the server. */
export interface NotificationDeps {
  readonly database: Database
  readonly feed: FeedWatch
  readonly outside: Outside
  readonly log: Log
}

/** The vendor's interval between heartbeats. */
const heartbeatMs = 30_000
/** How late a node learns what was done to a channel on another one. */
const refreshMs = 1000
/** Entries of the feed that wait at the most while one is turned into frames. */
const entriesWaitingMax = 10_000
const idsInOneRead = 200

/** The sockets of one organization on this node, and what they listen to. */
interface Audience {
  readonly index: TopicIndex<ChannelSocket>
  readonly sockets: Set<ChannelSocket>
  readonly listening: Promise<() => void>
}

/** The sockets of this node: each hears of its channel's topics while it is connected. Nothing is replayed. */
export class NotificationSockets {
  readonly #deps: NotificationDeps
  readonly #byChannel = new Map<string, ChannelSocket>()
  readonly #audiences = new Map<string, Audience>()
  #cancelHeartbeat: (() => void) | undefined
  #cancelRefresh: (() => void) | undefined
  #closed = false

  constructor(deps: NotificationDeps) {
    this.#deps = deps
  }

  /** The channel, when it is there and has not expired. */
  async channel(channelId: string): Promise<NotificationChannel | undefined> {
    const organizationId = organizationIdOfChannel(channelId)
    if (organizationId === undefined) return undefined
    const { records } = this.#deps.database.store(organizationId)
    return this.#alive(await records.get('notificationChannel', channelId))
  }

  /** Gives a channel to a socket that has just connected; one that it had before is closed. */
  async connect(socket: WebSocket, channelId: string): Promise<void> {
    const organizationId = organizationIdOfChannel(channelId)
    if (organizationId === undefined || this.#closed) {
      socket.close(1008, 'There is no such channel.')
      return
    }
    const connectionId = this.#deps.outside.ids.uuid()
    const one = new ChannelSocket(socket, { channelId, organizationId, connectionId })
    this.#byChannel.get(channelId)?.close(1000, 'Another connection took the channel.')
    this.#byChannel.set(channelId, one)
    socket.on('close', () => void this.#gone(one))
    this.#keepTime()
    try {
      const audience = this.#audienceOf(one)
      await audience.listening
      if (one.closed) return
      const channel = await this.#claim(one)
      if (channel === undefined) {
        one.close(1008, 'There is no such channel.')
        return
      }
      this.#setTopics(one, channel)
      if (one.closed) await this.#release(one)
      else await this.refresh(channelId) // subscriptions that were made while this one was claiming
    } catch (error) {
      this.#deps.log.error('A notification socket could not be served.', { err: error })
      one.close(1011, 'The server cannot serve this channel now. Connect again later.')
    }
  }

  /** Takes up what was done to a channel; nothing when its socket is elsewhere. */
  async refresh(channelId: string): Promise<void> {
    const one = this.#byChannel.get(channelId)
    if (one !== undefined) this.#reconcile(one, await this.channel(channelId))
  }

  /** Tells every socket that the server is going to close it (topic `v2.system.socket_closing`). */
  announceClosing(message: string): void {
    for (const one of this.#byChannel.values()) {
      one.tell('v2.system.socket_closing', message)
    }
  }

  /** Closes every socket, and takes no more. */
  async close(): Promise<void> {
    this.#closed = true
    this.#cancelHeartbeat?.()
    this.#cancelRefresh?.()
    const all = [...this.#byChannel.values()]
    for (const one of all) one.close(1001, 'The server stops.')
    await Promise.all(all.map((one) => this.#gone(one)))
  }

  #alive(channel: NotificationChannel | undefined): NotificationChannel | undefined {
    const now = this.#deps.outside.clock.now()
    return channel !== undefined && channel.expiresMs > now ? channel : undefined
  }

  #audienceOf(one: ChannelSocket): Audience {
    const there = this.#audiences.get(one.organizationId)
    if (there !== undefined) {
      there.sockets.add(one)
      return there
    }
    const index = new TopicIndex<ChannelSocket>()
    const { organizationId } = one
    const listening = this.#deps.feed.subscribe(organizationId, {
      bufferMax: entriesWaitingMax,
      take: (entry) => this.#tell(organizationId, index, entry),
      end: (reason) => this.#lost(organizationId, reason),
    })
    const audience: Audience = { index, sockets: new Set([one]), listening }
    this.#audiences.set(organizationId, audience)
    return audience
  }

  async #tell(
    organizationId: string,
    index: TopicIndex<ChannelSocket>,
    entry: FeedEntry,
  ): Promise<void> {
    const store = this.#deps.database.store(organizationId)
    for (const { topicName, body } of await topicEventsOf(entry, index, store)) {
      const frame =
        `{"topicName":${JSON.stringify(topicName)},"version":"2","eventBody":${body},` +
        `"metadata":{"CorrelationId":"${this.#deps.outside.ids.uuid()}"}}`
      for (const one of index.listeners(topicName)) {
        if (one.send(frame)) continue
        this.#deps.log.warn('A notification socket was cut off: it reads too slowly.', {
          organizationId,
        })
      }
    }
  }

  /** The feed is lost to this organization's sockets; they are closed, so that their clients know and come again. */
  #lost(organizationId: string, reason: string): void {
    const audience = this.#audiences.get(organizationId)
    if (audience === undefined) return
    this.#audiences.delete(organizationId)
    if (reason !== 'closing') this.#deps.log.error('Notifications were interrupted.', { reason })
    for (const one of audience.sockets) {
      one.close(reason === 'closing' ? 1001 : 1013, 'Events may be missing. Connect again.')
    }
  }

  /** Notes in the store that this socket has the channel, for other nodes to see. */
  async #claim(one: ChannelSocket): Promise<NotificationChannel | undefined> {
    return this.#update(one, () => one.connectionId)
  }

  async #release(one: ChannelSocket): Promise<void> {
    await this.#update(one, (held) => (held === one.connectionId ? undefined : held))
  }

  async #update(
    one: ChannelSocket,
    holder: (held: string | undefined) => string | undefined,
  ): Promise<NotificationChannel | undefined> {
    return this.#deps.database.store(one.organizationId).transaction(async (store) => {
      const found = this.#alive(await store.records.get('notificationChannel', one.channelId))
      if (found === undefined) return undefined
      const { connectionId: held, ...idle } = found
      const next = holder(held)
      if (next === held) return found
      const saved: NotificationChannel = {
        ...idle,
        ...(next === undefined ? {} : { connectionId: next }),
        version: found.version + 1,
      }
      await store.records.save('notificationChannel', saved)
      return saved
    })
  }

  #setTopics(one: ChannelSocket, channel: NotificationChannel): void {
    const index = this.#audiences.get(one.organizationId)?.index
    if (index === undefined || one.closed || channel.version <= one.version) return
    one.version = channel.version
    const next = new Set(channel.topics)
    for (const topic of one.topics) if (!next.has(topic)) index.remove(topic, one)
    for (const topic of next) index.add(topic, one)
    one.topics = next
  }

  #reconcile(one: ChannelSocket, channel: NotificationChannel | undefined): void {
    if (one.version === 0) return // it is still being connected, which reads the channel too
    if (channel === undefined) {
      one.close(1000, 'The channel has expired or was replaced. Make another.')
    } else if (channel.version > one.version && channel.connectionId !== one.connectionId) {
      one.close(1000, 'Another connection took the channel.')
    } else this.#setTopics(one, channel)
  }

  async #gone(one: ChannelSocket): Promise<void> {
    if (!one.forget()) return
    if (this.#byChannel.get(one.channelId) === one) this.#byChannel.delete(one.channelId)
    const audience = this.#audiences.get(one.organizationId)
    if (audience?.sockets.delete(one)) {
      for (const topic of one.topics) audience.index.remove(topic, one)
    }
    try {
      if (audience !== undefined && audience.sockets.size === 0) {
        this.#audiences.delete(one.organizationId)
        const stop = await audience.listening
        stop()
      }
      await this.#release(one)
    } catch (error) {
      this.#deps.log.warn('A notification channel stays marked as connected.', { err: error })
    }
  }

  #keepTime(): void {
    const { clock } = this.#deps.outside
    this.#cancelHeartbeat ??= clock.after(heartbeatMs, () => {
      this.#cancelHeartbeat = undefined
      for (const one of this.#byChannel.values()) one.heartbeat()
      if (this.#byChannel.size > 0) this.#keepTime()
    })
    const everyMs = this.#deps.database.capabilities.manyNodes ? refreshMs : heartbeatMs
    this.#cancelRefresh ??= clock.after(everyMs, () => {
      void this.#refreshAll().finally(() => {
        this.#cancelRefresh = undefined
        if (this.#byChannel.size > 0 && !this.#closed) this.#keepTime()
      })
    })
  }

  async #refreshAll(): Promise<void> {
    try {
      for (const [organizationId, { sockets }] of this.#audiences) {
        const { records } = this.#deps.database.store(organizationId)
        const all = [...sockets]
        for (let start = 0; start < all.length; start += idsInOneRead) {
          const some = all.slice(start, start + idsInOneRead)
          const ids = some.map(({ channelId }) => channelId)
          const page = { size: ids.length, number: 1 }
          const { entities } = await records.list('notificationChannel', page, { ids })
          const byId = new Map(entities.map((channel) => [channel.id, channel]))
          for (const one of some) this.#reconcile(one, this.#alive(byId.get(one.channelId)))
        }
      }
    } catch (error) {
      this.#deps.log.error('Notification channels could not be read; tried again.', { err: error })
    }
  }
}
