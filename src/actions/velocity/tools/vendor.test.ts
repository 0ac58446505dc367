// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references of the template language
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTemplate, renderTemplate } from '../template.ts'
import { templateTools } from './vendor.ts'

const context = {
  ...templateTools(() => 0.25),
  input: { q: 'say "hi"\n', city: 'New York', nul: null },
  contact: '{"k":"v"}',
  ids: '["B", "C"]',
  none: '[]',
  big: '[12345678901234567890, 1]',
  byId: '{"a":{"n":1},"b":{"n":2}}',
}

function check(table: readonly (readonly [string, string])[]): void {
  for (const [template, expected] of table) {
    assert.equal(renderTemplate(parseTemplate(template), context), expected, template)
  }
}

test('text is escaped for JSON, URLs and forms', () => {
  check([
    ['"$esc.jsonString($input.q)"', '"say \\"hi\\"\\n"'],
    ['$esc.jsonEncode(${contact})', '{\\"k\\":\\"v\\"}'],
    ['$esc.jsonDecode(\'{\\"k\\":1}\')', '{"k":1}'],
    ["$esc.url('a/c&d=é ~*') $esc.urlFormEncode('a b')", 'a%2Fc%26d%3D%C3%A9+%7E* a+b'],
    ["$esc.uriEncode('https://api.x/v1 é~')", 'https%3A%2F%2Fapi.x%2Fv1%20%C3%A9~'],
    ['${esc.dollar}select$esc.quote$esc.q$esc.hash', '$select""#'],
    ["$esc.html('<é>') $esc.xml(\"it's\")", '&lt;&eacute;&gt; it&apos;s'],
  ])
})

test('the first element of a JSON array keeps its digits and quotes', () => {
  check([
    ['${successTemplateUtils.firstFromArray($ids)}', '"B"'],
    ['$successTemplateUtils.firstFromArray("${big}")', '12345678901234567890'],
    ['$successTemplateUtils.firstFromArray(${none}, "$esc.quote$esc.quote")', '""'],
    ['|$successTemplateUtils.firstFromArray(${none})|', '||'],
    ['$successTemplateUtils.firstFromArray(\'[{"k": [1, 2]}, 3]\')', '{"k": [1, 2]}'],
    ["$successTemplateUtils.firstFromArray('5')", '5'],
  ])
})

test('objects keyed by id become arrays', () => {
  check([
    [
      '$successTemplateUtils.moveKeysIntoArrayOfObjects($byId)',
      '[{"key":"a","n":1},{"key":"b","n":2}]',
    ],
    [
      "$successTemplateUtils.moveKeysIntoArrayOfObjects($byId, 'id')",
      '[{"id":"a","n":1},{"id":"b","n":2}]',
    ],
  ])
})

test('the other tools of the vendor answer', () => {
  check([
    ['Basic $encoding.base64("u:p")', 'Basic dTpw'],
    ["$urlTool.optionalQueryParam('city', $input.city)", 'city=New+York'],
    ["|$urlTool.optionalQueryParam('city', $input.nul)|", '||'],
    ["$salesforce.escReserved('+1-555')", '\\+1\\-555'],
    [
      "$msdynamics.phoneNumberFilter('+1', ['telephone1', 'mobilephone'])",
      "telephone1 eq '+1' or mobilephone eq '+1'",
    ],
    ['$math.add("3", "4") $math.div(7, 2) $math.roundTo(2, 3.14159)', '7 3.5 3.14'],
    ['$math.random $math.random(0, 8)', '0.25 2'],
  ])
})
