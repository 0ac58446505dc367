const plurals = new Intl.PluralRules('en')

/** A number with its noun: `1 message`, `3 messages`, `2 entries` where the plural is given. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${plurals.select(number) === 'one' ? one : many}`
}

const numbers = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 })

/** 512 B, 12 kB, 3.4 MB */
export function bytes(length: number): string {
  if (length < 1000) return `${length} B`
  if (length < 1_000_000) return `${Math.round(length / 1000)} kB`
  return `${numbers.format(length / 1_000_000)} MB`
}
