// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references of the template language
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TemplateError, TemplateSyntaxError } from './errors.ts'
import { parseTemplate, type RenderOptions, renderTemplate } from './template.ts'

/** Processor time of this process so far, in milliseconds: what others do on the machine does not count. */
function spentMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

function exceeds(source: string, options: RenderOptions = {}): void {
  const context = { s: 'a'.repeat(40), list: [1, 2, 3] }
  const started = spentMs()
  assert.throws(
    () => renderTemplate(parseTemplate(source), context, options),
    (error) => error instanceof TemplateError && error.kind === 'LimitExceeded' && error.line > 0,
    source,
  )
  assert.ok(spentMs() - started < 5000, 'the cap came too late')
}

test('a loop is stopped', () => {
  exceeds('#foreach($i in [1..1000])#foreach($j in [1..1000]).#end#end')
  exceeds('#foreach($i in [1..50])$i#end', { loopsMax: 10 })
})

test('a huge range is refused before it is made', () => {
  exceeds('#set($x = [1..2000000000])')
})

test('output and strings cannot outgrow their cap', () => {
  exceeds('#foreach($i in [1..100])$s#end', { outputLengthMax: 1000 })
  exceeds(`#set($x = $s)${'#set($x = $x + $x)'.repeat(60)}`)
  exceeds('$s.repeat(2000000000)')
  exceeds(`#set($x = $s)${"#set($x = $x.replace('a', $x))".repeat(10)}`)
  exceeds("$s.format('%99999d', 1)$s.format('%99999d', 1)", { outputLengthMax: 100_000 })
})

test('nested lists cannot print exponentially', () => {
  exceeds(`#set($x = [1])${'#set($x = [$x, $x])'.repeat(60)}$x`)
  exceeds(`#set($x = [1])${'#set($x = [$x, $x])'.repeat(60)}$x.hashCode()`)
  exceeds('#set($x = {})#set($y = {"x": $x})#set($x.y = $y)$x')
})

test('numbers cannot grow without end', () => {
  exceeds(`#set($x = 9999999999999999999)${'#set($x = $x * $x)'.repeat(40)}$x`)
  assert.doesNotThrow(() => renderTemplate(parseTemplate("#set($x = '1e999999999' + 1)"), {}))
})

test('a regular expression that backtracks is stopped', () => {
  exceeds("$s.matches('(a+)+b')")
  exceeds("$s.replaceAll('(a|a)*b', '')")
  exceeds(`$s.matches('${'a?'.repeat(40)}${'a'.repeat(45)}b')`)
})

test('recursion is stopped', () => {
  exceeds("#set($x = '#evaluate($x)')#evaluate($x)")
  exceeds("#set($x = '[#foreach($i in $list)#evaluate($x)#end]')#evaluate($x)")
  const nested = `${'#if(true)'.repeat(150)}x${'#end'.repeat(150)}`
  exceeds(nested, { depthMax: 100 })
})

test('source that nests too deeply is a syntax error', () => {
  for (const source of [`#set($x = ${'('.repeat(5000)}`, `#set($x = ${'['.repeat(5000)}`]) {
    assert.throws(() => parseTemplate(source), TemplateSyntaxError)
  }
  assert.throws(() => parseTemplate('#if(true)'.repeat(5000)), TemplateSyntaxError)
  assert.throws(() => parseTemplate(`#set($x = ${'!'.repeat(50_000)}true)`), TemplateSyntaxError)
})

test('nothing of the host can be reached', () => {
  const context = { input: { name: 'x' }, list: [1] }
  const steps = [
    'constructor',
    '__proto__',
    'prototype',
    'constructor.constructor',
    'toString.call',
  ]
  for (const root of ['$input.name', '$list', '$input.class']) {
    for (const step of steps) {
      const template = parseTemplate(`${root}.${step}`)
      assert.throws(() => renderTemplate(template, context), TemplateError, `${root}.${step}`)
    }
  }
  const keys = parseTemplate('$!input.constructor$!input.__proto__$!input["__proto__"]')
  assert.equal(renderTemplate(keys, context), '')
  const forged = parseTemplate('#set($input.__proto__ = "y")$input.__proto__')
  assert.equal(renderTemplate(forged, context), 'y')
  assert.equal(Object.getPrototypeOf(context.input), Object.prototype)
})

test('a class tells its name and no more', () => {
  const render = (source: string) => renderTemplate(parseTemplate(source), { s: 'x' })
  assert.equal(render('$s.class.name $s.getClass().simpleName'), 'java.lang.String String')
  for (const method of ["forName('java.lang.Runtime')", 'getClassLoader()', 'newInstance()']) {
    assert.throws(() => render(`$s.class.${method}`), /does not contain method/)
  }
})

test('long sources are read in a time that grows with their length', () => {
  const length = 100_000
  const sources = [
    '\\'.repeat(length),
    '$'.repeat(length),
    `#[[${'x'.repeat(length)}]]#`,
    `$!a${'.b'.repeat(length / 2)}`,
    `#set($x = [$!a${'.b'.repeat(length / 2)}])`,
    ' '.repeat(length),
    '\n'.repeat(length),
  ]
  const started = spentMs()
  for (const source of sources) parseTemplate(source)
  assert.ok(spentMs() - started < 10_000)
  assert.throws(() => parseTemplate('x'.repeat(300_000)), TemplateSyntaxError)
})

test('work on large values is charged by their size', () => {
  const context = { s: 'ab'.repeat(500_000) }
  for (const call of ['$s.toUpperCase()', "$s.indexOf('zz')", '$s.hashCode()']) {
    const template = parseTemplate(`#foreach($i in [1..100000])#set($y = ${call})#end`)
    const started = spentMs()
    assert.throws(() => renderTemplate(template, context), TemplateError)
    assert.ok(spentMs() - started < 5000, call)
  }
})
