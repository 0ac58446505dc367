import { isZero } from '../arithmetic.ts'
import { double, int, JavaNumber, long, toInt, toLong, toReal } from '../numbers.ts'
import { JavaChar, type Methods, textHash } from '../values.ts'
import { castFailure, compareSameClass } from './cast.ts'

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

function classTest(pattern: RegExp): Methods<JavaChar>[string] {
  return (_, args) => pattern.test(args.text(0))
}

/** Blanks that allow a line break, and the separators of old files. */
export function isWhitespace(text: string): boolean {
  const code = text.charCodeAt(0)
  if (code >= 0x1c && code <= 0x1f) return true
  return /^\s$/.test(text) && !'\u00a0\u2007\u202f\ufeff'.includes(text)
}

/** A character in another case, where that is one character too. */
function recased(text: string, other: string): JavaChar {
  return new JavaChar(other.length === 1 ? other : text)
}

/** The methods of `java.lang.Character`; the static ones take the character as an argument. */
export const charMethods: Methods<JavaChar> = {
  'charValue()': (self) => self,
  'compareTo(Object)': (self, args) => {
    const other = args.value(0)
    if (!(other instanceof JavaChar)) castFailure(other, self.className)
    return int(textHash(self.text) - textHash(args.text(0)))
  },
  'isDigit(char)': classTest(/^\p{Nd}$/u),
  'isLetter(char)': classTest(/^\p{L}$/u),
  'isLetterOrDigit(char)': classTest(/^[\p{L}\p{Nd}]$/u),
  'isUpperCase(char)': classTest(/^\p{Uppercase}$/u),
  'isLowerCase(char)': classTest(/^\p{Lowercase}$/u),
  'isWhitespace(char)': (_, args) => isWhitespace(args.text(0)),
  'toUpperCase(char)': (_, args) => recased(args.text(0), args.text(0).toUpperCase()),
  'toLowerCase(char)': (_, args) => recased(args.text(0), args.text(0).toLowerCase()),
  'getNumericValue(char)': (_, args) => {
    const value = Number.parseInt(args.text(0), 36)
    return int(Number.isNaN(value) ? -1 : value)
  },
  'toString(char)': (_, args) => args.text(0),
  'valueOf(char)': (_, args) => args.value(0),
  'compare(char,char)': (_, args) => int(textHash(args.text(0)) - textHash(args.text(1))),
}
