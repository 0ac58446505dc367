/** One number that grows. */
export interface Tally {
  count: number
}

/** How often things took how long. */
export class Timing {
  readonly #bounds: readonly number[]
  /** How many fell between each bound and the one before it, and at the end those beyond all. */
  readonly #counts: number[]
  #sum = 0

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
    this.#counts = Array.from({ length: bounds.length + 1 }, () => 0)
  }

  observe(seconds: number): void {
    let place = 0
    for (const bound of this.#bounds) {
      if (seconds <= bound) break
      place += 1
    }
    this.#counts[place] = (this.#counts[place] ?? 0) + 1
    this.#sum += seconds
  }

  /** How many took at most so long, for each bound; the sum; and the number of all. */
  samples(name: string, labels: string): string {
    let count = 0
    const buckets = this.#counts.map((more, place) => {
      count += more
      return `${name}_bucket{le="${this.#bounds[place] ?? '+Inf'}",${labels}} ${count}`
    })
    return [
      ...buckets,
      `${name}_sum{${labels}} ${this.#sum}`,
      `${name}_count{${labels}} ${count}`,
    ].join('\n')
  }
}

interface Family<Figure, Labels extends readonly string[]> {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'histogram'
  readonly labels: Labels
  readonly make: () => Figure
  /** The lines of one figure. */
  readonly samples: (figure: Figure, labels: string) => string
}

/** The figures of one name, by the values of its labels, in the Prometheus text format (its page "Exposition formats"). */
export class Counted<Figure, const Labels extends readonly string[]> {
  readonly #family: Family<Figure, Labels>
  readonly #figures = new Map<string, { readonly values: readonly string[]; readonly of: Figure }>()

  constructor(family: Family<Figure, Labels>) {
    this.#family = family
  }

  /** The figure of these values, one for each label. */
  of(...values: { readonly [index in keyof Labels]: string }): Figure {
    const key = values.join('\n')
    let figure = this.#figures.get(key)
    if (figure === undefined) {
      figure = { values, of: this.#family.make() }
      this.#figures.set(key, figure)
    }
    return figure.of
  }

  text(): string {
    const { name, help, type, labels, samples } = this.#family
    const lines = [...this.#figures.values()].map((figure) => {
      const pairs = labels.map(
        (label, place) => `${label}="${escaped(figure.values[place] ?? '')}"`,
      )
      return `${samples(figure.of, pairs.join(','))}\n`
    })
    return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`
  }
}

/** What a figure is called and told apart by. */
export interface Naming<Labels extends readonly string[]> {
  readonly name: string
  /** One sentence for whoever reads the figures. */
  readonly help: string
  readonly labels: Labels
}

/** A counter for each set of values. */
export function counter<const Labels extends readonly string[]>(
  naming: Naming<Labels>,
): Counted<Tally, Labels> {
  return new Counted({
    ...naming,
    type: 'counter',
    make: () => ({ count: 0 }),
    samples: ({ count }, labels) => `${naming.name}{${labels}} ${count}`,
  })
}

/** A histogram for each set of values, with buckets up to each of the bounds: in seconds, ascending. */
export function histogram<const Labels extends readonly string[]>(
  naming: Naming<Labels>,
  bounds: readonly number[],
): Counted<Timing, Labels> {
  return new Counted({
    ...naming,
    type: 'histogram',
    make: () => new Timing(bounds),
    samples: (timing, labels) => timing.samples(naming.name, labels),
  })
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
}
