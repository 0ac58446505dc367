import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown } from 'lucide-react'
import {
  type RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react'
import { flushSync } from 'react-dom'
import { useAround } from '../me.ts'
import { useAction, useNow } from '../resource.ts'
import { Button } from '../ui/basics.tsx'
import { Empty, Problem } from '../ui/states.tsx'
import { dayName } from '../ui/time.tsx'
import { count } from '../ui/words.ts'
import type { Interaction } from './interaction.ts'
import type { Line } from './lines.ts'
import { rowsOf, ThreadRow } from './thread-row.tsx'
import { useThreadWindow } from './thread-window.ts'

/** How near to the end one must be for new messages to be followed, in pixels. */
const nearPx = 80
/** Older messages are read, and the window is moved, when so few rows are left beyond what is seen. */
const edgeRows = 25

/** The messages of an interaction, oldest first. Only what is seen is drawn; new ones are followed while one is at the end. */
export function Thread({ interaction }: { readonly interaction: Interaction }) {
  const { me } = useAround()
  const { lines, events, reach } = interaction
  const scroller = useRef<HTMLDivElement>(null)
  const shown = useThreadWindow(lines)
  const isFromStart = reach === 'whole' && !shown.hasEarlier
  const isToEnd = !shown.hasLater
  const rows = useMemo(
    () => rowsOf({ lines: shown.lines, events, isFromStart, isToEnd }),
    [shown.lines, events, isFromStart, isToEnd],
  )
  const wasToEnd = useRef(isToEnd)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index]?.line === undefined ? 36 : 64),
    getItemKey: useCallback((index: number) => rows[index]?.key ?? index, [rows]),
    overscan: 8,
    anchorTo: 'end',
    followOnAppend: isToEnd && wasToEnd.current, // not when only the window is moved on
    scrollEndThreshold: nearPx,
  })
  const items = virtual.getVirtualItems()
  useEffect(() => {
    wasToEnd.current = isToEnd
  }, [isToEnd])
  const rowsAbove = items[0]?.index ?? 0
  const rowsBelow = rows.length - 1 - (items.at(-1)?.index ?? 0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: each edge that is reached moves the window once
  useEffect(() => {
    if (rowsAbove < edgeRows && shown.hasEarlier) shown.back()
    else if (rowsBelow < edgeRows && shown.hasLater) shown.on()
  }, [rowsAbove < edgeRows, rowsBelow < edgeRows, shown.lines])
  const older = useOlder(interaction, rowsAbove < edgeRows && !shown.hasEarlier)
  const end = useEnd(lines, { scroller, isToEnd })
  const topPx = virtual.scrollOffset ?? 0
  const topRow = items.find((item) => item.end > topPx)?.index ?? 0
  const isRead = reach !== 'newest'
  // biome-ignore lint/correctness/useExhaustiveDependencies: a thread that has just been read is shown from its end
  useLayoutEffect(() => virtual.scrollToEnd(), [isRead])
  const toEnd = () => {
    flushSync(shown.toEnd)
    virtual.scrollToEnd()
  }
  return (
    <div className="thread-frame">
      {end.isAtEnd ? null : (
        <div className="thread-top">
          <span className="chip">
            {older.isBusy ? 'Reading older messages…' : dayName(rows[topRow]?.timeMs ?? 0)}
          </span>
        </div>
      )}
      {older.error === undefined ? null : <Problem error={older.error} onRetry={older.read} />}
      <div
        ref={scroller}
        className="thread"
        role="log"
        aria-label="Messages"
        aria-live="off"
        aria-busy={!isRead}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        onScroll={end.onScroll}
        onKeyDown={(event) => {
          // the browser would lead to the end of what is laid out
          if (event.key !== 'End' || isToEnd) return
          event.preventDefault()
          toEnd()
        }}
      >
        {rows.length === 0 && isRead ? (
          <Empty title="No messages yet">
            What you write goes to {interaction.customerAddress}.
          </Empty>
        ) : (
          <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
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
                  <ThreadRow
                    row={row}
                    customerName={interaction.customerName}
                    author={row.line === undefined ? '' : authorOf(row.line, interaction, me.id)}
                  />
                </div>
              )
            })}
          </div>
        )}
      </div>
      <Said line={lines.at(-1)} name={interaction.customerName} isRead={isRead} />
      <Typing id={interaction.id} name={interaction.customerName} />
      {end.isAtEnd ? null : (
        <div className="to-end">
          <Button icon={ArrowDown} onPress={toEnd}>
            {end.missed === 0 ? 'Newest' : count(end.missed, 'new message')}
          </Button>
        </div>
      )}
    </div>
  )
}

/** Reads the thread on from where it is known, when one comes near to its beginning. */
function useOlder({ id, reach, lines }: Interaction, isNear: boolean) {
  const { desk } = useAround()
  const read = useAction(() => desk.loadThread(id))
  const { run } = read
  const firstId = lines[0]?.id
  const isWanted = reach === 'newest' || (reach === 'end' && isNear)
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each beginning; a failure waits for the user
  useEffect(() => {
    if (isWanted) void run()
  }, [id, isWanted, reach, firstId])
  return { isBusy: read.isBusy, error: read.error, read: () => void run() }
}

/** Whether the end of the thread is in sight, and how many messages have come since it was not. */
function useEnd(
  lines: readonly Line[],
  of: { readonly scroller: RefObject<HTMLDivElement | null>; readonly isToEnd: boolean },
) {
  const [isNear, setNear] = useState(true)
  const isAtEnd = isNear && of.isToEnd
  const lastSeen = useRef(lines.at(-1)?.id ?? '')
  if (isAtEnd) lastSeen.current = lines.at(-1)?.id ?? ''
  const onScroll = () => {
    const at = of.scroller.current
    if (at !== null) setNear(at.scrollHeight - at.scrollTop - at.clientHeight < nearPx)
  }
  const seen = lines.findLastIndex(({ id }) => id <= lastSeen.current)
  return { isAtEnd, onScroll, missed: isAtEnd ? 0 : lines.length - 1 - seen }
}

/** Somebody who hears the page is told of what comes, and not of what is drawn while one scrolls. */
function Said({
  line,
  name,
  isRead,
}: {
  readonly line: Line | undefined
  readonly name: string
  readonly isRead: boolean
}) {
  const before = useRef(line?.id)
  if (!isRead) before.current = line?.id
  const isNews = line?.isInbound === true && line.id !== before.current
  return (
    <div className="sr-only" aria-live="polite">
      {isNews ? `${name}: ${line.message.textBody ?? 'A message without text'}` : ''}
    </div>
  )
}

function authorOf({ message }: Line, { raw }: Interaction, userId: string): string {
  const by = message.createdBy?.id
  if (by === undefined) return 'System'
  if (by === userId) return 'You'
  return raw.participants.find((one) => one.userId === by)?.name ?? 'Agent'
}

function Typing({ id, name }: { readonly id: string; readonly name: string }) {
  const { desk } = useAround()
  const { typing } = useSyncExternalStore(desk.subscribe, desk.snapshot)
  const nowMs = useNow()
  return (
    <div className="typing" aria-live="polite">
      {(typing.get(id) ?? 0) > nowMs ? (
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
