/** A number with its noun: `1 line`, `3 lines`; the plural is given where it is not the one with an s. */
export function count(total: number, one: string, many = `${one}s`): string {
  return `${total.toLocaleString()} ${total === 1 ? one : many}`
}
