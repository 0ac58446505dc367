import type { IndexStep, MethodStep, PropertyStep, Reference, Step } from './ast.ts'
import { TemplateError } from './errors.ts'
import type { Call } from './invoke.ts'
import { isTrue, printed } from './java-semantics.ts'
import { findGetter, findMethod, isOnlyKey } from './lookup.ts'
import { int, JavaNumber } from './numbers.ts'
import { fail, type Scope } from './scope.ts'
import { BlockValue, classNameOf, JavaException, JavaMap, LoopScope, type Value } from './values.ts'

type Present = Exclude<Value, null>

/** Works out what a reference is worth; null when something on the way is missing. */
export function referenceValue(reference: Reference, scope: Scope): Value {
  const { steps, alternate } = reference
  scope.budget.position = reference
  const strict = scope.strict && !reference.lenient
  let value = rootValue(reference, scope, strict)
  for (const step of steps) {
    if (value === null) {
      if (!strict) break
      const message = `Attempted to access '${stepName(step)}' on a null value`
      fail(scope, 'VelocityException', { message, place: step })
    }
    value = stepValue(value, step, scope)
  }
  if (alternate !== undefined && !isTrue(value)) return scope.evaluate(alternate)
  return value
}

function rootValue(reference: Reference, scope: Scope, strict: boolean): Value {
  const value = scope.lookup(reference.root)
  if (value === undefined && strict && reference.alternate === undefined) {
    const message = `Variable $${reference.root} has not been set`
    fail(scope, 'MethodInvocationException', { message, place: reference })
  }
  return value ?? null
}

/** The engine keeps a name only for properties. */
function stepName(step: Step): string {
  return step.kind === 'property' ? step.name : 'null'
}

function stepValue(value: Present, step: Step, scope: Scope): Value {
  scope.budget.step()
  switch (step.kind) {
    case 'property':
      return propertyValue(value, step, scope)
    case 'method':
      return methodValue(value, step, scope)
    case 'index':
      return indexValue(value, step, scope)
  }
}

function propertyValue(value: Present, step: PropertyStep, scope: Scope): Value {
  if (value instanceof JavaMap && isOnlyKey(step.name)) return value.get(step.name) ?? null
  const getter = findGetter(value, step.name, scope.budget)
  if (getter === undefined) {
    if (!scope.strict) return null
    const message = `Object '${classNameOf(value)}' does not contain property '${step.name}'`
    return fail(scope, 'MethodInvocationException', { message, place: step })
  }
  return invoked(getter.call, { value, name: getter.method, step }, scope)
}

function methodValue(value: Present, step: MethodStep, scope: Scope): Value {
  const args = step.args.map((arg) => scope.evaluate(arg))
  const call = findMethod(value, step.name, { args, budget: scope.budget })
  if (call === undefined) return noMethod(value, { name: step.name, args, step }, scope)
  scope.budget.position = step
  return invoked(call, { value, name: step.name, step }, scope)
}

function noMethod(
  value: Present,
  call: { readonly name: string; readonly args: readonly Value[]; readonly step: Step },
  scope: Scope,
): null {
  if (!scope.strict) return null
  const types = call.args.map(className).join(', ')
  const message = `Object '${classNameOf(value)}' does not contain method ${call.name}(${types})`
  return fail(scope, 'MethodInvocationException', { message, place: call.step })
}

function className(value: Value): string {
  return value === null ? 'null' : classNameOf(value)
}

function invoked(
  call: Call,
  what: { readonly value: Present; readonly name: string; readonly step: Step },
  scope: Scope,
): Value {
  try {
    const result = call.run()
    return result === undefined ? '' : result
  } catch (error) {
    if (!(error instanceof JavaException)) throw error
    const target = `class ${classNameOf(what.value)}`
    const message = `Invocation of method '${what.name}' in  ${target} threw exception ${error.message}`
    return fail(scope, 'MethodInvocationException', { message, place: what.step })
  }
}

function indexValue(value: Present, step: IndexStep, scope: Scope): Value {
  const index = adjusted(value, step, scope)
  const call = findMethod(value, 'get', { args: [index], budget: scope.budget })
  if (call === undefined) return noMethod(value, { name: 'get', args: [index], step }, scope)
  try {
    return call.run() ?? null
  } catch (error) {
    if (!(error instanceof JavaException)) throw error
    if (error.className === 'java.lang.NumberFormatException') {
      throw new TemplateError('NumberFormatException', error.reason, step)
    }
    const message = `Error invoking method 'get(${className(index)})' in ${classNameOf(value)}`
    return fail(scope, 'VelocityException', { message, place: step })
  }
}

/** Counts a negative index from the end. */
function adjusted(value: Present, step: IndexStep, scope: Scope): Value {
  const index = scope.evaluate(step.at)
  if (!(index instanceof JavaNumber) || index.type !== 'int' || index.whole >= 0n) return index
  const size = findMethod(value, 'size', { args: [], budget: scope.budget })?.run()
  if (!(size instanceof JavaNumber)) {
    const message = `A 'size()' method required for negative value ${index} does not exist for class '${classNameOf(value)}'`
    return fail(scope, 'VelocityException', { message, place: step })
  }
  return int(size.whole + index.whole)
}

/** Sets what `#set` names on its left. */
export function assign(target: Reference, value: Value, scope: Scope): void {
  const { steps } = target
  const last = steps.at(-1)
  if (target.alternate !== undefined) return
  if (last === undefined) {
    scope.variables.set(target.root, value)
    return
  }
  let owner = rootValue(target, scope, scope.strict)
  for (const [i, step] of steps.slice(0, -1).entries()) {
    if (owner === null) return
    owner = stepValue(owner, step, scope)
    const next = steps[i + 1]
    if (owner === null && scope.strict && next !== undefined) {
      const message = `Attempted to access '${stepName(next)}' on a null value`
      fail(scope, 'MethodInvocationException', { message, place: next })
    }
  }
  if (owner === null) return
  if (last.kind === 'index') assignIndex(owner, { step: last, value }, scope)
  else
    assignProperty(owner, { name: last.kind === 'property' ? last.name : '', value, target }, scope)
}

function assignIndex(
  owner: Present,
  change: { readonly step: IndexStep; readonly value: Value },
  scope: Scope,
): void {
  const { step, value } = change
  const index = adjusted(owner, step, scope)
  const args = [index, value]
  const names = ['set', 'put']
  const name = names.find((each) => findMethod(owner, each, { args, budget: scope.budget }))
  const types = `${className(index)},${className(value)}`
  if (name === undefined) {
    if (!scope.strict) return
    const message = `Found neither a 'set' or 'put' method with param types '(${types})' on class '${classNameOf(owner)}'`
    fail(scope, 'VelocityException', { message, place: step })
  }
  try {
    findMethod(owner, name, { args, budget: scope.budget })?.run()
  } catch (error) {
    if (!(error instanceof JavaException)) throw error
    const message = `Exception calling method '${name}(${types})' in  class ${classNameOf(owner)}`
    fail(scope, 'MethodInvocationException', { message, place: step })
  }
}

function assignProperty(
  owner: Present,
  change: { readonly name: string; readonly value: Value; readonly target: Reference },
  scope: Scope,
): void {
  const { name, value, target } = change
  scope.budget.step()
  if (owner instanceof JavaMap) owner.put(name, value)
  else if (owner instanceof LoopScope) owner.own.put(name, value)
  else if (scope.strict) {
    const message = `Object '${classNameOf(owner)}' does not contain property '${name}'`
    fail(scope, 'MethodInvocationException', { message, place: target })
  }
}

/** Prints a reference: its value, or what the manner says of a missing one. */
export function renderReference(reference: Reference, scope: Scope): void {
  if (reference.runt) {
    scope.write(reference.literal)
    return
  }
  const value = reference.computable ? referenceValue(reference, scope) : null
  const { slashes, before, whenNull, literal, line, column } = reference
  if (reference.escaped) {
    scope.write(slashes + (value === null ? '\\' : '') + whenNull)
    return
  }
  if (value === null && scope.strict && !reference.computable) {
    throw unset(reference, scope)
  }
  if (value instanceof BlockValue) {
    scope.write(slashes + before)
    if (value.print()) return
  }
  const text = value === null ? undefined : printed(value, scope.budget)
  scope.manner.onReference?.({ literal, text, line, column })
  if (text !== undefined) {
    scope.write(slashes + before + text)
    return
  }
  if (scope.strict) {
    if (reference.quiet) return
    if (value === null && scope.manner.nullFormalReference === 'error') {
      const message = `Reference ${literal} evaluated to null when attempting to render`
      fail(scope, 'VelocityException', { message, place: reference })
    }
    if (value instanceof BlockValue) {
      const message = `Reference ${literal} evaluated to object ${value.className} whose toString() method returned null`
      fail(scope, 'VelocityException', { message, place: reference })
    }
  }
  scope.write((scope.strict ? slashes : slashes + slashes) + before + whenNull)
}

/** `$\!a` is looked up under its odd spelling, which is never set. */
function unset(reference: Reference, scope: Scope): TemplateError {
  const { line, column } = reference
  const place = `${scope.name}[line ${line}, column ${column}]`
  const message = `Variable $${reference.whenNull} has not been set at ${place}`
  return new TemplateError('MethodInvocationException', message, reference)
}
