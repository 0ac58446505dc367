import type { ErrorInfo, MessageData, MessageStatus } from '../wire.ts'

/** One line of a thread: a message, and how it stands. */
export interface Line {
  readonly id: string
  readonly timeMs: number
  readonly isInbound: boolean
  readonly status: MessageStatus
  readonly error: ErrorInfo | undefined
  readonly message: MessageData
}

export function lineOf(message: MessageData): Line {
  return {
    id: message.id,
    timeMs: Date.parse(message.timestamp),
    isInbound: message.direction === 'inbound',
    status: message.status,
    error: message.errorInfo,
    message,
  }
}

/**
 * Puts lines into a thread, each in its place: ids are in the order of time. One that is there is replaced. Costs little
 * where the thread is long and the news are few.
 */
export function joinLines(known: readonly Line[], fresh: readonly Line[]): readonly Line[] {
  const all = [...known]
  for (const line of fresh) {
    const at = placeOf(all, line.id)
    all.splice(at, all[at]?.id === line.id ? 1 : 0, line)
  }
  return all
}

/** Where a line of that id is or would be. */
function placeOf(lines: readonly Line[], id: string): number {
  let low = 0
  let high = lines.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((lines[middle]?.id ?? '') < id) low = middle + 1
    else high = middle
  }
  return low
}
