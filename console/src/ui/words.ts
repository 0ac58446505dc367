const plurals = new Intl.PluralRules('en')

/** A number with its noun: `1 message`, `3 messages`, `2 entries` where the plural is given. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${plurals.select(number) === 'one' ? one : many}`
}
