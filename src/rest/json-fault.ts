import { JsonSyntaxError, parseJson } from '../actions/json/read.ts'

/**
 * Says where a text stops being JSON and how to write it, in a sentence with line and column (both from 1). Repeats
 * nothing of the text but punctuation, since it may hold secrets. Undefined where this reader finds no fault.
 */
export function jsonFault(text: string): string | undefined {
  const position = faultPosition(text)
  if (position === undefined) return undefined
  const before = text.slice(0, position)
  const { line, column } = placeOf(before)
  return `line ${line}, column ${column}: ${adviceOf(before, text.slice(position))}`
}

function faultPosition(text: string): number | undefined {
  try {
    parseJson(text)
    return undefined
  } catch (error) {
    if (error instanceof JsonSyntaxError) return Math.min(error.position, text.length)
    throw error
  }
}

function placeOf(before: string): { readonly line: number; readonly column: number } {
  const lines = before.split('\n')
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 }
}

function adviceOf(before: string, rest: string): string {
  const trimmed = before.trimEnd()
  const last = trimmed.at(-1) ?? ''
  const next = rest.trimStart().charAt(0)
  const { line } = placeOf(trimmed)
  if (next === '')
    return 'the document ends too early. Close what is open: a " or } or ] is missing.'
  if (last === ',' && /[}\]]/.test(next))
    return `there is a comma too many at the end of line ${line}. Take it away.`
  if (/["}\]\dle]/.test(last) && /["{[\d-]/.test(next)) {
    return `a comma is missing at the end of line ${line}. Write "…": "…", and then the next member.`
  }
  if (last === '"' && next !== ':' && next !== ',')
    return `a colon or a comma is missing in line ${line}.`
  if (next === "'") return 'texts and names stand in double quotes: write "…" instead of \'…\'.'
  if (/[{,]/.test(last) && next !== '"')
    return 'a name must stand in double quotes here: write "name": value.'
  return 'something stands here that is not JSON. Send a JSON document.'
}
