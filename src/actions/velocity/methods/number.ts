import { isZero } from '../arithmetic.ts'
import { double, int, JavaNumber, long, toInt, toLong, toReal } from '../numbers.ts'
import type { JavaChar, Methods } from '../values.ts'
import { compareSameClass } from './cast.ts'

/** The methods of Java's number classes. */
export const numberMethods: Methods<JavaNumber> = {
  'intValue()': (self) => int(toInt(self)),
  'longValue()': (self) => long(toLong(self)),
  'doubleValue()': (self) => double(toReal(self)),
  'floatValue()': (self) => new JavaNumber('float', 0n, Math.fround(toReal(self))),
  'shortValue()': (self) => int((toInt(self) << 16) >> 16),
  'byteValue()': (self) => int((toInt(self) << 24) >> 24),
  'compareTo(Object)': (self, args) => int(compareSameClass(self, args.value(0))),
}

/** What Double and Float offer besides. */
export const realMethods: Methods<JavaNumber> = {
  ...numberMethods,
  'isNaN()': (self) => Number.isNaN(self.real),
  'isInfinite()': (self) => !Number.isFinite(self.real) && !Number.isNaN(self.real),
}

/** What BigInteger and BigDecimal offer besides. */
export const exactMethods: Methods<JavaNumber> = {
  ...numberMethods,
  'signum()': (self) => int(isZero(self) ? 0 : self.whole > 0n ? 1 : -1),
  'negate()': (self) => new JavaNumber(self.type, -self.whole, 0, self.scale),
  'abs()': (self) =>
    new JavaNumber(self.type, self.whole < 0n ? -self.whole : self.whole, 0, self.scale),
}

/** The methods of `java.lang.Character`. */
export const charMethods: Methods<JavaChar> = {
  'charValue()': (self) => self,
}
