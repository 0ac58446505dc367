import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { compileRegex } from './regex.ts'
import { RegexSyntaxError } from './regex-flags.ts'

const matches = (source: string, text: string, flags = '') =>
  compileRegex(source, flags).matches(text, () => undefined)

describe('a pattern must match the whole text, in the way of java.util.regex', () => {
  for (const [source, fitting, other, flags] of [
    ['ab', 'ab', 'abc', ''],
    ['a|bc', 'bc', 'ac', ''],
    ['(?:ab)*', 'abab', 'aba', ''],
    ['a{2,3}', 'aaa', 'aaaa', ''],
    ['a+?b', 'aab', 'b', ''],
    ['a*+b', 'aab', 'aa', ''],
    ['(?>a|ab)c', 'ac', 'abc', ''],
    ['[a-c&&[^b]]+', 'aca', 'b', ''],
    ['[^\\d]+', 'x', '1', ''],
    ['\\w+@\\w+\\.\\p{Lower}{2}', 'a_1@b.de', 'a@b.DE', ''],
    ['(a)(b)?\\1', 'aa', 'ab', ''],
    ['(?<x>a|b)\\k<x>', 'bb', 'ba', ''],
    ['(?=.*\\d).{3}', 'a1b', 'abc', ''],
    ['.*(?<!x)y', 'zy', 'xy', ''],
    ['(?i)abc', 'aBC', 'aBd', ''],
    ['a(?i:b)c', 'aBc', 'aBC', ''],
    ['É', 'é', 'e', 'iu'],
    ['É', 'É', 'é', 'i'],
    ['.', 'x', '\n', ''],
    ['a.b', 'a\nb', 'ab', 's'],
    [' a b # note', 'ab', 'a b', 'x'],
    ['\\Qa.b\\E', 'a.b', 'axb', ''],
    ['\\bfoo\\b.*', 'foo bar', 'foobar', ''],
    ['(|a)+', 'aaa', 'b', ''],
    ['a{2}{3}', 'aa', 'aaaaaa', ''],
    ['a\\Rb', 'a\r\nb', 'ab', ''],
    ['\\x41\\u0042\\t', 'AB\t', 'AB', ''],
    ['\u{1f600}.', '\u{1f600}\u{1f601}', '\u{1f600}', ''],
  ] as const) {
    test(`/${source}/${flags}`, () => {
      assert.equal(matches(source, fitting, flags), true)
      assert.equal(matches(source, other, flags), false)
    })
  }
})

test('what Java refuses is refused', () => {
  for (const source of ['(', ')', '[a', 'a**', 'a{x', 'a{2,1}', '\\y', '(?z)', '\\p{Nope}']) {
    assert.throws(() => compileRegex(source, ''), RegexSyntaxError, source)
  }
})

test('every move is counted, and whoever counts can stop it', () => {
  let steps = 0
  const count = () => {
    steps += 1
    if (steps > 1_000) throw new RangeError('enough')
  }
  assert.throws(() => compileRegex('(a*)*b', '').matches('a'.repeat(50), count), RangeError)
})
