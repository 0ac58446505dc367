import { asJson, type Json } from './protocol/rpc.ts'

/** Characters that an answer may have: about ten thousand tokens, below what the clients of today refuse. */
export const answerCharactersMax = 40_000

/** Rounds of cutting; each takes the longest part down, so that this many are more than enough. */
const roundsMax = 60
const textKept = 2000

interface Part {
  readonly path: readonly string[]
  readonly value: readonly unknown[] | string
  readonly length: number
}

/**
 * Cuts an answer so that it fits, as JSON that is whole: lists lose their last items and texts their ends, the
 * longest first. `_more` then says what was cut and how to read the rest.
 */
export function withinBudget(answer: Json, max = answerCharactersMax): Json {
  return JSON.stringify(answer).length <= max ? answer : cut(answer, max)
}

/** The same, as the JSON that it is: most answers fit, and are written once only. */
export function writtenWithin(answer: Json): string {
  const json = JSON.stringify(answer)
  return json.length <= answerCharactersMax
    ? json
    : JSON.stringify(cut(answer, answerCharactersMax))
}

function cut(answer: Json, max: number): Json {
  let rest = answer
  const cuts = new Map<string, string>()
  for (let round = 0; round < roundsMax && lengthOf(rest, cuts) > max; round++) {
    const part = longest(rest)
    if (part === undefined) break
    const over = lengthOf(rest, cuts) - max
    const { value, told } = shortened(part, over)
    rest = asJson(replaced(rest, part.path, value)) ?? {}
    const path = part.path.join('.')
    cuts.set(path, cuts.get(path)?.replace(/^\d+/, String(told.shown)) ?? told.text)
  }
  return { ...rest, _more: moreOf(cuts) }
}

function moreOf(cuts: ReadonlyMap<string, string>) {
  return {
    cut: Object.fromEntries(cuts),
    how: 'Ask for less at once: pageSize and pageNumber for lists, fields for the members you need, or read one item by its id.',
  }
}

function lengthOf(answer: Json, cuts: ReadonlyMap<string, string>): number {
  return JSON.stringify(answer).length + JSON.stringify(moreOf(cuts)).length + 100
}

/** The part whose cutting saves most: the deepest list or text that holds most of the answer. */
function longest(answer: Json): Part | undefined {
  let found: Part | undefined
  const visit = (value: unknown, path: readonly string[]): void => {
    if (path.length > 12) return
    if (typeof value === 'string' || Array.isArray(value)) {
      const length = JSON.stringify(value).length
      const canShrink = typeof value === 'string' ? value.length > textKept : value.length > 1
      if (canShrink && (found === undefined || length > found.length))
        found = { path, value, length }
    }
    if (typeof value !== 'object' || value === null) return
    for (const [name, member] of Object.entries(value)) visit(member, [...path, name])
  }
  visit(answer, [])
  return found
}

function shortened({ value, length }: Part, over: number) {
  const share = Math.max(0, 1 - over / length)
  if (typeof value === 'string') {
    const shown = Math.max(textKept, Math.floor(value.length * share))
    const text = `${shown} of ${value.length} characters shown`
    return { value: value.slice(0, shown), told: { shown, text } }
  }
  const shown = Math.max(1, Math.min(value.length - 1, Math.floor(value.length * share)))
  return {
    value: value.slice(0, shown),
    told: { shown, text: `${shown} of ${value.length} shown` },
  }
}

function replaced(value: unknown, path: readonly string[], by: unknown): unknown {
  const [name, ...rest] = path
  if (name === undefined) return by
  if (Array.isArray(value)) {
    return value.map((item, index) => (String(index) === name ? replaced(item, rest, by) : item))
  }
  const object = asJson(value) ?? {}
  return { ...object, [name]: replaced(object[name], rest, by) }
}
