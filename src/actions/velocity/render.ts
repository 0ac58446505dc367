import {
  type Block,
  type CallNode,
  type DefineNode,
  type Expression,
  type ForeachNode,
  type LineNode,
  literalOf,
  type MacroNode,
  type Node,
} from './ast.ts'
import { TemplateError, TemplateSyntaxError } from './errors.ts'
import { evaluate, holds } from './expressions.ts'
import { toText } from './java-semantics.ts'
import { callMacro } from './macro-call.ts'
import { parseSource } from './parser.ts'
import { assign, renderReference } from './references.ts'
import { type Engine, fail, type Scope } from './scope.ts'
import { catching, defined, StopSignal } from './signals.ts'
import { classNameOf, JavaIterator, JavaList, JavaMap, LoopScope, type Value } from './values.ts'

/** Renders nodes into the scope's output. Macros that they define count from their first node on. */
export function renderNodes(nodes: readonly Node[], scope: Scope): void {
  scope.budget.enter()
  try {
    for (const node of nodes) renderNode(node, scope)
  } finally {
    scope.budget.leave()
  }
}

/** The parts of the evaluator that call each other, for a scope to carry. */
export const engine: Engine = {
  render: renderNodes,
  evaluate,
  parse: (source, name) => parseSource(source, { name, hyphens: false }),
}

/** Every macro that nodes define, inner ones first: a scope knows them before any of it is rendered. */
export function macrosOf(nodes: readonly Node[]): readonly MacroNode[] {
  return nodes.flatMap((node) => {
    const inner = bodiesOf(node).flatMap((body) => macrosOf(body.nodes))
    return node.kind === 'macro' ? [...inner, node] : inner
  })
}

function bodiesOf(node: Node): readonly Block[] {
  switch (node.kind) {
    case 'if':
      return node.branches.map(({ body }) => body)
    case 'foreach':
      return node.otherwise === undefined ? [node.body] : [node.body, node.otherwise]
    case 'macro':
    case 'define':
      return [node.body]
    case 'call':
      return node.body === undefined ? [] : [node.body]
    default:
      return []
  }
}

/** Renders a body with the text that its closing directive carried. */
export function renderBlock(block: Block, scope: Scope): void {
  renderNodes(block.nodes, scope)
  scope.write(block.trail)
}

function renderNode(node: Node, scope: Scope): void {
  scope.budget.step()
  if (node.kind === 'text') {
    scope.write(node.text)
    return
  }
  scope.budget.position = node
  if (node.kind === 'reference') {
    renderReference(node, scope)
    return
  }
  scope.write(node.lead)
  renderDirective(node, scope)
  scope.write(node.trail)
}

function renderDirective(
  node: Exclude<Node, { readonly kind: 'text' | 'reference' }>,
  scope: Scope,
): void {
  switch (node.kind) {
    case 'set':
      assign(node.target, evaluate(node.value, scope), scope)
      return
    case 'if': {
      const branch = node.branches.find(({ test }) => test === undefined || holds(test, scope))
      if (branch !== undefined) renderBlock(branch.body, scope)
      return
    }
    case 'foreach':
      renderLoop(node, scope)
      return
    case 'macro':
      return
    case 'define':
      renderDefine(node, scope)
      return
    case 'call':
      renderCall(node, scope)
      return
    default:
      renderLine(node, scope)
  }
}

function renderDefine(node: DefineNode, scope: Scope): void {
  const body = (): void => renderBlock(node.body, scope)
  scope.variables.set(node.name, defined(body, 2, scope))
}

function renderCall(node: CallNode, scope: Scope): void {
  if (callMacro(node, scope, (block) => renderBlock(block, scope))) return
  if (node.mustExist && scope.strict) {
    fail(scope, 'VelocityException', {
      message: `Macro '#${node.name}' is not defined`,
      place: node,
    })
  }
  scope.write(node.literal)
}

function renderLine(node: LineNode, scope: Scope): void {
  const [argument] = node.args
  switch (node.kind) {
    case 'include':
    case 'parse':
      if (argument === undefined) return
      throw new TemplateError(
        'ResourceNotFoundException',
        `Unable to find resource '${toText(evaluate(argument, scope), scope.budget)}'`,
        node,
      )
    case 'stop':
      if (argument !== undefined) evaluate(argument, scope)
      throw new StopSignal('template')
    case 'break':
      throw argument === undefined ? new StopSignal('nearest') : breakOf(argument, node, scope)
    case 'evaluate':
      if (argument !== undefined) renderEvaluate(evaluate(argument, scope), scope)
  }
}

/** Ends the loop that `#break($foreach)` names. */
function breakOf(argument: Expression, node: LineNode, scope: Scope): StopSignal {
  const target = evaluate(argument, scope)
  if (target instanceof LoopScope) return new StopSignal(target)
  const scopeClass = 'org.apache.velocity.runtime.directive.Scope'
  const message = `${literalOf(argument)} is not a valid ${scopeClass} instance`
  return fail(scope, 'VelocityException', { message, place: node })
}

function renderEvaluate(source: Value, scope: Scope): void {
  const text = source === null ? '' : toText(source, scope.budget)
  scope.budget.reserve(text.length)
  scope.budget.step(text.length)
  let nodes: readonly Node[]
  try {
    nodes = scope.engine.parse(text, scope.name)
  } catch (error) {
    if (!(error instanceof TemplateSyntaxError)) throw error
    throw new TemplateError('ParseErrorException', error.message, error)
  }
  scope.register(macrosOf(nodes))
  catching('block', () => renderNodes(nodes, scope))
}

/** The elements that `#foreach` runs over; undefined for null. */
function elementsOf(value: Value, node: ForeachNode, scope: Scope): readonly Value[] | undefined {
  if (value === null) return undefined
  if (value instanceof JavaList) return value.items
  if (value instanceof JavaMap) return value.entries().map((entry) => entry.value)
  if (value instanceof LoopScope) return value.own.entries().map((entry) => entry.value)
  if (value instanceof JavaIterator) return rest(value)
  if (!scope.strict) return undefined
  const place = `${scope.name}[line ${node.over.line}, column ${node.over.column}]`
  const type = classNameOf(value)
  const message = `#foreach parameter ${literalOf(node.over)} at ${place} is of type ${type} and cannot be iterated by org.apache.velocity.util.introspection.UberspectImpl`
  throw new TemplateError('VelocityException', message, node.over)
}

/** What an iterator has left; the loop uses it up. */
function rest(iterator: JavaIterator): readonly Value[] {
  const left = iterator.items.slice(iterator.next)
  iterator.next = iterator.items.length
  return left
}

function renderLoop(node: ForeachNode, scope: Scope): void {
  const over = evaluate(node.over, scope)
  const elements = elementsOf(over, node, scope)
  if (elements === undefined || elements.length === 0) {
    if (node.otherwise !== undefined) renderBlock(node.otherwise, scope)
    return
  }
  const before = scope.variables.get(node.element)
  const outer = scope.variables.get('foreach')
  const loop = outer instanceof LoopScope ? new LoopScope(outer) : new LoopScope(undefined, outer)
  scope.variables.set('foreach', loop)
  const size = elements.length
  const map = over instanceof JavaList ? over.backing : over
  const changes = (): number => (map instanceof JavaMap ? map.changes : 0)
  const unchanged = changes()
  const rounds = (): void => {
    for (let i = 0; i < elements.length; i += 1) {
      if (elements.length !== size || changes() !== unchanged) modified(node)
      scope.budget.loop()
      scope.variables.set(node.element, elements[i] ?? null)
      loop.index = i
      loop.hasNext = i + 1 < size
      renderBlock(node.body, scope)
    }
  }
  try {
    catching(loop, rounds)
  } finally {
    scope.restore(node.element, before ?? undefined)
    scope.restore('foreach', outer)
  }
}

/** What Java throws when a list changes while `#foreach` runs over it, without a message. */
function modified(node: ForeachNode): never {
  throw new TemplateError('ConcurrentModificationException', 'null', node)
}
