import type { Block, CallNode, MacroNode } from './ast.ts'
import { fail, type Scope } from './scope.ts'
import { catching, defined } from './signals.ts'
import type { Value } from './values.ts'

/** How deep macros may call macros: the engine's own default. */
const callDepthMax = 20

const bodyName = 'bodyContent'

/**
 * Calls the macro that a node names: its parameters are variables of the whole template for the
 * time of the call. False when there is no such macro.
 */
export function callMacro(
  node: CallNode,
  scope: Scope,
  renderBlock: (block: Block) => void,
): boolean {
  const macro = scope.macro(node.name)
  if (macro === undefined) return false
  if (node.badArgument !== undefined) {
    const message = `Invalid arg '${node.badArgument.word}' in macro #${node.name}`
    fail(scope, 'TemplateInitException', { message, place: node.badArgument })
  }
  const { body } = node
  const block = body && defined(() => renderBlock(body), callDepthMax, scope)
  const outer = scope.variables.get(bodyName)
  if (block === undefined) scope.variables.delete(bodyName)
  else scope.variables.set(bodyName, block)
  checkDepth(macro, scope)
  const given = argumentsOf(node, macro, scope)
  const before = given.map(({ name }) => scope.variables.get(name))
  for (const { name, value } of given) scope.variables.set(name, value)
  scope.calls.push(macro.name)
  try {
    catching('block', () => renderBlock(macro.body))
  } finally {
    scope.calls.pop()
    if (scope.variables.get(bodyName) === block) scope.restore(bodyName, outer)
    for (const [i, { name, value }] of given.entries()) {
      if ((scope.variables.get(name) ?? null) === value) scope.restore(name, before[i])
    }
  }
  return true
}

interface Given {
  readonly name: string
  readonly value: Value
}

function argumentsOf(node: CallNode, macro: MacroNode, scope: Scope): readonly Given[] {
  return macro.parameters.map(({ name, fallback }, i) => {
    const source = node.args[i] ?? fallback
    return { name, value: source === undefined ? null : scope.evaluate(source) }
  })
}

function checkDepth(macro: MacroNode, scope: Scope): void {
  if (scope.calls.length < callDepthMax) return
  const stack = scope.calls.join('->')
  const message = `Max calling depth of ${callDepthMax} was exceeded in macro '${macro.name}' with Call Stack:${stack}`
  fail(scope, 'MacroOverflowException', { message, place: macro.bodyAt })
}
