import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown } from 'lucide-react'
import { useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { useAround } from '../me.ts'
import { useNow } from '../resource.ts'
import { Button } from '../ui/basics.tsx'
import { Empty } from '../ui/states.tsx'
import { clockTime, dayName } from '../ui/time.tsx'
import { Bubble } from './bubble.tsx'
import type { Interaction, Line } from './interaction.ts'

type Row =
  | { readonly kind: 'day'; readonly key: string; readonly timeMs: number }
  | { readonly kind: 'event'; readonly key: string; readonly timeMs: number; readonly text: string }
  | { readonly kind: 'message'; readonly key: string; readonly timeMs: number; readonly line: Line }

/** What is drawn between and around the messages: days, and what happened to the participants. */
export function rowsOf({ lines, events }: Interaction): readonly Row[] {
  const things: Row[] = [
    ...lines.map((line) => ({ kind: 'message' as const, key: line.id, timeMs: line.timeMs, line })),
    ...events.map(({ id, ...event }) => ({ kind: 'event' as const, key: id, ...event })),
  ].sort((a, b) => a.timeMs - b.timeMs)
  const rows: Row[] = []
  let day = ''
  for (const thing of things) {
    const today = new Date(thing.timeMs).toDateString()
    if (today !== day) rows.push({ kind: 'day', key: `day-${today}`, timeMs: thing.timeMs })
    day = today
    rows.push(thing)
  }
  return rows
}

/** How near to the end one must be for new messages to be followed, in pixels. */
const nearPx = 80

/** The messages of an interaction, oldest first. Only what is seen is drawn; new ones are followed while one is at the end. */
export function Thread({ interaction }: { readonly interaction: Interaction }) {
  const { desk } = useAround()
  const { messages, typing } = useSyncExternalStore(desk.subscribe, desk.snapshot)
  const scroller = useRef<HTMLDivElement>(null)
  const [isAtEnd, setAtEnd] = useState(true)
  const following = useRef(true)
  const rows = useMemo(() => rowsOf(interaction), [interaction])
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index]?.kind === 'message' ? 64 : 36),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 10,
  })
  const items = virtual.getVirtualItems()
  const shown = items
    .flatMap(({ index }) => (rows[index]?.kind === 'message' ? [rows[index].key] : []))
    .join()
  useEffect(() => {
    if (shown !== '') desk.want(interaction.id, shown.split(','))
  }, [desk, interaction.id, shown])
  const totalPx = virtual.getTotalSize()
  // biome-ignore lint/correctness/useExhaustiveDependencies: what has grown is what is followed
  useLayoutEffect(() => {
    const element = scroller.current
    if (following.current && element !== null) element.scrollTop = element.scrollHeight
  }, [rows.length, totalPx])
  const toEnd = () => {
    following.current = true
    virtual.scrollToIndex(rows.length - 1, { align: 'end' })
  }
  return (
    <div className="thread-frame">
      <div
        ref={scroller}
        className="thread"
        role="log"
        aria-label="Messages"
        aria-live="polite"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        onScroll={({ currentTarget: at }) => {
          const isNear = at.scrollHeight - at.scrollTop - at.clientHeight < nearPx
          following.current = isNear
          setAtEnd(isNear)
        }}
      >
        {rows.length === 0 ? (
          <Empty title="No messages yet">
            What you write goes to {interaction.customerAddress}.
          </Empty>
        ) : (
          <div style={{ height: totalPx, position: 'relative' }}>
            {items.map((item) => {
              const row = rows[item.index]
              if (row === undefined) return null
              return (
                <div
                  key={item.key}
                  ref={virtual.measureElement}
                  data-index={item.index}
                  className="thread-row"
                  style={{ transform: `translateY(${item.start}px)` }}
                >
                  {row.kind === 'day' ? (
                    <div className="divider">
                      <span>{dayName(row.timeMs)}</span>
                    </div>
                  ) : row.kind === 'event' ? (
                    <div className="event">
                      {row.text} · {clockTime(row.timeMs)}
                    </div>
                  ) : (
                    <Bubble
                      line={row.line}
                      message={messages.get(row.line.id)}
                      interaction={interaction}
                    />
                  )}
                </div>
              )
            })}
          </div>
        )}
      </div>
      <Typing untilMs={typing.get(interaction.id) ?? 0} name={interaction.customerName} />
      {isAtEnd ? null : (
        <div className="to-end">
          <Button icon={ArrowDown} onPress={toEnd}>
            Newest
          </Button>
        </div>
      )}
    </div>
  )
}

function Typing({ untilMs, name }: { readonly untilMs: number; readonly name: string }) {
  const nowMs = useNow()
  return (
    <div className="typing" aria-live="polite">
      {untilMs > nowMs ? (
        <>
          <span className="typing-dots" aria-hidden>
            <i />
            <i />
            <i />
          </span>
          {name} is typing…
        </>
      ) : null}
    </div>
  )
}
