// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references of the template language
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { TemplateError, TemplateSyntaxError } from './errors.ts'
import { parseTemplate, renderTemplate } from './template.ts'
import { templateTools } from './tools/vendor.ts'

const pieces = [
  ...['$', '${', '$!{', '}', '#if(', '#end', '#else', '#{else}', '#foreach($i in ', ')', '(', '['],
  ...[']', '{', ':', ',', '..', '.', '#set($x = ', '#macro(m $a)', '#m(', '#@m()', '#define($x)'],
  ...['"', "'", '""', '\\', '|', '||', '&&', '==', '<', '+', '-', '*', '/', '%', '!', ' ', '\n'],
  ...['\t', 'input', 'name', 'list', 'size()', 'class', 'x', '1', '-2', '1.5', '9999999999', 'é'],
  ...['#[[', ']]#', '#*', '*#', '##', '#evaluate($x)', '#break', '#stop', '\u001c', '\u0000'],
  ...['.replaceAll("(a|b)*", "$1")', '.split("")', '.repeat(99)', '.constructor', '.__proto__'],
  ...[
    '$esc.html($x)',
    '$math.pow(9, 9)',
    '$x',
    '#set($x = "$x$x")',
    '.add($x)',
    '.format("%9999d")',
  ],
]

const context = {
  ...templateTools(() => 0.5),
  input: { name: 'aab', n: 5, nothing: null },
  list: ['p', 'q'],
}

const outputLengthMax = 2000

/** Runs a template under tight caps; anything but a result or one of our two errors is a crash. */
function runs(source: string): boolean {
  const caps = { outputLengthMax, stepsMax: 5000, loopsMax: 200, regexStepsMax: 5000 }
  for (const strict of [true, false]) {
    try {
      const text = renderTemplate(parseTemplate(source), context, { ...caps, strict })
      assert.ok(text.length <= outputLengthMax)
    } catch (error) {
      if (!(error instanceof TemplateError) && !(error instanceof TemplateSyntaxError)) throw error
      assert.ok(error.line >= 1 && error.column >= 0, 'an error without its place')
    }
  }
  return true
}

test('any text is rendered, or refused with its place', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), runs), { numRuns: 500 })
})

test('any mixture of the language is rendered, or refused with its place', () => {
  const mixture = fc.array(fc.constantFrom(...pieces), { maxLength: 25 })
  fc.assert(
    fc.property(mixture, (parts) => runs(parts.join(''))),
    { numRuns: 2000 },
  )
})

test('text without marks renders as it stands', () => {
  const plain = fc
    .string({ unit: 'grapheme', maxLength: 80 })
    .filter((text) => !/[$#\\]/.test(text))
  fc.assert(
    fc.property(plain, (text) => renderTemplate(parseTemplate(text), {}) === text),
    { numRuns: 500 },
  )
})

test('the same template renders to the same text twice', () => {
  const template = parseTemplate('#set($x = {})#set($x.a = $list)$x $input $math.random(1, 9)')
  assert.equal(renderTemplate(template, context), renderTemplate(template, context))
})
