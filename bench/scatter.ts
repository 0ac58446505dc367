/** Numbers below this come out in another order: a prime, so that none comes out twice. */
const range = 4_999_999_937
const step = 1_299_709

/**
 * Gives a whole number below 5 000 000 000 another in its place, each a different one and far from that of its
 * neighbours: handsets and providers' ids come in no order, so their rows go to places all over an index.
 */
export function scattered(number: number): number {
  return (((number * step) % range) * step) % range
}

/** The same in SQL, of an expression of a whole number. */
export function scatteredSql(expression: string): string {
  return `((((${expression}) * ${step}) % ${range}) * ${step} % ${range})`
}
