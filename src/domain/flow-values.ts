/** A mistake in a flow's file: where, and what to write instead. */
export class FlowMistake extends Error {
  override readonly name = 'FlowMistake'
  /** Such as `states[0].actions[2].callData.timeout`. */
  readonly place: string

  constructor(place: string, message: string) {
    super(`${place}: ${message}`)
    this.place = place
  }
}

/** The members of a mapping. */
export type Fields = Readonly<Record<string, unknown>>

/** The members of a mapping in a flow's file. */
export function record(value: unknown, place: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return Object.fromEntries(Object.entries(value))
  throw new FlowMistake(place, 'A mapping is needed here.')
}

/** The items of a list in a flow's file. */
export function list(value: unknown, place: string): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw new FlowMistake(place, 'A list is needed here.')
}

/** A text: as it is, as a number or truth value, or as the vendor's `lit`. Its `exp` would need the vendor's language. */
export function text(value: unknown, place: string): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value === 'object' && value !== null) {
    const { lit, exp, var: named } = Object.fromEntries(Object.entries(value))
    if (typeof named === 'string') return `{{${named}}}`
    if (lit !== undefined) return text(nameOf(lit), `${place}.lit`)
    if (exp !== undefined) {
      throw new FlowMistake(
        place,
        'Expressions are not run here: write the text with {{placeholders}}.',
      )
    }
  }
  throw new FlowMistake(place, 'A text is needed here.')
}

/** `lit: {name: Support}` is what the vendor writes for an entity. */
function nameOf(lit: unknown): unknown {
  return typeof lit === 'object' && lit !== null && 'name' in lit ? lit.name : lit
}

/** A mapping of names to texts. */
export function texts(value: unknown, place: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(record(value, place)).map(([name, one]) => [
      name,
      text(one, `${place}.${name}`),
    ]),
  )
}

/** Outputs name the variable that gets them: `x`, `Flow.x` or the vendor's `{var: Flow.x}`. */
export function variables(value: unknown, place: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(record(value, place)).map(([name, one]) => [
      name,
      variable(one, `${place}.${name}`),
    ]),
  )
}

/** The name of a flow's variable, without `Flow.` and braces. */
export function variable(value: unknown, place: string): string {
  const name = text(value, place)
    .replace(/^\{\{|\}\}$/g, '')
    .replace(/^Flow\./, '')
  if (/^[A-Za-z]\w{0,63}$/.test(name)) return name
  throw new FlowMistake(
    place,
    'A variable is named with letters, digits and _, such as orderNumber.',
  )
}

/** A number from 0 on, without a fraction. */
export function wholeNumber(value: unknown, place: string): number {
  const number = Number(typeof value === 'object' ? text(value, place) : value)
  if (Number.isSafeInteger(number) && number >= 0) return number
  throw new FlowMistake(place, 'A whole number is needed here.')
}

/** A time in whole seconds, as milliseconds; undefined where there is none. */
export function seconds(value: unknown, place: string, max: number): number | undefined {
  if (value === undefined) return undefined
  const given = wholeNumber(value, place)
  if (given >= 1 && given <= max) return given * 1000
  throw new FlowMistake(place, `The time is between 1 and ${max} seconds.`)
}
