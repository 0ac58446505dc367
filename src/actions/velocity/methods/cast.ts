import { compare } from '../arithmetic.ts'
import { JavaNumber } from '../numbers.ts'
import { classNameOf, JavaException, type Value } from '../values.ts'

/** Throws what Java throws when it cannot take a value for one of a class. */
export function castFailure(value: Value, to: string): never {
  if (value === null) {
    const argument = `another${to.slice(to.lastIndexOf('.') + 1)}`
    throw new JavaException(
      'java.lang.NullPointerException',
      `Cannot read field "value" because "${argument}" is null`,
    )
  }
  const from = classNameOf(value)
  throw new JavaException(
    'java.lang.ClassCastException',
    `class ${from} cannot be cast to class ${to} (${from} and ${to} are in module java.base of loader 'bootstrap')`,
  )
}

/** Orders two numbers of one class; throws where Java could not cast one to the other. */
export function compareSameClass(self: JavaNumber, other: Value): number {
  if (!(other instanceof JavaNumber) || other.type !== self.type) castFailure(other, self.className)
  return compare(self, other)
}
