import type { JsonValue } from '../json/value.ts'
import {
  type PathErrorClass,
  PathEvaluationError,
  PathNotFoundError,
  type PathStop,
  PathSyntaxError,
} from './errors.ts'
import type { JsonPath } from './path.ts'
import type { Token } from './tokens.ts'

/** Something in a path that surprises people although it is allowed. */
export interface PathNotice {
  readonly code: 'indexAfterFilter'
  /** Character of the path, from 0, where the surprising step starts. */
  readonly position: number
  readonly text: string
}

/** Why a path gave what it gave, for people who debug a response mapping. */
export type PathExplanation =
  | {
      readonly outcome: 'resolved'
      readonly definite: boolean
      readonly value: JsonValue
      readonly reason: string
      readonly notices: readonly PathNotice[]
    }
  | {
      readonly outcome: 'notFound' | 'failed'
      readonly definite: boolean
      readonly errorClass: PathErrorClass
      readonly message: string
      /** Where the path came to its end; undefined when no single place is to blame. */
      readonly stop: PathStop | undefined
      readonly reason: string
      readonly notices: readonly PathNotice[]
    }

/** Reads a path and tells in a sentence what happened. Throws nothing that comes from the path. */
export function explainPath(path: JsonPath, document: JsonValue): PathExplanation {
  const { definite } = path
  const notices = noticesOf(path)
  try {
    const { value } = path.read(document)
    const reason = resolvedReason(definite, value)
    return { outcome: 'resolved', definite, value, reason, notices }
  } catch (error) {
    if (error instanceof PathNotFoundError) {
      const { errorClass, message, stop } = error
      const reason = stop === undefined ? message : stopReason(stop)
      return { outcome: 'notFound', definite, errorClass, message, stop, reason, notices }
    }
    if (error instanceof PathSyntaxError || error instanceof PathEvaluationError) {
      const { errorClass, message } = error
      const reason = message
      return { outcome: 'failed', definite, errorClass, message, stop: undefined, reason, notices }
    }
    throw error
  }
}

/**
 * Points out an index behind a filter: a filter gives a list, but Jayway applies the index to each match and
 * not to the list, so `[?(…)][0]` rarely does what was meant.
 */
export function noticesOf(path: JsonPath): readonly PathNotice[] {
  const known = foundNotices.get(path)
  if (known !== undefined) return known
  const notices = findNotices(path)
  foundNotices.set(path, notices)
  return notices
}

const foundNotices = new WeakMap<JsonPath, readonly PathNotice[]>()

function findNotices(path: JsonPath): readonly PathNotice[] {
  const filter = path.tokens.findIndex((token) => token.kind === 'filter')
  if (filter === -1) return []
  return path.tokens
    .slice(filter + 1)
    .filter((token): token is Token & { kind: 'index' } => token.kind === 'index')
    .map((token) => ({
      code: 'indexAfterFilter',
      position: token.position,
      text: `[${token.indexes.join(',')}] is applied to each match of the filter, not to the list of matches.`,
    }))
}

function resolvedReason(definite: boolean, value: JsonValue): string {
  if (definite) return value === null ? 'The path leads to null.' : 'The path leads to one value.'
  const count = Array.isArray(value) ? value.length : 0
  if (count > 0) return `The path can match many values and gave a list of ${count}.`
  return 'The path can match many values and matched none: the outcome is an empty list.'
}

function stopReason({ stoppedAt, wanted, found, foundSize }: PathStop): string {
  const sizes = found === 'array' ? `${foundSize} items` : `${foundSize} members`
  const size = foundSize === undefined ? '' : ` with ${sizes}`
  return `${wanted} is not there: at ${stoppedAt} the response has ${article(found)}${size}.`
}

function article(found: PathStop['found']): string {
  if (found === 'null') return 'null'
  return found === 'array' || found === 'object' ? `an ${found}` : `a ${found}`
}
