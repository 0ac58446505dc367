import type { MacroNode, Node } from './ast.ts'
import type { ContextValue } from './context.ts'
import { TemplateError } from './errors.ts'
import { Budget, defaultLimits, type TemplateLimits } from './limits.ts'
import { parseSource } from './parser.ts'
import { engine, macrosOf } from './render.ts'
import { type Engine, type Manner, Scope } from './scope.ts'
import { catching } from './signals.ts'
import type { Tool } from './values.ts'

/** A parsed template: it holds no state and can be rendered any number of times. */
export interface Template {
  /** The name that error messages give. */
  readonly name: string
  readonly source: string
  readonly nodes: readonly Node[]
  /** All macros that it defines, nested ones too. */
  readonly macros: readonly MacroNode[]
  readonly hyphenatedNames: boolean
}

/** How a text is read as a template. */
export interface ParseOptions {
  /** The name that error messages give; the vendor's are `successTemplate` and the like. */
  readonly name?: string
  /** True lets names hold `-`, as in `${input.my-key}`: Velocity 1.7 does, 2.4 does not. */
  readonly hyphenatedNames?: boolean
}

/** How a template is rendered: caps of `TemplateLimits`, and what to do about missing values. */
export interface RenderOptions extends Partial<TemplateLimits>, Partial<Manner> {
  /** Helpers by name, for names that the context does not have. */
  readonly tools?: Readonly<Record<string, Tool>>
}

const noTools = {}

function engineFor(hyphens: boolean): Engine {
  return { ...engine, parse: (source, name) => parseSource(source, { name, hyphens }) }
}

const engines = { plain: engineFor(false), hyphenated: engineFor(true) }

/** Each limit by its name: a copy of whole objects would cost more than many a template. */
function limitsOf(options: Partial<TemplateLimits>): TemplateLimits {
  return {
    outputLengthMax: options.outputLengthMax ?? defaultLimits.outputLengthMax,
    textTotalMax: options.textTotalMax ?? defaultLimits.textTotalMax,
    stepsMax: options.stepsMax ?? defaultLimits.stepsMax,
    loopsMax: options.loopsMax ?? defaultLimits.loopsMax,
    depthMax: options.depthMax ?? defaultLimits.depthMax,
    regexStepsMax: options.regexStepsMax ?? defaultLimits.regexStepsMax,
  }
}

/**
 * Parses the text of a data action's template in the language of Apache Velocity 2.4.
 * Throws `TemplateSyntaxError` with line and column.
 */
export function parseTemplate(source: string, options: ParseOptions = {}): Template {
  const name = options.name ?? 'successTemplate'
  const hyphenatedNames = options.hyphenatedNames ?? false
  const nodes = parseSource(source, { name, hyphens: hyphenatedNames })
  return { name, source, nodes, macros: macrosOf(nodes), hyphenatedNames }
}

/**
 * Renders a template with the variables of a context, in strict reference mode unless told otherwise.
 * Throws `TemplateError` with kind, line and column; a cap that is reached is one of the kinds.
 */
export function renderTemplate(
  template: Template,
  context: Readonly<Record<string, ContextValue>>,
  options: RenderOptions = {},
): string {
  const budget = new Budget(limitsOf(options))
  const manner: Manner = {
    strict: options.strict ?? true,
    nullFormalReference: options.nullFormalReference ?? 'error',
    caseInsensitiveRoots: options.caseInsensitiveRoots ?? [],
    onReference: options.onReference,
  }
  const scope = new Scope(template.name, {
    manner,
    budget,
    engine: template.hyphenatedNames ? engines.hyphenated : engines.plain,
    given: [context, options.tools ?? noTools],
  })
  try {
    scope.register(template.macros)
    catching('template', () => scope.render(template.nodes))
    return scope.output
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    const message = 'The template nests too deeply; make it simpler'
    throw new TemplateError('LimitExceeded', message, budget.position)
  }
}
