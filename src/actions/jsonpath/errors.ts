import type { JsonKind } from '../json/value.ts'

/**
 * The Java exception that Jayway JsonPath 2.10 ends with in the same case. `BudgetExceeded` is ours: the
 * path would have cost more than the caller allowed.
 */
export type PathErrorClass =
  | 'InvalidPathException'
  | 'PathNotFoundException'
  | 'JsonPathException'
  | 'InvalidJsonException'
  | 'IllegalArgumentException'
  | 'IllegalStateException'
  | 'IndexOutOfBoundsException'
  | 'NullPointerException'
  | 'ClassCastException'
  | 'NumberFormatException'
  | 'BudgetExceeded'

/**
 * A path that cannot be used: it does not compile, or (filters on primitives, unknown functions) its form
 * does not fit the document. Jayway calls it `InvalidPathException`.
 */
export class PathSyntaxError extends Error {
  override readonly name = 'PathSyntaxError'
  readonly errorClass: PathErrorClass = 'InvalidPathException'
  /** Character of the path, from 0, where reading stopped; undefined when found out while evaluating. */
  readonly position: number | undefined

  constructor(message: string, position?: number) {
    super(message)
    this.position = position
  }
}

/** Where a path came to its end in the document, and what was there instead of the wanted thing. */
export interface PathStop {
  /** The part of the path that was found, e.g. `$['entities'][1]`. */
  readonly stoppedAt: string
  /** The step that could not be taken from there, e.g. `['user']`. */
  readonly wanted: string
  /** What was found at `stoppedAt`. */
  readonly found: JsonKind
  /** Members or items that were there, for objects and arrays. */
  readonly foundSize: number | undefined
}

/** A definite path, or the definite start of one, leads nowhere in this document: defaults apply. */
export class PathNotFoundError extends Error {
  override readonly name = 'PathNotFoundError'
  readonly errorClass: PathErrorClass = 'PathNotFoundException'
  readonly stop: PathStop | undefined

  constructor(message: string, stop?: PathStop) {
    super(message)
    this.stop = stop
  }
}

/** Any other way in which evaluating ends in Java, such as the sum of no numbers, or a cap that was hit. */
export class PathEvaluationError extends Error {
  override readonly name = 'PathEvaluationError'
  readonly errorClass: PathErrorClass

  constructor(errorClass: PathErrorClass, message: string) {
    super(message)
    this.errorClass = errorClass
  }
}

/** True for the errors that Java derives from `InvalidPathException`: a filter takes them as "no match". */
export function isInvalidPath(error: unknown): error is PathSyntaxError | PathNotFoundError {
  return error instanceof PathSyntaxError || error instanceof PathNotFoundError
}
