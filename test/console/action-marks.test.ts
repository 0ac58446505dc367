import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ActionDraft, LintMark } from '../../console/src/workbench/actions/action.ts'
import { marksIn, placeOf } from '../../console/src/workbench/actions/marks.ts'

const draft: ActionDraft = {
  name: 'Read',
  category: 'Test',
  inputSchema: '{}',
  successSchema: '{}',
  url: '/api',
  method: 'GET',
  headers: '{\n  "Accept": "text/plain",\n  "X.Trace": "$nothing"\n}',
  requestTemplate: '',
  translationMap: '{ "total": "$.total" }',
  defaults: '{}',
  successTemplate: '',
}

function mark(field: string, line: number, column: number): LintMark {
  return { code: 'unknownInput', severity: 'warning', field, line, column, message: 'It fails.' }
}

test('a remark about a template is where the server says', () => {
  const marks = [mark('config.request.requestUrlTemplate', 2, 7)]
  assert.deepEqual(marksIn('url', draft, marks), [
    { severity: 'warning', line: 2, column: 7, message: 'It fails.' },
  ])
  assert.deepEqual(marksIn('headers', draft, marks), [])
})

test('a remark about a member of a map is in its value', () => {
  const [header] = marksIn('headers', draft, [mark('config.request.headers.X.Trace', 1, 1)])
  assert.deepEqual([header?.line, header?.column], [3, 15])
  const [path] = marksIn('translationMap', draft, [
    mark('config.response.translationMap.total', 1, 3),
  ])
  assert.deepEqual([path?.line, path?.column], [1, 15])
})

test('the defaults are not taken for the map that their name begins with', () => {
  const place = placeOf('config.response.translationMapDefaults.total')
  assert.deepEqual([place?.part, place?.member], ['defaults', 'total'])
  assert.equal(placeOf('something.else'), undefined)
})

test('a member that is not there is marked at the beginning', () => {
  const [first] = marksIn('defaults', draft, [
    mark('config.response.translationMapDefaults.gone', 1, 1),
  ])
  assert.deepEqual([first?.line, first?.column], [1, 1])
})
