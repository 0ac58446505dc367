import { PathEvaluationError } from './errors.ts'

/** What compiling and reading a path may cost. Counts are plain numbers, not milliseconds. */
export interface PathLimits {
  /** Characters of a path. */
  readonly charactersMax: number
  /** Levels of filters, groups and function arguments inside each other. */
  readonly nestingMax: number
  /** Values visited while reading. */
  readonly stepsMax: number
  /** Levels of nested evaluation: depth of the document plus length of the path, filters included. */
  readonly depthMax: number
  /** Values collected, intermediate lists included. */
  readonly resultsMax: number
  /** Moves of the regular-expression matcher during one read. */
  readonly regexStepsMax: number
}

/** Limits that no honest response comes near, and that keep one read well below a second. */
export const defaultPathLimits: PathLimits = {
  charactersMax: 10_000,
  nestingMax: 40,
  stepsMax: 1_000_000,
  depthMax: 1_000,
  resultsMax: 200_000,
  regexStepsMax: 500_000,
}

/** What is left of the limits during one read. Throws PathEvaluationError `BudgetExceeded` when used up. */
export class Budget {
  private readonly limits: PathLimits
  private steps = 0
  private results = 0
  private depth = 0
  private regexSteps = 0

  constructor(limits: PathLimits) {
    this.limits = limits
  }

  /** Counts visited values. */
  step(count = 1): void {
    this.steps += count
    if (this.steps > this.limits.stepsMax) throw exceeded('steps', this.limits.stepsMax)
  }

  /** Counts one collected value. */
  result(): void {
    this.results += 1
    if (this.results > this.limits.resultsMax) throw exceeded('results', this.limits.resultsMax)
  }

  /** Counts moves of a regular expression. */
  regexStep(): void {
    this.regexSteps += 1
    if (this.regexSteps <= this.limits.regexStepsMax) return
    throw exceeded('regular expression steps', this.limits.regexStepsMax)
  }

  /** Goes one level down; each call is paired with `leave`. */
  enter(): void {
    this.step()
    this.depth += 1
    if (this.depth > this.limits.depthMax) throw exceeded('levels', this.limits.depthMax)
  }

  /** Comes back up one level. */
  leave(): void {
    this.depth -= 1
  }
}

function exceeded(what: string, most: number): PathEvaluationError {
  return new PathEvaluationError('BudgetExceeded', `The path needs more than ${most} ${what}.`)
}
