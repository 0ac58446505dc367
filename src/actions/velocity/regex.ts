import type { Budget } from './limits.ts'
import { isWord } from './regex-classes.ts'
import { type Anchor, type RegexNode, RegexParser } from './regex-syntax.ts'

/** Begin and end of a group's match. */
export type Span = readonly [number, number]

type Next = (at: number) => boolean
type Matcher = (at: number, next: Next) => boolean

/** Deepest recursion of the matcher, in which only groups with repetitions recurse. */
const recursionMax = 1000

/** Longest pattern, in characters. */
const patternLengthMax = 1000

/**
 * A regular expression that counts its steps: unlike the built-in one it cannot run away, because
 * the budget stops it.
 */
export class Regex {
  readonly #budget: Budget
  readonly #groupCount: number
  readonly #matcher: Matcher
  #text = ''
  #groups: (Span | undefined)[] = []
  #depth = 0

  constructor(pattern: string, budget: Budget) {
    if (pattern.length > patternLengthMax) {
      budget.exceeded('characters in a regular expression', patternLengthMax)
    }
    const parser = new RegexParser(pattern)
    const node = parser.parse()
    this.#budget = budget
    this.#groupCount = parser.groups
    this.#matcher = this.#compile(node)
  }

  /** True when the whole text matches. */
  matches(text: string): boolean {
    this.#start(text)
    return this.#matcher(0, (at) => at === text.length)
  }

  /** The first match at or after a place: the spans of its groups, of which 0 is the whole. */
  find(text: string, from: number): readonly (Span | undefined)[] | undefined {
    for (let start = from; start <= text.length; start++) {
      this.#start(text)
      let end = -1
      const found = this.#matcher(start, (at) => {
        end = at
        return true
      })
      if (found) {
        this.#groups[0] = [start, end]
        return this.#groups
      }
    }
    return undefined
  }

  #start(text: string): void {
    this.#budget.regex()
    this.#text = text
    this.#depth = 0
    this.#groups = new Array<Span | undefined>(this.#groupCount).fill(undefined)
  }

  /** Recurses with a count, so that the stack cannot overflow. */
  #deeper(work: () => boolean): boolean {
    this.#depth++
    if (this.#depth > recursionMax) {
      this.#budget.exceeded('levels of a regular expression', recursionMax)
    }
    this.#budget.regex()
    const result = work()
    this.#depth--
    return result
  }

  #compile(node: RegexNode): Matcher {
    switch (node.kind) {
      case 'char':
        return (at, next) => this.#charAt(at, node) && next(at + 1)
      case 'sequence':
        return this.#sequence(node.items.map((item) => this.#compile(item)))
      case 'choice': {
        const options = node.options.map((option) => this.#compile(option))
        return (at, next) => this.#deeper(() => options.some((option) => option(at, next)))
      }
      case 'group':
        return this.#group(node.index, this.#compile(node.body))
      case 'atomic':
        return this.#atomic(this.#compile(node.body))
      case 'look':
        return this.#look(this.#compile(node.body), node.behind, node.no)
      case 'back':
        return (at, next) => {
          const end = this.#back(node, at)
          return end !== undefined && next(end)
        }
      case 'anchor':
        return (at, next) => this.#holds(node.at, at) && next(at)
      case 'repeat':
        return this.#repeat(node)
    }
  }

  #charAt(at: number, node: { readonly test: (code: number) => boolean }): boolean {
    this.#budget.regex()
    return at < this.#text.length && node.test(this.#text.charCodeAt(at))
  }

  #sequence(items: readonly Matcher[]): Matcher {
    return items.reduceRight<Matcher>(
      (rest, item) => (at, next) => item(at, (middle) => rest(middle, next)),
      (at, next) => next(at),
    )
  }

  #group(index: number, body: Matcher): Matcher {
    return (at, next) => {
      const before = this.#groups[index]
      const matched = body(at, (end) => {
        const inner = this.#groups[index]
        this.#groups[index] = [at, end]
        if (next(end)) return true
        this.#groups[index] = inner
        return false
      })
      if (!matched) this.#groups[index] = before
      return matched
    }
  }

  /** Where the body matches from here, once and for all; undefined when it does not. */
  #once(body: Matcher, at: number): number | undefined {
    let end: number | undefined
    const depth = this.#depth
    body(at, (reached) => {
      end = reached
      return true
    })
    this.#depth = depth
    return end
  }

  #atomic(body: Matcher): Matcher {
    return (at, next) => {
      const end = this.#once(body, at)
      return end !== undefined && next(end)
    }
  }

  #look(body: Matcher, behind: boolean, no: boolean): Matcher {
    return (at, next) => {
      const saved = [...this.#groups]
      let found = false
      if (behind) {
        for (let start = at; start >= 0 && !found; start--) {
          found = body(start, (end) => end === at)
        }
      } else {
        found = this.#once(body, at) !== undefined
      }
      if (no) this.#groups = saved
      return found !== no && next(at)
    }
  }

  /** Where the repetition of a group's text ends; undefined where it does not stand. */
  #back(node: { readonly index: number; readonly fold: boolean }, at: number): number | undefined {
    const span = this.#groups[node.index]
    if (span === undefined) return undefined
    this.#budget.regex(span[1] - span[0])
    const wanted = this.#text.slice(span[0], span[1])
    const here = this.#text.slice(at, at + wanted.length)
    const same = node.fold ? here.toLowerCase() === wanted.toLowerCase() : here === wanted
    return same ? at + wanted.length : undefined
  }

  #holds(anchor: Anchor, at: number): boolean {
    const text = this.#text
    const wordAt = (i: number) => i >= 0 && i < text.length && isWord(text.charCodeAt(i))
    switch (anchor) {
      case 'start':
        return at === 0
      case 'end':
        return at === text.length
      case 'lastLine':
        return (
          at === text.length || /^(?:\r\n|[\n\r\u0085\u2028\u2029])$/.test(text.slice(at, at + 3))
        )
      case 'lineStart':
        return at === 0 || (at < text.length && /[\n\r]/.test(text.charAt(at - 1)))
      case 'lineEnd':
        return at === text.length || /[\n\r]/.test(text.charAt(at))
      case 'word':
        return wordAt(at - 1) !== wordAt(at)
      case 'notWord':
        return wordAt(at - 1) === wordAt(at)
    }
  }

  #repeat(node: RegexNode & { readonly kind: 'repeat' }): Matcher {
    const { body, min, max, mode } = node
    const matcher = body.kind === 'char' ? this.#repeatChar({ ...node, body }) : undefined
    if (matcher !== undefined) return matcher
    const one = this.#compile(body)
    const loop = (at: number, count: number, next: Next): boolean =>
      this.#deeper(() => {
        const more = (): boolean =>
          count < max &&
          one(at, (end) => (end === at && count >= min ? false : loop(end, count + 1, next)))
        if (count < min) return more()
        return mode === 'lazy' ? next(at) || more() : more() || next(at)
      })
    const plain: Matcher = (at, next) => loop(at, 0, next)
    return mode === 'possessive' ? this.#atomic(plain) : plain
  }

  /** A repeated single character needs no recursion. */
  #repeatChar(node: {
    readonly body: RegexNode & { readonly kind: 'char' }
    readonly min: number
    readonly max: number
    readonly mode: string
  }): Matcher {
    const { body, min, max, mode } = node
    return (at, next) => {
      let count = 0
      if (mode === 'lazy') {
        while (count < min && this.#charAt(at + count, body)) count++
        if (count < min) return false
        for (;;) {
          if (next(at + count)) return true
          if (count >= max || !this.#charAt(at + count, body)) return false
          count++
        }
      }
      while (count < max && this.#charAt(at + count, body)) count++
      if (mode === 'possessive') return count >= min && next(at + count)
      for (; count >= min; count--) if (next(at + count)) return true
      return false
    }
  }
}

/** Compiles a pattern of `java.util.regex`; its steps count against the budget. */
export function compileRegex(pattern: string, budget: Budget): Regex {
  return new Regex(pattern, budget)
}
