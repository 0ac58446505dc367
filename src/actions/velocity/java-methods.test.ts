import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { TemplateError } from './errors.ts'
import { parseTemplate, renderTemplate } from './template.ts'

function rendered(source: string): string {
  const context = { text: ' a\tb ', name: 'Ann', list: ['x', 'y'], lines: '  one\n    two' }
  return renderTemplate(parseTemplate(source), context)
}

describe('rare methods of Java 17 answer as there', () => {
  const cases: readonly (readonly [string, string])[] = [
    ["[#set($s = '\u00a0a\u00a0')$s.strip()]", '[\u00a0a\u00a0]'],
    ["#set($s = '\u001fa')$s.strip()", 'a'],
    ['$lines.stripIndent()', 'one\n  two'],
    ['$name.indent(2)|', '  Ann\n|'],
    ['$lines.indent(-3)|', 'one\n two\n|'],
    ["#set($s = 'a\\tb\\101')$s.translateEscapes()", 'a\tbA'],
    ["$name.regionMatches(true, 0, 'xANx', 1, 2)", 'true'],
    ["$name.regionMatches(false, 0, 'xANx', 1, 2)", 'false'],
    ['$name.codePointBefore(1)', '65'],
    [
      "#set($s = 'é')$s.getBytes('ISO-8859-1') $s.getBytes('UTF8') $s.getBytes('ASCII')",
      '[-23] [-61, -87] [63]',
    ],
    ["$name.getBytes('UTF-16').size()", '8'],
    ["$list.of('p', 1) $list.copyOf($list)", '[p, 1] [x, y]'],
    [
      '$list.class.isArray() $name.class.packageName $name.class.isInstance($name)',
      'false java.lang true',
    ],
    [
      '#set($i = 0)$i.numberOfLeadingZeros(1) $i.numberOfTrailingZeros(8) $i.highestOneBit(9)',
      '31 3 8',
    ],
    ["#set($i = 0)$i.parseUnsignedInt('4294967295')", '-1'],
  ]
  for (const [source, text] of cases) {
    test(source, () => assert.equal(rendered(source), text))
  }
})

test('what List.of gives takes no more, and an unknown character set is an exception', () => {
  for (const source of ["$list.of('p').add('q')", "$name.getBytes('nonsense')"]) {
    assert.throws(
      () => rendered(source),
      (error) => error instanceof TemplateError && /threw exception java\./.test(error.message),
    )
  }
})
