import { availableParallelism, cpus, type } from 'node:os'

/** The least, the middle and the greatest of several values. */
export interface Spread {
  readonly min: number
  readonly median: number
  readonly max: number
}

/** Sums several values up. */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const low = sorted[Math.ceil(middle) - 1] ?? 0
  const high = sorted[Math.floor(middle)] ?? 0
  return { min: sorted[0] ?? 0, median: (low + high) / 2, max: sorted.at(-1) ?? 0 }
}

/** `min / median / max` with so many digits after the point. */
export function show({ min, median, max }: Spread, digits = 0): string {
  return [min, median, max].map((value) => value.toFixed(digits)).join(' / ')
}

/** Prints lines of a table, the first column to the left. */
export function printTable(rows: readonly (readonly string[])[]): void {
  const widths = rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0))) ?? []
  for (const row of rows) {
    const cells = row.map((cell, at) =>
      at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0),
    )
    console.log(cells.join('  '))
  }
}

/** The machine, for the record. */
export function machine(): string {
  const model = cpus()[0]?.model ?? 'unknown processor'
  return `${type()}, ${availableParallelism()} × ${model}, Node.js ${process.version}`
}
