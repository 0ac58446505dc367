import { api } from '../api.ts'
import { Live } from '../live.ts'
import type { DeskView, MessageData } from '../wire.ts'
import { type Interaction, interactionOf, stageOf } from './interaction.ts'
import { joinLines, type Line, lineOf } from './lines.ts'

/** What the desk shows, as one value that is replaced when something changes. */
export interface DeskSnapshot {
  readonly interactions: readonly Interaction[]
  /** Until when the customer of a conversation counts as typing, epoch milliseconds. */
  readonly typing: ReadonlyMap<string, number>
  /** Messages of the customer that the agent has not looked at, by conversation. */
  readonly unread: ReadonlyMap<string, number>
  readonly routing: { readonly status: string; readonly sinceMs: number }
  readonly isRead: boolean
}

interface ThreadPage {
  readonly entities: readonly MessageData[]
  readonly hasOlder: boolean
}

const pageSize = 100
/** Most messages of the open thread that are read again when the line is back; what is before them is kept or left out. */
const rereadMax = 500
/** News are drawn with the next frame, and after this long where no frame comes: in a tab that is not seen. */
const frameWaitMs = 100

/** The agent's desk: his interactions, kept up to date by the notification channel. */
export class DeskState {
  readonly userId: string
  readonly live: Live
  #snapshot: DeskSnapshot = {
    interactions: [],
    typing: new Map(),
    unread: new Map(),
    routing: { status: 'OFF_QUEUE', sinceMs: Date.now() },
    isRead: false,
  }
  readonly #listeners = new Set<() => void>()
  /** Pages of threads that are being read, and the messages of which there was news meanwhile. */
  readonly #loading = new Map<string, { done: Promise<void>; touched: Set<string> }>()
  #openId: string | undefined
  #isTold = true

  constructor(userId: string) {
    this.userId = userId
    this.live = new Live({
      topics: [
        `v2.users.${userId}.signalbox.desk`,
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
    this.#put(await api<DeskView>('GET', `/api/signalbox/desk/${id}`))
  }

  /** Adds a message that the server has just taken, before its event comes. */
  addMessage(message: MessageData): void {
    const known = this.#find(message.conversationId)
    // an event that was faster has said more of it
    if (known === undefined || known.lines.some(({ id }) => id === message.id)) return
    this.#replace({ ...known, lines: joinLines(known.lines, [lineOf(message)]) })
  }

  /** Reads the end of a thread, or what comes before the part of it that is known. */
  loadThread(id: string): Promise<void> {
    const under = this.#loading.get(id)
    if (under !== undefined) return under.done
    const touched = new Set<string>()
    const done = this.#readPage(id, touched).finally(() => this.#loading.delete(id))
    this.#loading.set(id, { done, touched })
    return done
  }

  async #readPage(id: string, touched: ReadonlySet<string>): Promise<void> {
    const known = this.#find(id)
    if (known === undefined || known.reach === 'whole') return
    const before = known.reach === 'newest' ? undefined : known.lines[0]?.id
    const page = await readThread(id, pageSize, before)
    const now = this.#find(id)
    // a reading of everything has come in between
    if (now === undefined || now.reach !== known.reach) return
    if (before !== undefined && now.lines[0]?.id !== before) return
    const [first] = page.entities
    const kept = now.lines.filter((line) => before !== undefined || line.id >= (first?.id ?? ''))
    const fresh = page.entities.filter((one) => !touched.has(one.id)).map(lineOf)
    this.#replace({
      ...now,
      lines: joinLines(kept, fresh),
      reach: page.hasOlder ? 'end' : 'whole',
    })
  }

  async #readAll(): Promise<void> {
    const open = this.#find(this.#openId)
    const [desk, routing, thread] = await Promise.all([
      api<{ entities: readonly DeskView[] }>('GET', '/api/signalbox/desk'),
      api<{ status: string; startTime?: string }>(
        'GET',
        `/api/v2/users/${this.userId}/routingstatus`,
      ),
      open === undefined || open.reach === 'newest'
        ? undefined
        : readThread(open.id, Math.max(pageSize, Math.min(rereadMax, open.lines.length))),
    ])
    const listed = new Set(desk.entities.map(({ conversation }) => conversation.id))
    const gone = this.#snapshot.interactions.filter(
      (one) => stageOf(one) !== 'ended' && !listed.has(one.id),
    )
    const others = await Promise.allSettled(
      gone.map(({ id }) => api<DeskView>('GET', `/api/signalbox/desk/${id}`)),
    )
    this.#set({ isRead: true, routing: routingOf(routing) })
    for (const view of desk.entities) this.#putAgain(view)
    for (const other of others) if (other.status === 'fulfilled') this.#putAgain(other.value)
    if (open !== undefined && thread !== undefined) this.#rejoin(open, thread)
  }

  /** What was missed is not known: a thread that is not looked at is read anew when it is opened. */
  #putAgain(view: DeskView): void {
    const before = this.#find(view.conversation.id)
    this.#put(view, before === undefined ? [] : before.lines.slice(-1))
  }

  /** Joins the end of the open thread, read again, to what was known of it where they meet. */
  #rejoin({ id, lines, reach }: Interaction, page: ThreadPage): void {
    const now = this.#find(id)
    const [first] = page.entities
    if (now === undefined) return
    const meet = first !== undefined && (lines.at(-1)?.id ?? '') >= first.id
    const older = meet ? lines.filter((line) => line.id < first.id) : []
    this.#replace({
      ...now,
      lines: joinLines(older, page.entities.map(lineOf)),
      reach: older.length > 0 ? reach : page.hasOlder ? 'end' : 'whole',
    })
  }

  #take(topicName: string, body: unknown): void {
    if (topicName.endsWith('.signalbox.desk')) this.#put(body as DeskView)
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

  /**
   * Takes what is told of a conversation: where it stands, unless something newer is known, and its messages. `anew`
   * has the last line that was known where everything is read again.
   */
  #put(view: DeskView, anew?: readonly Line[]): void {
    const { id } = view.conversation
    const before = this.#find(id)
    const lines = anew === undefined ? (before?.lines ?? []) : []
    const news = this.#newsOf(view, lines, before)
    const past = before?.lines.at(-1)?.id ?? ''
    const isSame =
      before !== undefined && before.version >= view.version && before.channel !== 'email'
    const next: Interaction = {
      ...(isSame ? before : interactionOf(view, this.userId)),
      lines: joinLines(lines, news),
      reach: anew === undefined ? (before?.reach ?? 'newest') : 'newest',
    }
    if (before === undefined && stageOf(next) === 'ended') return
    const fresh = news.filter((line) => line.isInbound && line.id > past).length
    this.#replace(next)
    this.#count(id, fresh, before === undefined && anew !== undefined)
  }

  /** The lines of a view that belong into the known part of the thread, which has no gap. */
  #newsOf(view: DeskView, lines: readonly Line[], before: Interaction | undefined) {
    const { touched } = this.#loading.get(view.conversation.id) ?? {}
    for (const { id } of view.messages) touched?.add(id)
    const [first] = lines
    const isWhole = first === undefined || before?.reach === 'whole'
    return view.messages.filter(({ id }) => isWhole || id >= first.id).map(lineOf)
  }

  #count(id: string, fresh: number, isFirst: boolean): void {
    if (fresh === 0) return
    const typing = new Map(this.#snapshot.typing)
    typing.delete(id)
    const isSeen = (this.#openId === id && !document.hidden) || isFirst
    const unread = new Map(this.#snapshot.unread)
    if (!isSeen) unread.set(id, (unread.get(id) ?? 0) + fresh)
    this.#set({ typing, unread })
  }

  #find(id: string | undefined): Interaction | undefined {
    return this.#snapshot.interactions.find((one) => one.id === id)
  }

  #replace(next: Interaction): void {
    const { interactions } = this.#snapshot
    const at = interactions.findIndex(({ id }) => id === next.id)
    this.#set({
      interactions: at === -1 ? [...interactions, next] : interactions.with(at, next),
    })
  }

  /** The views are told once a frame, however much has come since the last. */
  #set(change: Partial<DeskSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change }
    if (!this.#isTold) return
    this.#isTold = false
    const tell = () => {
      if (this.#isTold) return
      this.#isTold = true
      for (const listener of this.#listeners) listener()
    }
    requestAnimationFrame(tell)
    setTimeout(tell, frameWaitMs)
  }
}

function readThread(id: string, size: number, before?: string): Promise<ThreadPage> {
  return api<ThreadPage>('GET', `/api/signalbox/conversations/${id}/messages`, {
    query: { pageSize: size, before },
  })
}

interface TypingBody {
  readonly conversationId: string
  readonly normalizedMessage: {
    readonly events?: readonly { readonly typing?: { readonly duration?: number } }[]
  }
}

function routingOf({ status, startTime }: { status: string; startTime?: string }) {
  return { status, sinceMs: startTime === undefined ? Date.now() : Date.parse(startTime) }
}
