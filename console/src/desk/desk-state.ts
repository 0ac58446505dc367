import { api, type Listing } from '../api.ts'
import { Live } from '../live.ts'
import type { MessageData, WireConversation } from '../wire.ts'
import { type Interaction, interactionOf, stageOf } from './interaction.ts'

/** What the desk shows, as one value that is replaced when something changes. */
export interface DeskSnapshot {
  readonly interactions: readonly Interaction[]
  /** Texts and contents that have been read so far, by message id. */
  readonly messages: ReadonlyMap<string, MessageData>
  /** Until when the customer of a conversation counts as typing, epoch milliseconds. */
  readonly typing: ReadonlyMap<string, number>
  /** Messages of the customer that the agent has not looked at, by conversation. */
  readonly unread: ReadonlyMap<string, number>
  readonly routing: { readonly status: string; readonly sinceMs: number }
  readonly isRead: boolean
}

/** Most messages that one call reads. */
const bulkMax = 200
const wrappingKey = 'signalbox.wrapping-up'

/** The agent's desk: his interactions, kept up to date by the notification channel. */
export class DeskState {
  readonly userId: string
  readonly live: Live
  #snapshot: DeskSnapshot = {
    interactions: [],
    messages: new Map(),
    typing: new Map(),
    unread: new Map(),
    routing: { status: 'OFF_QUEUE', sinceMs: Date.now() },
    isRead: false,
  }
  readonly #listeners = new Set<() => void>()
  readonly #wanted = new Set<string>()
  #openId: string | undefined

  constructor(userId: string) {
    this.userId = userId
    this.live = new Live({
      topics: [
        `v2.users.${userId}.conversations`,
        `v2.users.${userId}.conversations.inbound.typing.event`,
        `v2.users.${userId}.routingStatus`,
      ],
      onFresh: () => this.#readAll(),
      onEvent: (topicName, body) => this.#take(topicName, body),
    })
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  snapshot = (): DeskSnapshot => this.#snapshot

  start(): void {
    this.live.start()
  }

  stop(): void {
    this.live.stop()
  }

  /** Says which interaction is looked at: its messages count as read. */
  open(id: string | undefined): void {
    this.#openId = id
    if (id === undefined || !this.#snapshot.unread.has(id)) return
    const unread = new Map(this.#snapshot.unread)
    unread.delete(id)
    this.#set({ unread })
  }

  /** Takes an ended interaction off the desk. */
  dismiss(id: string): void {
    this.#set({ interactions: this.#snapshot.interactions.filter((one) => one.id !== id) })
  }

  /** Reads one conversation again, such as after an action whose event may be on its way. */
  async refresh(id: string): Promise<void> {
    this.#put(await api<WireConversation>('GET', `/api/v2/conversations/${id}`))
  }

  /** Adds a message that the server has just taken, before its event comes. */
  addMessage(message: MessageData): void {
    this.#set({ messages: new Map(this.#snapshot.messages).set(message.id, message) })
  }

  /** Reads the texts of these messages, those that are not there yet, newest first. */
  want(conversationId: string, ids: readonly string[]): void {
    const missing = ids.filter((id) => !this.#snapshot.messages.has(id) && !this.#wanted.has(id))
    if (missing.length === 0) return
    const chunk = missing.slice(-bulkMax)
    for (const id of chunk) this.#wanted.add(id)
    void this.#readMessages(conversationId, chunk)
  }

  async #readMessages(conversationId: string, ids: readonly string[]): Promise<void> {
    try {
      const page = await api<Listing<MessageData>>(
        'POST',
        `/api/v2/conversations/messages/${conversationId}/messages/bulk`,
        { body: ids },
      )
      const messages = new Map(this.#snapshot.messages)
      for (const message of page.entities) messages.set(message.id, message)
      this.#set({ messages })
    } catch {
      for (const id of ids) this.#wanted.delete(id) // asked for again when it is next drawn
    }
  }

  async #readAll(): Promise<void> {
    const [page, routing] = await Promise.all([
      api<Listing<WireConversation>>('GET', '/api/v2/conversations'),
      api<{ status: string; startTime?: string }>(
        'GET',
        `/api/v2/users/${this.userId}/routingstatus`,
      ),
    ])
    const known = new Set(page.entities.map(({ id }) => id))
    const gone = [
      ...this.#snapshot.interactions.filter((one) => stageOf(one) !== 'ended').map(({ id }) => id),
      ...wrappingIds(),
    ].filter((id) => !known.has(id))
    const others = await Promise.allSettled(
      [...new Set(gone)].map((id) => api<WireConversation>('GET', `/api/v2/conversations/${id}`)),
    )
    this.#set({ isRead: true, routing: routingOf(routing) })
    for (const conversation of page.entities) this.#put(conversation, true)
    for (const other of others) if (other.status === 'fulfilled') this.#put(other.value, true)
  }

  #take(topicName: string, body: unknown): void {
    if (topicName.endsWith('.conversations')) this.#put(body as WireConversation)
    else if (topicName.endsWith('.typing.event')) this.#takeTyping(body as TypingBody)
    else if (topicName.endsWith('.routingStatus')) {
      const { routingStatus } = body as { routingStatus: { status: string; startTime?: string } }
      this.#set({ routing: routingOf(routingStatus) })
    }
  }

  #takeTyping({ conversationId, normalizedMessage }: TypingBody): void {
    const durationMs = normalizedMessage.events?.[0]?.typing?.duration ?? 5000
    this.#set({
      typing: new Map(this.#snapshot.typing).set(conversationId, Date.now() + durationMs),
    })
  }

  /** Puts a conversation in the place of what was known of it; news that is older than that is passed over. */
  #put(raw: WireConversation, isRereading = false): void {
    const next = interactionOf(raw, this.userId)
    const { interactions } = this.#snapshot
    const before = interactions.find(({ id }) => id === next.id)
    if (before === undefined && stageOf(next) === 'ended') return
    if (before !== undefined && next.lines.length < before.lines.length) return
    const past = new Set(before?.lines.map(({ id }) => id))
    const fresh = next.lines.filter(({ id, status }) => !past.has(id) && status === 'received')
    const others = interactions.filter(({ id }) => id !== next.id)
    const isSeen =
      (this.#openId === next.id && !document.hidden) || (isRereading && before === undefined)
    const unread = new Map(this.#snapshot.unread)
    if (!isSeen && fresh.length > 0) unread.set(next.id, (unread.get(next.id) ?? 0) + fresh.length)
    const typing = new Map(this.#snapshot.typing)
    if (fresh.length > 0) typing.delete(next.id)
    this.#set({ interactions: [...others, next], unread, typing })
    this.#keepWrapping()
    if (next.channel !== 'email')
      this.want(
        next.id,
        next.lines.slice(-50).map(({ id }) => id),
      )
  }

  /** Ended interactions with after-call work are not listed by the API: a reload finds them by this. */
  #keepWrapping(): void {
    const ids = this.#snapshot.interactions.filter((one) => stageOf(one) === 'wrap-up')
    sessionStorage.setItem(wrappingKey, JSON.stringify(ids.map(({ id }) => id)))
  }

  #set(change: Partial<DeskSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change }
    for (const listener of this.#listeners) listener()
  }
}

interface TypingBody {
  readonly conversationId: string
  readonly normalizedMessage: {
    readonly events?: readonly { readonly typing?: { readonly duration?: number } }[]
  }
}

function wrappingIds(): readonly string[] {
  return JSON.parse(sessionStorage.getItem(wrappingKey) ?? '[]') as string[]
}

function routingOf({ status, startTime }: { status: string; startTime?: string }) {
  return { status, sinceMs: startTime === undefined ? Date.now() : Date.parse(startTime) }
}
