/** A number with its noun: `1 line`, `3 lines`; the plural is given where it is not the one with an s. */
export function count(total: number, one: string, many = `${one}s`): string {
  return `${total.toLocaleString()} ${total === 1 ? one : many}`
}

const numbers = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 })

/** 512 B, 12 kB, 3.4 MB, counted as the limits are: by 1024 */
export function bytes(length: number): string {
  if (length < 1024) return `${length} B`
  if (length < 1024 ** 2) return `${Math.round(length / 1024)} kB`
  return `${numbers.format(length / 1024 ** 2)} MB`
}
