/** What came from outside, made safe for a terminal: control characters could move the cursor or hide text. */
export function plain(value: unknown): string {
  if (value === undefined || value === null) return ''
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.replace(/\p{Cc}+/gu, ' ')
}

/** Rows under headings in columns, the last column as wide as it is. */
export function table(headings: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const lines = [headings, ...rows.map((row) => row.map(plain))]
  const widths = headings.map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  )
  return lines
    .map((line) =>
      line
        .map((cell, column) =>
          column === line.length - 1 ? cell : cell.padEnd(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
    .concat('\n')
}

/** A reply as JSON with a line end; nothing for an empty reply. */
export function json(value: unknown): string {
  return value === undefined ? '' : `${JSON.stringify(value, undefined, 2)}\n`
}

/** Milliseconds as people read them: `340 ms`, `4.6 s`, `12 min`, `3.5 h`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${ms} ms`
  if (ms < 60_000) return `${Number((ms / 1000).toFixed(1))} s`
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`
  return `${Number((ms / 3_600_000).toFixed(1))} h`
}

/** A member of a reply. */
export function member(value: unknown, name: string): unknown {
  const members: Record<string, unknown> = Object(value)
  return members[name]
}

/** The list in a reply under that name; empty where there is none. */
export function members(value: unknown, name: string): readonly unknown[] {
  const list = member(value, name)
  return Array.isArray(list) ? list : []
}
