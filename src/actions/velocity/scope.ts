import type { Expression, MacroNode, Node } from './ast.ts'
import { at, type Position, TemplateError, type TemplateErrorKind } from './errors.ts'
import type { Budget } from './limits.ts'
import type { Value } from './values.ts'
import { type Given, Variables } from './variables.ts'

/** A reference that was printed, for those who want to explain a result. */
export interface ResolvedReference extends Position {
  /** The source text, such as `${input.name}`. */
  readonly literal: string
  /** What was printed; undefined when the reference had no value. */
  readonly text: string | undefined
}

/** How a rendering treats what is missing. */
export interface Manner {
  /** True makes unknown names and null values errors, as the vendor's engine does. */
  readonly strict: boolean
  /** What `${a.b}` prints when it is null: an error, or its own source text. */
  readonly nullFormalReference: 'error' | 'literal'
  /** Root names that match in any case, such as `input`. */
  readonly caseInsensitiveRoots: readonly string[]
  readonly onReference: ((reference: ResolvedReference) => void) | undefined
}

/** What `render` and `evaluate` are; the scope carries them so that files need not import in circles. */
export interface Engine {
  readonly render: (nodes: readonly Node[], scope: Scope) => void
  readonly evaluate: (expression: Expression, scope: Scope) => Value
  readonly parse: (source: string, name: string) => readonly Node[]
}

/** The state of one rendering: variables, macros, output and budget. */
export class Scope {
  readonly name: string
  readonly manner: Manner
  readonly budget: Budget
  readonly variables: Variables
  #macros: Map<string, MacroNode> | undefined
  /** Names of the macros that are running, outermost first. */
  readonly calls: string[] = []
  readonly engine: Engine
  #output: string[] = []
  #length = 0

  constructor(
    name: string,
    settings: {
      readonly manner: Manner
      readonly budget: Budget
      readonly engine: Engine
      readonly given: readonly Given[]
    },
  ) {
    this.name = name
    this.variables = new Variables(settings.given)
    this.manner = settings.manner
    this.budget = settings.budget
    this.engine = settings.engine
  }

  get strict(): boolean {
    return this.manner.strict
  }

  /** Makes macros known; the first of a name counts. */
  register(macros: readonly MacroNode[]): void {
    if (macros.length === 0) return
    this.#macros ??= new Map()
    for (const macro of macros) {
      if (!this.#macros.has(macro.name)) this.#macros.set(macro.name, macro)
    }
  }

  macro(name: string): MacroNode | undefined {
    return this.#macros?.get(name)
  }

  write(text: string): void {
    if (text === '') return
    this.#length += text.length
    this.budget.reserve(text.length)
    const max = this.budget.limits.outputLengthMax
    if (this.#length > max) this.budget.exceeded('characters of output', max)
    this.#output.push(text)
  }

  /** All that was written so far. */
  get output(): string {
    return this.#output.join('')
  }

  /** Runs work and returns what it wrote, instead of printing it. */
  capture(work: () => void): string {
    const [output, length] = [this.#output, this.#length]
    this.#output = []
    this.#length = 0
    try {
      work()
      return this.output
    } finally {
      this.#output = output
      this.#length = length
    }
  }

  render(nodes: readonly Node[]): void {
    this.engine.render(nodes, this)
  }

  evaluate(expression: Expression): Value {
    return this.engine.evaluate(expression, this)
  }

  /** The variable of this name; undefined when it was never set. */
  lookup(root: string): Value | undefined {
    const found = this.variables.get(root)
    if (found !== undefined) return found
    const folded = root.toLowerCase()
    const other = this.manner.caseInsensitiveRoots.find((name) => name.toLowerCase() === folded)
    return other === undefined ? undefined : this.variables.get(other)
  }

  /** Puts a variable back to what it was, or away when it was not there. */
  restore(name: string, before: Value | undefined): void {
    if (before === undefined) this.variables.delete(name)
    else this.variables.set(name, before)
  }
}

/** Fails with the engine's message for a place of the template. */
export function fail(
  scope: Scope,
  kind: TemplateErrorKind,
  fault: { readonly message: string; readonly place: Position },
): never {
  throw new TemplateError(kind, `${fault.message} at ${at(scope.name, fault.place)}`, fault.place)
}
