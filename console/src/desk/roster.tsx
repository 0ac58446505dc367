import { useVirtualizer } from '@tanstack/react-virtual'
import { Ear, Inbox, Mail, MessageCircle, MessageSquare } from 'lucide-react'
import { memo, useEffect, useMemo, useRef } from 'react'
import { useNow } from '../resource.ts'
import { Empty } from '../ui/states.tsx'
import { duration, stopwatch } from '../ui/time.tsx'
import type { DeskSnapshot } from './desk-state.ts'
import { type Interaction, type Stage, stageOf } from './interaction.ts'
import type { Line } from './lines.ts'

const order: readonly Stage[] = ['alerting', 'connected', 'wrap-up', 'parked', 'ended']
const stageWords: Readonly<Record<Stage, string>> = {
  alerting: 'Alerting',
  connected: 'Connected',
  parked: 'Parked',
  'wrap-up': 'Wrap-up',
  ended: 'Ended',
}

/** What each channel is drawn and called as. */
export const channels = {
  sms: { icon: MessageSquare, name: 'SMS' },
  open: { icon: MessageCircle, name: 'Open messaging' },
  email: { icon: Mail, name: 'E-mail' },
  other: { icon: MessageCircle, name: 'Message' },
} as const

/** Interactions in the order of the roster: what alerts first, then by age. */
export function rosterOrder(interactions: readonly Interaction[]): readonly Interaction[] {
  return [...interactions].sort(
    (a, b) =>
      order.indexOf(stageOf(a)) - order.indexOf(stageOf(b)) ||
      a.startMs - b.startMs ||
      (a.id < b.id ? -1 : 1),
  )
}

/** How long a customer may wait for an answer before the ring is full. */
const answerTargetMs = 5 * 60_000
/** A silence of this length fills the inactivity ring. */
const inactivityMs = 30 * 60_000

/** Height of an item before it is measured, in pixels. */
const itemPx = 80

/** The agent's interactions: who, on which channel, since when, the last line, what is unread. */
export function Roster({
  snapshot,
  openId,
  onOpen,
}: {
  readonly snapshot: DeskSnapshot
  readonly openId: string | undefined
  readonly onOpen: (id: string) => void
}) {
  const nowMs = useNow()
  const scroller = useRef<HTMLDivElement>(null)
  const ordered = useMemo(() => rosterOrder(snapshot.interactions), [snapshot.interactions])
  const virtual = useVirtualizer({
    count: ordered.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => itemPx,
    getItemKey: (index) => ordered[index]?.id ?? index,
    overscan: 6,
  })
  const hasOpen = ordered.some(({ id }) => id === openId)
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is opened is brought into sight once, wherever it moves
  useEffect(() => {
    const at = ordered.findIndex(({ id }) => id === openId)
    if (at >= 0) virtual.scrollToIndex(at)
  }, [openId, hasOpen])
  if (ordered.length === 0) {
    return (
      <Empty icon={Inbox} title="No interactions">
        Nobody is waiting for you.
      </Empty>
    )
  }
  return (
    <div ref={scroller} className="roster-list">
      <ul style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map(({ index, start, key }) => {
          const one = ordered[index]
          if (one === undefined) return null
          return (
            <li
              key={key}
              ref={virtual.measureElement}
              data-index={index}
              className="roster-row"
              aria-setsize={ordered.length}
              aria-posinset={index + 1}
              style={{ transform: `translateY(${start}px)` }}
            >
              <RosterItem
                interaction={one}
                unread={snapshot.unread.get(one.id) ?? 0}
                isTyping={(snapshot.typing.get(one.id) ?? 0) > nowMs}
                nowMs={nowMs}
                isOpen={one.id === openId}
                onOpen={onOpen}
              />
            </li>
          )
        })}
      </ul>
    </div>
  )
}

const RosterItem = memo(function RosterItem({
  interaction,
  unread,
  isTyping,
  nowMs,
  isOpen,
  onOpen,
}: {
  readonly interaction: Interaction
  readonly unread: number
  readonly isTyping: boolean
  readonly nowMs: number
  readonly isOpen: boolean
  readonly onOpen: (id: string) => void
}) {
  const stage = stageOf(interaction)
  const { icon: Icon, name } = channels[interaction.channel]
  const last = interaction.lines.at(-1)
  const preview = interaction.subject ?? (last === undefined ? 'No messages yet' : inShort(last))
  return (
    <button
      type="button"
      className={`roster-item ${stage}`}
      aria-current={isOpen ? 'true' : undefined}
      onClick={() => onOpen(interaction.id)}
    >
      <WaitRing interaction={interaction} stage={stage} nowMs={nowMs}>
        <Icon size={17} aria-hidden />
        <span className="sr-only">{name}</span>
      </WaitRing>
      <span className="roster-body">
        <span className="roster-top">
          <strong className="truncate">{interaction.customerName}</strong>
          <span className="xs soft">{duration(nowMs - (last?.timeMs ?? interaction.startMs))}</span>
        </span>
        <span className="roster-bottom">
          <span className="truncate soft small">
            {isTyping ? <em>typing…</em> : preview.replaceAll('\n', ' ')}
          </span>
          {unread === 0 ? null : (
            <span className="count">
              {unread}
              <span className="sr-only"> unread</span>
            </span>
          )}
        </span>
        <span className="roster-bottom xs soft">
          <span className="truncate">{interaction.queueName ?? name}</span>
          <StageMark interaction={interaction} stage={stage} nowMs={nowMs} />
        </span>
      </span>
    </button>
  )
})

/** A message in one line: its words, or what it brings instead of words; who wrote it where that was us. */
function inShort({ message, isInbound }: Line): string {
  const text = message.textBody ?? message.normalizedMessage.text ?? ''
  const [file] = message.media ?? []
  const words = text === '' ? (file === undefined ? 'Message without text' : 'File') : text
  return isInbound ? words : `You: ${words}`
}

function StageMark({
  interaction,
  stage,
  nowMs,
}: {
  readonly interaction: Interaction
  readonly stage: Stage
  readonly nowMs: number
}) {
  const { own } = interaction
  if (own?.isMonitoring === true && stage === 'connected') {
    return (
      <span className="badge info">
        <Ear size={12} aria-hidden /> Monitoring
      </span>
    )
  }
  if (stage === 'connected') return null
  const tone = { alerting: 'warn', parked: 'info', 'wrap-up': 'accent', ended: '' }[stage]
  const left =
    stage === 'wrap-up' && own?.acwSinceMs !== undefined && own.acwTimeoutMs > 0
      ? ` ${stopwatch(own.acwSinceMs + own.acwTimeoutMs - nowMs)}`
      : ''
  return (
    <span className={`badge ${tone}`}>
      {stageWords[stage]}
      {left}
    </span>
  )
}

/** The ring around the channel's sign: how much of the time to answer is used up; once answered, how long it is silent. */
function WaitRing({
  interaction,
  stage,
  nowMs,
  children,
}: {
  readonly interaction: Interaction
  readonly stage: Stage
  readonly nowMs: number
  readonly children: React.ReactNode
}) {
  const { share, tone, words } = waitOf(interaction, stage, nowMs)
  const length = 2 * Math.PI * 17
  return (
    <span className={`ring ${tone}`} title={words}>
      <svg viewBox="0 0 40 40" aria-hidden="true">
        <circle cx="20" cy="20" r="17" />
        <circle
          className="arc"
          cx="20"
          cy="20"
          r="17"
          strokeDasharray={`${length * Math.min(1, share)} ${length}`}
        />
      </svg>
      {children}
      {words === '' ? null : <span className="sr-only">{words}</span>}
    </span>
  )
}

function waitOf({ own, lines, startMs }: Interaction, stage: Stage, nowMs: number) {
  if (stage === 'alerting') {
    const sinceMs = own?.alertingSinceMs ?? startMs
    return {
      share: Math.max(0, nowMs - sinceMs) / (own?.alertingTimeoutMs ?? 30_000),
      tone: 'warn',
      words: 'Alerting',
    }
  }
  const last = lines.at(-1)
  if (stage !== 'connected' || last === undefined) return { share: 0, tone: '', words: '' }
  const silentMs = Math.max(0, nowMs - last.timeMs)
  if (!last.isInbound) {
    return {
      share: silentMs / inactivityMs,
      tone: 'quiet',
      words: `Silent for ${duration(silentMs)}`,
    }
  }
  const share = silentMs / answerTargetMs
  const tone = share >= 1 ? 'bad' : share > 0.6 ? 'warn' : 'good'
  return { share, tone, words: `Waiting for an answer for ${duration(silentMs)}` }
}
