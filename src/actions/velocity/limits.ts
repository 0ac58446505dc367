import { type Position, TemplateError } from './errors.ts'

/**
 * What one rendering may use up, so that no template can hold the process: the caps that data
 * actions run under. All are counts; `outputLengthMax` counts characters.
 */
export interface TemplateLimits {
  /** Longest text that a template may print, or hold in one string. */
  readonly outputLengthMax: number
  /** Characters of all texts made on the way together. */
  readonly textTotalMax: number
  /** Nodes and method calls that may be worked out. */
  readonly stepsMax: number
  /** Rounds of all `#foreach` loops together; also the longest range. */
  readonly loopsMax: number
  /** Nesting of macro calls, blocks and values. */
  readonly depthMax: number
  /** Comparisons that regular expressions may make together. */
  readonly regexStepsMax: number
}

/** The caps that hold where the caller sets none. */
export const defaultLimits: TemplateLimits = {
  outputLengthMax: 2_000_000,
  textTotalMax: 32_000_000,
  stepsMax: 500_000,
  loopsMax: 100_000,
  depthMax: 200,
  regexStepsMax: 1_000_000,
}

/** Counts what a rendering uses, and stops it with a `TemplateError` of kind `LimitExceeded`. */
export class Budget {
  /** The place that is being worked out, for messages. */
  position: Position = { line: 1, column: 1 }
  readonly limits: TemplateLimits
  #steps = 0
  #loops = 0
  #depth = 0
  #text = 0
  #regex = 0

  constructor(limits: TemplateLimits) {
    this.limits = limits
  }

  step(count = 1): void {
    this.#steps += count
    if (this.#steps > this.limits.stepsMax) this.exceeded('steps', this.limits.stepsMax)
  }

  loop(): void {
    this.#loops++
    if (this.#loops > this.limits.loopsMax) this.exceeded('loop rounds', this.limits.loopsMax)
  }

  regex(count = 1): void {
    this.#regex += count
    if (this.#regex > this.limits.regexStepsMax) {
      this.exceeded('regular expression steps', this.limits.regexStepsMax)
    }
  }

  /** Notes a text of this length before it is made. */
  reserve(length: number): void {
    this.#text += length
    if (length > this.limits.outputLengthMax) {
      this.exceeded('characters', this.limits.outputLengthMax)
    }
    if (this.#text > this.limits.textTotalMax) {
      this.exceeded('characters in all', this.limits.textTotalMax)
    }
  }

  /** Refuses a text that is longer than any may be. */
  fits(length: number): void {
    const max = this.limits.outputLengthMax
    if (length > max) this.exceeded('characters', max)
  }

  /** Notes work that grows with the size of what it looks at. */
  scan(size: number): void {
    if (size > 1024) this.step(Math.ceil(size / 1024))
  }

  text(value: string): string {
    this.reserve(value.length)
    return value
  }

  /** Goes one level deeper; each call is paired with `leave`. */
  enter(): void {
    this.#depth++
    if (this.#depth > this.limits.depthMax) this.exceeded('levels', this.limits.depthMax)
  }

  /** Comes back up one level. */
  leave(): void {
    this.#depth--
  }

  /** Runs work one level deeper. */
  nested<T>(work: () => T): T {
    this.enter()
    try {
      return work()
    } finally {
      this.leave()
    }
  }

  exceeded(what: string, max: number): never {
    throw new TemplateError(
      'LimitExceeded',
      `The template uses more than ${max} ${what}; make it simpler or raise the limit`,
      this.position,
    )
  }
}
