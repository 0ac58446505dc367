import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Budget, defaultLimits } from './limits.ts'
import { compileRegex } from './regex.ts'
import { JavaException } from './values.ts'

function find(pattern: string, text: string): string | undefined {
  const span = compileRegex(pattern, new Budget(defaultLimits)).find(text, 0)?.[0]
  return span === undefined ? undefined : text.slice(span[0], span[1])
}

test('patterns of java.util.regex find what Java finds', () => {
  const table: readonly (readonly [string, string, string | undefined])[] = [
    ['a+', 'baac', 'aa'],
    ['a+?', 'baac', 'a'],
    ['a++a', 'aaa', undefined],
    ['(?>a|ab)c', 'abc', undefined],
    ['(a)(b)?', 'ac', 'a'],
    ['(.)\\1', 'hello', 'll'],
    ['(?<x>l)\\k<x>', 'hello', 'll'],
    ['(?i)HELLO', 'say hello', 'hello'],
    ['(?i:H)ello', 'hello', 'hello'],
    ['[a-c&&[^b]]+', 'bacab', 'aca'],
    ['[^\\d\\s]+', '12 ab', 'ab'],
    ['\\bfoo\\b', 'a foo.', 'foo'],
    ['(?<=\\$)\\d+', 'cost $42', '42'],
    ['(?<!\\$)\\b\\d+', '$42 7', '7'],
    ['a(?!b)', 'abac', 'a'],
    ['\\Qa.b\\E', 'axb a.b', 'a.b'],
    ['x{2,3}', 'xxxx', 'xxx'],
    ['^b', 'a\nb', undefined],
    ['(?m)^b', 'a\nb', 'b'],
    ['a.b', 'a\nb', undefined],
    ['(?s)a.b', 'a\nb', 'a\nb'],
    ['\\p{Lu}\\p{L}*', 'in Ärger', 'Ärger'],
    ['\\u0041\\x42', 'AB', 'AB'],
    ['a|b|', 'c', ''],
  ]
  for (const [pattern, text, expected] of table) {
    assert.equal(find(pattern, text), expected, pattern)
  }
})

test('broken patterns are refused as Java refuses them', () => {
  for (const pattern of ['[', '(', ')', '*', 'a{2', 'a{3,2}', '\\', '\\y', '(?<n', '[b-a]']) {
    assert.throws(() => find(pattern, 'a'), JavaException, pattern)
  }
})

test('what both dialects share is found alike', () => {
  const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '(a)', '(?:ab)', '(a|b)', 'a|b')
  const count = fc.constantFrom('', '', '*', '+', '?', '{1,2}', '*?', '+?', '??')
  const pattern = fc
    .array(fc.tuple(atom, count), { minLength: 1, maxLength: 5 })
    .map((parts) => parts.map(([a, c]) => (a.includes('|') ? `(?:${a})${c}` : a + c)).join(''))
  const text = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 }).map((x) => x.join(''))
  fc.assert(
    fc.property(pattern, text, (source, subject) => {
      assert.equal(find(source, subject), new RegExp(source).exec(subject)?.[0])
    }),
    { numRuns: 1000 },
  )
})
