import { formatText } from '../format.ts'
import { hashOf, toText } from '../java-semantics.ts'
import type { Budget } from '../limits.ts'
import { int } from '../numbers.ts'
import { compileRegex, type Regex } from '../regex.ts'
import {
  type Arguments,
  JavaChar,
  JavaException,
  JavaList,
  type Methods,
  textArray,
} from '../values.ts'
import { castFailure } from './cast.ts'
import { isWhitespace } from './number.ts'

function outside(message: string): never {
  throw new JavaException('java.lang.StringIndexOutOfBoundsException', message)
}

function substring(self: string, begin: number, end: number): string {
  if (begin < 0 || begin > end || end > self.length) {
    outside(`begin ${begin}, end ${end}, length ${self.length}`)
  }
  return self.slice(begin, end)
}

/** Replaces all occurrences literally, as `String.replace` does. */
function replaceLiteral(self: string, from: string, args: Arguments): string {
  const to = args.text(1)
  const pieces = self.split(from)
  const grown = self.length + (to.length - from.length) * (pieces.length - 1)
  args.budget.reserve(Math.max(grown, self.length))
  return from === '' ? to + [...spread(self)].map((c) => c + to).join('') : pieces.join(to)
}

function* spread(text: string): Generator<string> {
  for (let i = 0; i < text.length; i++) yield text.charAt(i)
}

function regex(args: Arguments): Regex {
  return compileRegex(args.text(0), args.budget)
}

function replaceRegex(self: string, args: Arguments, all: boolean): string {
  const pattern = regex(args)
  const to = args.text(1)
  let out = ''
  let from = 0
  let at = 0
  while (at <= self.length) {
    const found = pattern.find(self, at)
    if (found === undefined) break
    const [start = 0, end = 0] = found[0] ?? []
    out += self.slice(from, start) + expand(to, self, found)
    args.budget.fits(out.length)
    from = end
    at = end === start ? end + 1 : end
    if (!all) break
  }
  return args.budget.text(out + self.slice(from))
}

type Groups = readonly (readonly [number, number] | undefined)[]

/** Fills `$1` and `\$` in a replacement, as `Matcher.appendReplacement` does. */
function expand(to: string, self: string, groups: Groups): string {
  let out = ''
  for (let i = 0; i < to.length; i++) {
    const character = to.charAt(i)
    if (character === '\\') {
      i++
      if (i >= to.length) illegal('character to be escaped is missing')
      out += to.charAt(i)
    } else if (character === '$') {
      const digit = to.charAt(i + 1)
      if (!/^\d$/.test(digit))
        illegal(
          digit === ''
            ? 'Illegal group reference: group index is missing'
            : 'Illegal group reference',
        )
      let group = Number(digit)
      i++
      while (
        /^\d$/.test(to.charAt(i + 1)) &&
        group * 10 + Number(to.charAt(i + 1)) < groups.length
      ) {
        i++
        group = group * 10 + Number(to.charAt(i))
      }
      if (group >= groups.length) {
        throw new JavaException('java.lang.IndexOutOfBoundsException', `No group ${group}`)
      }
      const span = groups[group]
      out += span === undefined ? '' : self.slice(span[0], span[1])
    } else {
      out += character
    }
  }
  return out
}

function illegal(message: string): never {
  throw new JavaException('java.lang.IllegalArgumentException', message)
}

/** Splits as `String.split` does: a limit of 0 drops empty texts at the end. */
function split(self: string, args: Arguments, limit: number): JavaList {
  const pattern = regex(args)
  const pieces: string[] = []
  let from = 0
  let at = 0
  while (at <= self.length && (limit <= 0 || pieces.length < limit - 1)) {
    const found = pattern.find(self, at)?.[0]
    if (found === undefined) break
    const [start, end] = found
    at = end === start ? end + 1 : end
    if (end === 0) continue
    pieces.push(self.slice(from, start))
    args.budget.step()
    from = end
  }
  if (from === 0 && pieces.length === 0) return textArray([self])
  pieces.push(self.slice(from))
  if (limit === 0) while (pieces.at(-1) === '') pieces.pop()
  return textArray(pieces)
}

function compareTexts(a: string, b: string): number {
  const shared = Math.min(a.length, b.length)
  for (let i = 0; i < shared; i++) {
    const difference = a.charCodeAt(i) - b.charCodeAt(i)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

function folded(text: string): string {
  return text.toUpperCase().toLowerCase()
}

function repeat(self: string, args: Arguments): string {
  const count = args.int(0)
  if (count < 0) illegal(`count is negative: ${count}`)
  args.budget.reserve(self.length * count)
  return self.repeat(count)
}

function bytesOf(text: string, budget: Budget): JavaList {
  budget.step(text.length)
  const bytes = [...new TextEncoder().encode(text)].map((byte) => int((byte << 24) >> 24))
  return new JavaList(bytes, 'array', '[B')
}

/** The bytes in a named character set, as Java tells them: from -128 to 127. */
function bytesIn(self: string, args: Arguments): JavaList {
  const name = args
    .text(0)
    .toUpperCase()
    .replace(/^UTF(\d)/, 'UTF-$1')
  if (name === 'UTF-8') return bytesOf(self, args.budget)
  const most = new Map([
    ['ISO-8859-1', 0xff],
    ['LATIN1', 0xff],
    ['US-ASCII', 0x7f],
    ['ASCII', 0x7f],
  ]).get(name)
  args.budget.step(self.length)
  if (most !== undefined) {
    const codes = [...self].map((character) => character.codePointAt(0) ?? 0)
    return byteArray(codes.map((code) => (code > most ? 0x3f : code)))
  }
  const order = /^UTF-16(BE|LE)?$/.exec(name)
  if (order === null) {
    throw new JavaException('java.io.UnsupportedEncodingException', args.text(0))
  }
  const units = [...spread(self)].map((unit) => unit.charCodeAt(0))
  const pairs = units.flatMap((unit) => [unit >> 8, unit & 0xff])
  if (order[1] === 'LE') return byteArray(units.flatMap((unit) => [unit & 0xff, unit >> 8]))
  return byteArray(order[1] === 'BE' ? pairs : [0xfe, 0xff, ...pairs])
}

function byteArray(bytes: readonly number[]): JavaList {
  return new JavaList(
    bytes.map((byte) => int((byte << 24) >> 24)),
    'array',
    '[B',
  )
}

/** Drops what `Character.isWhitespace` names, which unlike here has no fixed blanks and no byte order mark. */
function strip(text: string, where: 'start' | 'end' | 'both'): string {
  let [start, end] = [0, text.length]
  while (where !== 'end' && start < end && isWhitespace(text.charAt(start))) start += 1
  while (where !== 'start' && end > start && isWhitespace(text.charAt(end - 1))) end -= 1
  return text.slice(start, end)
}

/** The lines of a text as `String.lines` has them: no empty one behind the last line break. */
export function linesOf(text: string): readonly string[] {
  const lines = text.split(/\r\n|\r|\n/)
  if (lines.at(-1) === '') lines.pop()
  return lines
}

function indent(self: string, args: Arguments): string {
  const count = args.int(0)
  const lines = linesOf(self)
  args.budget.reserve(self.length + Math.max(count, 0) * lines.length + 1)
  const moved = lines.map((line) => {
    if (count >= 0) return ' '.repeat(count) + line
    const blanks = line.length - strip(line, 'start').length
    return line.slice(Math.min(-count, blanks))
  })
  return moved.map((line) => `${line}\n`).join('')
}

function stripIndent(self: string, budget: Budget): string {
  budget.step(Math.ceil(self.length / 64))
  const lines = linesOf(self)
  const isOpen = /[\r\n]$/.test(self)
  const counted = lines.filter((line) => strip(line, 'both') !== '')
  const margins = counted.map((line) => line.length - strip(line, 'start').length)
  const least = isOpen ? 0 : margins.reduce((min, margin) => Math.min(min, margin), self.length)
  const moved = lines.map((line) =>
    strip(line, 'both') === '' ? '' : strip(line.slice(least), 'end'),
  )
  return moved.join('\n') + (isOpen ? '\n' : '')
}

function translateEscapes(self: string): string {
  return self.replace(/\\(?:([0-3]?[0-7]{1,2})|(\r\n|[\s\S]?))/g, (_, octal, letter = '') => {
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8))
    const known = escapeLetters.get(letter)
    if (known !== undefined) return known
    const code = (letter.charCodeAt(0) || 0).toString(16).toUpperCase().padStart(4, '0')
    return illegal(`Invalid escape sequence: \\${letter} \\\\u${code}`)
  })
}

const escapeLetters: ReadonlyMap<string, string> = new Map([
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['s', ' '],
  ['t', '\t'],
  ["'", "'"],
  ['"', '"'],
  ['\\', '\\'],
  ['\n', ''],
  ['\r', ''],
  ['\r\n', ''],
])

/** Drops characters up to U+0020 at both ends: Java's `trim`. */
function trim(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && text.charCodeAt(start) <= 32) start++
  while (end > start && text.charCodeAt(end - 1) <= 32) end--
  return text.slice(start, end)
}

function join(args: Arguments): string {
  const [separator, only, ...rest] = args.values
  const items = only instanceof JavaList && rest.length === 0 ? only.items : args.values.slice(1)
  const parts = items.map((item) => toText(item, args.budget))
  return args.budget.text(parts.join(typeof separator === 'string' ? separator : ''))
}

/** The methods of `java.lang.String` that templates may call. */
export const textMethods: Methods<string> = {
  'length()': (self) => int(self.length),
  'isEmpty()': (self) => self === '',
  'isBlank()': (self) => strip(self, 'both') === '',
  'charAt(int)': (self, args) => {
    const at = args.int(0)
    if (at < 0 || at >= self.length) {
      // Java words it by how it stores the text.
      const wide = /[\u0100-\uffff]/.test(self)
      outside(wide ? `index ${at}, length ${self.length}` : `String index out of range: ${at}`)
    }
    return new JavaChar(self.charAt(at))
  },
  'codePointAt(int)': (self, args) => {
    const code = self.codePointAt(args.int(0))
    return int(code ?? outside(`index ${args.int(0)}, length ${self.length}`))
  },
  'substring(int)': (self, args) => substring(self, args.int(0), self.length),
  'substring(int,int)': (self, args) => substring(self, args.int(0), args.int(1)),
  'subSequence(int,int)': (self, args) => substring(self, args.int(0), args.int(1)),
  'indexOf(String)': (self, args) => int(self.indexOf(args.text(0))),
  'indexOf(int)': (self, args) => int(self.indexOf(codeText(args.int(0)))),
  'indexOf(String,int)': (self, args) => int(self.indexOf(args.text(0), args.int(1))),
  'indexOf(int,int)': (self, args) => int(self.indexOf(codeText(args.int(0)), args.int(1))),
  'lastIndexOf(String)': (self, args) => int(self.lastIndexOf(args.text(0))),
  'lastIndexOf(int)': (self, args) => int(self.lastIndexOf(codeText(args.int(0)))),
  'lastIndexOf(String,int)': (self, args) => int(lastIndex(self, args.text(0), args.int(1))),
  'contains(CharSequence)': (self, args) => self.includes(args.text(0)),
  'lastIndexOf(int,int)': (self, args) => int(lastIndex(self, codeText(args.int(0)), args.int(1))),
  'codePointCount(int,int)': (self, args) => {
    const [from, to] = [args.int(0), args.int(1)]
    if (from < 0 || from > to || to > self.length) {
      throw new JavaException('java.lang.IndexOutOfBoundsException', undefined)
    }
    return int([...self.slice(from, to)].length)
  },
  'startsWith(String)': (self, args) => self.startsWith(args.text(0)),
  'startsWith(String,int)': (self, args) => self.startsWith(args.text(0), args.int(1)),
  'endsWith(String)': (self, args) => self.endsWith(args.text(0)),
  'concat(String)': (self, args) => args.budget.text(self + args.text(0)),
  'replace(char,char)': (self, args) => replaceLiteral(self, args.text(0), args),
  'replace(CharSequence,CharSequence)': (self, args) => replaceLiteral(self, args.text(0), args),
  'replaceAll(String,String)': (self, args) => replaceRegex(self, args, true),
  'replaceFirst(String,String)': (self, args) => replaceRegex(self, args, false),
  'matches(String)': (self, args) => regex(args).matches(self),
  'split(String)': (self, args) => split(self, args, 0),
  'split(String,int)': (self, args) => split(self, args, args.int(1)),
  'trim()': trim,
  'strip()': (self) => strip(self, 'both'),
  'stripLeading()': (self) => strip(self, 'start'),
  'stripTrailing()': (self) => strip(self, 'end'),
  'stripIndent()': (self, args) => stripIndent(self, args.budget),
  'indent(int)': (self, args) => indent(self, args),
  'translateEscapes()': (self) => translateEscapes(self),
  'toLowerCase()': (self) => self.toLowerCase(),
  'toUpperCase()': (self) => self.toUpperCase(),
  'repeat(int)': repeat,
  'intern()': (self) => self,
  'equalsIgnoreCase(String)': (self, args) =>
    args.value(0) !== null && folded(self) === folded(args.text(0)),
  'regionMatches(int,String,int,int)': (self, args) => regionMatches(self, args, 0),
  'regionMatches(boolean,int,String,int,int)': (self, args) => regionMatches(self, args, 1),
  'codePointBefore(int)': (self, args) => {
    const at = args.int(0)
    if (at < 1 || at > self.length) outside(`String index out of range: ${at}`)
    const before = at > 1 ? self.codePointAt(at - 2) : undefined
    return int(before !== undefined && before > 0xffff ? before : self.charCodeAt(at - 1))
  },
  'contentEquals(CharSequence)': (self, args) => self === args.text(0),
  'compareTo(Object)': (self, args) => {
    const other = args.value(0)
    return int(
      compareTexts(
        self,
        typeof other === 'string' ? other : castFailure(other, 'java.lang.String'),
      ),
    )
  },
  'compareToIgnoreCase(String)': (self, args) =>
    int(compareTexts(folded(self), folded(args.text(0)))),
  'toCharArray()': (self, args) => {
    args.budget.step(self.length)
    return new JavaList(
      [...spread(self)].map((text) => new JavaChar(text)),
      'array',
      '[C',
    )
  },
  'getBytes()': (self, args) => bytesOf(self, args.budget),
  'getBytes(String)': (self, args) => bytesIn(self, args),
  'format(String,Object...)': (_, args) =>
    formatText(args.text(0), args.values.slice(1), args.budget),
  'formatted(Object...)': (self, args) => formatText(self, args.values, args.budget),
  'join(CharSequence,Object...)': (_, args) => join(args),
  'valueOf(Object)': (_, args) => toText(args.value(0), args.budget),
  'hashCode()': (self, args) => int(hashOf(self, args.budget)),
}

function codeText(code: number): string {
  return code >= 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '\uffff\uffff'
}

/** The overload that may fold case has that choice before its four other arguments. */
function regionMatches(self: string, args: Arguments, first: 0 | 1): boolean {
  const [from, other, start, length] = [
    args.int(first),
    args.text(first + 1),
    args.int(first + 2),
    args.int(first + 3),
  ]
  if (from < 0 || start < 0) return false
  if (from + length > self.length || start + length > other.length) return false
  const pieces = [self.slice(from, from + length), other.slice(start, start + length)]
  const [own, others] = first === 1 && args.flag(0) ? pieces.map(folded) : pieces
  return own === others
}

function lastIndex(self: string, text: string, from: number): number {
  return from < 0 ? -1 : self.lastIndexOf(text, from)
}
