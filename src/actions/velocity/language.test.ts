// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references of the template language
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ContextValue, fromHost } from './context.ts'
import { TemplateError, TemplateSyntaxError } from './errors.ts'
import { jsonNumber } from './numbers.ts'
import type { ResolvedReference } from './scope.ts'
import { parseTemplate, type RenderOptions, renderTemplate } from './template.ts'
import { JavaMap } from './values.ts'

const context: Readonly<Record<string, ContextValue>> = {
  input: { name: 'Ann', n: 5, nul: null, 'my-key': 'mk', empty: '' },
  list: ['p', 'q', 'r'],
}

function render(source: string, options: RenderOptions = {}): string {
  return renderTemplate(parseTemplate(source), context, options)
}

type Table = readonly (readonly [template: string, expected: string])[]

function check(table: Table): void {
  for (const [template, expected] of table) assert.equal(render(template), expected, template)
}

test('references print values in all their notations', () => {
  check([
    ['$input.name ${input.name} $!input.name $!{input.name}', 'Ann Ann Ann Ann'],
    ['$input["name"] ${input["name"]} $list[0] $list[-1]', 'Ann Ann p r'],
    ["${input.nul|'none'} ${nobody|'none'} ${input.empty|'none'}", 'none none none'],
    ['$!input.nul|$!{input.missing}|', '||'],
    ['\\$input.name \\\\$input.name $5 $ #1 a@b.c', '$input.name \\Ann $5 $ #1 a@b.c'],
    ['${input.name}x $input.name.', 'Annx Ann.'],
  ])
})

test('directives take the blanks of their own line with them', () => {
  check([
    ['#if(true)\n  x\n#end\ny', '  x\ny'],
    ['  #set($x = 1)  \n$x', '1'],
    ['a #if(true) b #end c', 'a  b  c'],
    ['#foreach($i in $list)\n- $i\n#end', '- p\n- q\n- r\n'],
    ['## all\n#* of *#this', 'this'],
  ])
})

test('conditions follow the truth of Velocity 2', () => {
  check([
    ['#if(0)a#elseif("")b#elseif([])c#elseif({})d#else e#end', ' e'],
    ['#if(!$undefined && $input.name)yes#end', 'yes'],
    ['#if($input.n == "5")eq#end#if(1 ne 2)ne#end#if(2 ge 2)ge#end', 'eqnege'],
    ['#if($input.nul == $input.missing)both#end', 'both'],
  ])
})

test('loops know where they stand and can be left', () => {
  check([
    ['#foreach($i in [1..3])$i$foreach.index#if($foreach.hasNext),#end#end', '10,21,32'],
    ['#foreach($i in [3..1])$i#if($foreach.last)!#end#end', '321!'],
    ['#foreach($i in [1..5])#if($i == 3)#break#end$i#end', '12'],
    ['#foreach($i in [])x#{else}none#end', 'none'],
    ['#foreach($v in {"a": 1, "b": 2})$v#end', '12'],
    ['a#stop b', 'a'],
  ])
})

test('arithmetic keeps the types of Java', () => {
  check([
    ['#set($x = 7 / 2)$x #set($x = 7.0 / 2)$x #set($x = -7 % 3)$x', '3 3.5 -1'],
    [
      '#set($x = 2147483647 + 1)$x #set($x = 9223372036854775807 + 1)$x',
      '2147483648 9223372036854775808',
    ],
    ['#set($x = 1 + "2")$x #set($x = "3" * "4")$x', '12 12'],
    ['#set($x = 1e10)$x #set($x = 0.0001)$x #set($x = 100.0)$x', '1.0E10 1.0E-4 100.0'],
    ['#set($x = 1 / 0)$!x|', '|'],
  ])
})

test('macros, defined blocks and evaluated text share the variables', () => {
  check([
    ["#macro(m $a $b='d')$a-$b#end#m(1) #m(1 2)", '1-d 1-2'],
    ['#macro(wrap)<$!bodyContent>#end#@wrap()in#end', '<in>'],
    ['#define($block)[$x]#end#set($x = 1)$block#set($x = 2)$block', '[1][2]'],
    ["#evaluate('#set($y = 3)$y')$y", '33'],
    ['#[[ $raw #if ]]#', ' $raw #if '],
  ])
})

test('strings are worked out between double quotes only', () => {
  check([
    ['#set($x = "a $input.n #if(true)b#end")$x', 'a 5 b'],
    ["#set($x = 'a $input.n')$x", 'a $input.n'],
    ['#set($x = "say ""hi""")$x', 'say "hi"'],
  ])
})

test('failures carry kind, line and column', () => {
  const fails = (source: string, kind: string, place: readonly [number, number]) => {
    assert.throws(
      () => render(source),
      (error) =>
        error instanceof TemplateError &&
        error.kind === kind &&
        error.line === place[0] &&
        error.column === place[1],
      source,
    )
  }
  fails('a\n $nobody', 'MethodInvocationException', [2, 2])
  fails('$input.nul', 'VelocityException', [1, 1])
  fails('$input.name.nope()', 'MethodInvocationException', [1, 13])
  fails("#parse('x')", 'ResourceNotFoundException', [1, 1])
  assert.throws(
    () => parseTemplate('a\n#if(true)'),
    (error) => error instanceof TemplateSyntaxError && error.line === 2 && error.column === 10,
  )
})

test('a null formal reference prints its source where the caller asks for that', () => {
  assert.equal(
    render('${input.nul} $!input.nul|', { nullFormalReference: 'literal' }),
    '${input.nul} |',
  )
  assert.throws(() => render('$nobody', { nullFormalReference: 'literal' }), /has not been set/)
})

test('roots match in any case where the caller asks for that', () => {
  assert.equal(render('${INPUT.name} $Input.n', { caseInsensitiveRoots: ['input'] }), 'Ann 5')
  assert.throws(() => render('${INPUT.name}'), /Variable \$INPUT has not been set/)
})

test('names may hold hyphens where the caller asks for that', () => {
  const template = parseTemplate('${input.my-key} $input.my-key', { hyphenatedNames: true })
  assert.equal(renderTemplate(template, context), 'mk mk')
  assert.throws(() => parseTemplate('${input.my-key}'), TemplateSyntaxError)
})

test('the name of a template is part of its messages', () => {
  const template = parseTemplate('$nobody', { name: 'requesttemplate.vm' })
  assert.throws(() => renderTemplate(template, {}), /at requesttemplate\.vm\[line 1, column 1\]/)
})

test('printed references are reported with what they printed', () => {
  const seen: ResolvedReference[] = []
  render('${input.name}-$!input.nul', { onReference: (reference) => seen.push(reference) })
  assert.deepEqual(seen, [
    { literal: '${input.name}', text: 'Ann', line: 1, column: 1 },
    { literal: '$!input.nul', text: undefined, line: 1, column: 15 },
  ])
})

test('numbers of any size keep their digits', () => {
  const numbers = {
    big: jsonNumber('12345678901234567890'),
    fine: jsonNumber('0.12345678901234567890123'),
    half: jsonNumber('10.50'),
    wide: 12345678901234567890n,
  }
  const template = parseTemplate('$big $fine $half $wide $big.class.name')
  assert.equal(
    renderTemplate(template, numbers),
    '12345678901234567890 0.12345678901234567890123 10.5 12345678901234567890 java.math.BigInteger',
  )
})

test('a map lists its keys as a HashMap does, or in the order of insertion', () => {
  const ordered = new JavaMap('insertion')
  for (const key of ['b', 'zz', 'a']) ordered.put(key, fromHost(1))
  const values = { hashed: { zz: 1, b: 1, a: 1 }, ordered }
  const text = renderTemplate(parseTemplate('$hashed.keySet() $ordered.keySet()'), values)
  assert.equal(text, '[zz, a, b] [b, zz, a]')
})

test('rendering leaves the values of the caller alone', () => {
  const own = { list: [1, 2], map: { a: 1 } }
  renderTemplate(parseTemplate('$list.add(3)#set($map.b = 2)#set($list = 1)'), own)
  assert.deepEqual(own, { list: [1, 2], map: { a: 1 } })
})
