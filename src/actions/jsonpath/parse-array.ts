import { PathSyntaxError } from './errors.ts'
import type { Token } from './tokens.ts'

/** Reads what stands between brackets as indexes (`0`, `-1`, `0, 2`) or a slice (`1:`, `:2`, `-3:-1`). */
export function parseArrayToken(expression: string, position: number): Token {
  if (expression.includes(':')) return parseSlice(expression, position)
  const indexes = expression
    .split(/[ \t\n\v\f\r]*,[ \t\n\v\f\r]*/)
    .map((text) => readInteger(text, position))
  return { kind: 'index', indexes, position }
}

/** A third part (the step) is read over: `1:4:2` means `1:4`. */
function parseSlice(expression: string, position: number): Token {
  const failed = `Failed to parse SliceOperation: ${expression}`
  if (expression.includes(' ') || expression.includes(',')) {
    throw new PathSyntaxError(failed, position)
  }
  const [first = '', second = ''] = expression.split(':')
  const from = first === '' ? undefined : readInteger(first, position)
  const to = second === '' ? undefined : readInteger(second, position)
  if (from === undefined && to === undefined) throw new PathSyntaxError(failed, position)
  return { kind: 'slice', from, to, position }
}

function readInteger(text: string, position: number): number {
  const value = Number(text)
  if (/^-?\d+$/.test(text) && value >= -2_147_483_648 && value <= 2_147_483_647) return value + 0
  throw new PathSyntaxError(`Failed to parse token in ArrayIndexOperation: ${text}`, position)
}
