import { add, compare, divide, isZero, modulo, multiply, negate, subtract } from './arithmetic.ts'
import { type Binary, type Expression, literalOf, type RangeLiteral } from './ast.ts'
import { TemplateError } from './errors.ts'
import { asNumber, isTrue, looselyEqual, printed, toText } from './java-semantics.ts'
import { int, JavaNumber, toInt } from './numbers.ts'
import { referenceValue } from './references.ts'
import { fail, type Scope } from './scope.ts'
import { BlockValue, JavaList, JavaMap, type Value } from './values.ts'

/** Works out what an expression is worth. */
export function evaluate(expression: Expression, scope: Scope): Value {
  scope.budget.step()
  switch (expression.kind) {
    case 'constant':
      return expression.value
    case 'string':
      return expression.parts === undefined
        ? expression.text
        : scope.capture(() => scope.render(expression.parts ?? []))
    case 'reference':
      return expression.computable ? referenceValue(expression, scope) : null
    case 'list':
      return new JavaList(expression.items.map((item) => evaluate(item, scope)))
    case 'map': {
      const map = new JavaMap('insertion')
      for (const { key, value } of expression.entries) {
        const name = evaluate(key, scope)
        if (typeof name === 'string') scope.budget.scan(name.length)
        map.put(name, evaluate(value, scope))
      }
      return map
    }
    case 'range':
      return rangeOf(expression, scope)
    case 'not':
      return !holds(expression.operand, scope)
    case 'negate': {
      const number = asNumber(evaluate(expression.operand, scope), scope.budget)
      if (number !== undefined) return negate(number)
      literalOf(expression.operand)
      return null
    }
    case 'binary':
      return binaryValue(expression, scope)
  }
}

/** Whether an expression holds as a condition. */
export function holds(expression: Expression, scope: Scope): boolean {
  switch (expression.kind) {
    case 'not':
      return !holds(expression.operand, scope)
    case 'range':
    case 'negate':
      return expression.kind === 'negate' && holds(expression.operand, scope)
    case 'list':
      return expression.items.length > 0
    case 'map':
      return expression.entries.length > 0
    case 'binary':
      return isMath(expression) ? false : isTrue(binaryValue(expression, scope))
    default:
      return isTrue(evaluate(expression, scope))
  }
}

function isMath(expression: Binary): boolean {
  return ['+', '-', '*', '/', '%'].includes(expression.operator)
}

function rangeOf(range: RangeLiteral, scope: Scope): Value {
  const from = asNumber(evaluate(range.from, scope), scope.budget)
  const to = asNumber(evaluate(range.to, scope), scope.budget)
  if (from === undefined || to === undefined) return null
  const [left, right] = [toInt(from), toInt(to)]
  const size = Math.abs(right - left) + 1
  if (size > scope.budget.limits.loopsMax) {
    scope.budget.exceeded('numbers in a range', scope.budget.limits.loopsMax)
  }
  scope.budget.step(Math.ceil(size / 16))
  const delta = left >= right ? -1 : 1
  const items = Array.from({ length: size }, (_, i) => int(left + i * delta))
  const className = 'org.apache.velocity.runtime.parser.node.ASTIntegerRange$IntegerRange'
  return new JavaList(items, 'fixed', className)
}

function binaryValue(expression: Binary, scope: Scope): Value {
  const { operator } = expression
  if (operator === '||') return holds(expression.left, scope) || holds(expression.right, scope)
  if (operator === '&&') return holds(expression.left, scope) && holds(expression.right, scope)
  const left = evaluate(expression.left, scope)
  const right = evaluate(expression.right, scope)
  if (operator === '==') return looselyEqual(left, right, scope.budget)
  if (operator === '!=') return !looselyEqual(left, right, scope.budget)
  if (!isMath(expression)) return ordered(expression, { left, right }, scope)
  if (operator === '+' && (isText(left) || isText(right))) {
    const text = textOf(left, expression.left, scope) + textOf(right, expression.right, scope)
    return scope.budget.text(text)
  }
  const [a, b] = [asNumber(left, scope.budget), asNumber(right, scope.budget)]
  if (a !== undefined && b !== undefined) return calculated(expression, { a, b }, scope)
  literalOf(a === undefined ? expression.left : expression.right)
  return null
}

function isText(value: Value): boolean {
  return typeof value === 'string'
}

function textOf(value: Value, source: Expression, scope: Scope): string {
  if (value === null) return literalOf(source)
  return value instanceof BlockValue
    ? (printed(value, scope.budget) ?? 'null')
    : toText(value, scope.budget)
}

function calculated(
  expression: Binary,
  operands: { readonly a: JavaNumber; readonly b: JavaNumber },
  scope: Scope,
): Value {
  const { a, b } = operands
  scope.budget.reserve(Math.ceil(digits(a) + digits(b)))
  switch (expression.operator) {
    case '+':
      return add(a, b)
    case '-':
      return subtract(a, b)
    case '*':
      return multiply(a, b)
    case '/':
      return isZero(b) ? null : divide(a, b)
    default: {
      if (isZero(b)) return null
      const rest = modulo(a, b)
      if (rest !== undefined) return rest
      throw new TemplateError(
        'ArithmeticException',
        'Cannot calculate the modulo of BigDecimals.',
        expression,
      )
    }
  }
}

/** Roughly how many digits a number has: what arithmetic on it costs. */
function digits(value: JavaNumber): number {
  if (value.isReal || value.type === 'int' || value.type === 'long') return 1
  return value.whole.toString(16).length + Math.abs(value.scale)
}

function ordered(
  expression: Binary,
  sides: { readonly left: Value; readonly right: Value },
  scope: Scope,
): boolean {
  const { left, right } = sides
  if (left === null || right === null) {
    const side = left === null ? 'Left' : 'Right'
    const literal = literalOf(left === null ? expression.left : expression.right)
    const message = `${side} side (${literal}) of comparison operation has null value`
    if (!scope.strict) return false
    return fail(scope, 'VelocityException', { message, place: expression })
  }
  const both = isText(left) && isText(right)
  const a = both ? undefined : asNumber(left, scope.budget)
  const b = both ? undefined : asNumber(right, scope.budget)
  if (a === undefined || b === undefined) {
    const side = right instanceof JavaNumber ? 'Left' : 'Right'
    const message = `${side} side of comparison operation is not a number`
    if (!scope.strict) return false
    return fail(scope, 'VelocityException', { message, place: expression })
  }
  const order = compare(a, b)
  switch (expression.operator) {
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    default:
      return order >= 0
  }
}
