import type { Block, Expression, Node, Reference, TextNode } from './velocity/ast.ts'

/** A reference of a template with what surrounds it. */
export interface PlacedReference {
  readonly reference: Reference
  /** Whether its value is printed; otherwise it is tested or set. */
  readonly isPrinted: boolean
  /** Whether it stands between the quotes of a JSON text. */
  readonly inQuotes: boolean
  /** The last character before it that is no blank; empty at the start. */
  readonly before: string
  /** The calls whose argument it is, outermost first, such as `esc.jsonEncode`. */
  readonly wrappers: readonly string[]
  /** What the conditions around it mention, such as `input.name`. */
  readonly guards: readonly string[]
}

/** What a walk through a template found. */
export interface TemplateWalk {
  readonly references: readonly PlacedReference[]
  /** Names that the template sets itself. */
  readonly locals: ReadonlySet<string>
  /** Whether it has directives, so that what it prints is not known beforehand. */
  readonly hasDirectives: boolean
}

interface Surroundings {
  readonly isPrinted: boolean
  readonly wrappers: readonly string[]
  readonly guards: readonly string[]
}

/** Reads a template as text with references in it, following the quotes of the JSON that it prints. */
export function walkTemplate(nodes: readonly Node[]): TemplateWalk {
  const walker = new Walker()
  walker.nodes(nodes, { isPrinted: true, wrappers: [], guards: [] })
  return walker
}

/** The path that a reference reads, such as `input.name`: its root in lower case when that is `input`. */
export function pathOf({ root, steps }: Reference): string {
  const names: string[] = []
  for (const step of steps) {
    if (step.kind === 'property') names.push(step.name)
    else if (step.kind === 'index' && step.at.kind === 'string') names.push(step.at.text)
    else break
  }
  const name = root.toLowerCase() === 'input' ? 'input' : root
  return [name, ...names].join('.')
}

class Walker implements TemplateWalk {
  readonly references: PlacedReference[] = []
  readonly locals = new Set<string>()
  hasDirectives = false
  #inQuotes = false
  /** A backslash stood before: texts of the template are cut in pieces anywhere. */
  #isEscaped = false
  #before = ''

  nodes(nodes: readonly Node[], around: Surroundings): void {
    for (const node of nodes) this.#node(node, around)
  }

  #node(node: Node, around: Surroundings): void {
    if (node.kind === 'text') this.#text(node.text)
    else if (node.kind === 'reference') this.#reference(node, around)
    else this.#directive(node, around)
  }

  #directive(node: Exclude<Node, TextNode | Reference>, around: Surroundings): void {
    this.hasDirectives = true
    switch (node.kind) {
      case 'set':
        this.locals.add(node.target.root)
        this.#expression(node.value, { ...around, isPrinted: false })
        break
      case 'if':
        this.#branches(node.branches, around)
        break
      case 'foreach':
        this.locals.add(node.element).add('foreach').add('velocityCount')
        this.#expression(node.over, { ...around, isPrinted: false })
        this.#block(node.body, around)
        this.#block(node.otherwise, around)
        break
      case 'macro':
        for (const { name } of node.parameters) this.locals.add(name)
        this.locals.add('bodyContent')
        this.#block(node.body, around)
        break
      case 'define':
        this.locals.add(node.name)
        this.#block(node.body, around)
        break
      case 'call':
        for (const arg of node.args) this.#expression(arg, around)
        this.#block(node.body, around)
        break
      default:
        for (const arg of node.args) this.#expression(arg, around)
    }
  }

  #block(block: Block | undefined, around: Surroundings): void {
    if (block !== undefined) this.nodes(block.nodes, around)
  }

  /** All branches start between the same quotes; the text after them goes on as after the first. */
  #branches(
    branches: readonly { readonly test: Expression | undefined; readonly body: Block }[],
    around: Surroundings,
  ): void {
    const start = { inQuotes: this.#inQuotes, before: this.#before }
    let after = start
    const guards = [...around.guards]
    branches.forEach(({ test, body }, index) => {
      this.#inQuotes = start.inQuotes
      this.#before = start.before
      if (test !== undefined) {
        const from = this.references.length
        this.#expression(test, { ...around, isPrinted: false })
        guards.push(...this.references.slice(from).map(({ reference }) => pathOf(reference)))
      }
      this.#block(body, { ...around, guards: [...guards] })
      if (index === 0) after = { inQuotes: this.#inQuotes, before: this.#before }
    })
    this.#inQuotes = after.inQuotes
    this.#before = after.before
  }

  #text(text: string): void {
    for (const character of text) {
      if (this.#isEscaped) this.#isEscaped = false
      else if (character === '\\') this.#isEscaped = this.#inQuotes
      else if (character === '"') this.#inQuotes = !this.#inQuotes
    }
    this.#before = /\S(?=\s*$)/.exec(text.slice(-200))?.[0] ?? this.#before
  }

  #reference(reference: Reference, around: Surroundings): void {
    if (reference.runt || reference.escaped) return
    const { isPrinted, wrappers, guards } = around
    this.references.push({
      reference,
      isPrinted,
      inQuotes: this.#inQuotes,
      before: this.#before,
      wrappers,
      guards,
    })
    let path = reference.root
    for (const step of reference.steps) {
      if (step.kind === 'index') this.#expression(step.at, { ...around, isPrinted: false })
      else path += `.${step.name}`
      if (step.kind !== 'method') continue
      for (const arg of step.args) {
        this.#expression(arg, { ...around, wrappers: [...wrappers, path] })
      }
    }
    if (reference.alternate !== undefined) this.#expression(reference.alternate, around)
    if (isPrinted && wrappers.length === 0) this.#before = 'x'
  }

  #expression(expression: Expression, around: Surroundings): void {
    switch (expression.kind) {
      case 'reference':
        this.#reference(expression, around)
        break
      case 'string':
        this.#quoted(expression.parts ?? [], around)
        break
      case 'range':
        this.#expression(expression.from, around)
        this.#expression(expression.to, around)
        break
      case 'list':
        for (const item of expression.items) this.#expression(item, around)
        break
      case 'map':
        for (const { key, value } of expression.entries) {
          this.#expression(key, around)
          this.#expression(value, around)
        }
        break
      case 'binary':
        this.#expression(expression.left, around)
        this.#expression(expression.right, around)
        break
      case 'not':
      case 'negate':
        this.#expression(expression.operand, around)
        break
      case 'constant':
        break
    }
  }

  /** The text inside a literal of the template is no text of the JSON around it. */
  #quoted(parts: readonly Node[], around: Surroundings): void {
    const kept = { inQuotes: this.#inQuotes, before: this.#before, had: this.hasDirectives }
    this.nodes(parts, around)
    this.#inQuotes = kept.inQuotes
    this.#before = kept.before
    this.hasDirectives = kept.had
  }
}
