import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LineCounter, parseDocument } from 'yaml'
import { linesOf } from './flow-place.ts'

const source = `inboundShortMessage:
  name: Orders
  states:
    - state:
        name: Start
        actions:
          - sendResponse: { messageBody: Hello }
          - transferToNobody: {}
`

function told(place: string): string {
  const lines = new LineCounter()
  return linesOf(parseDocument(source, { lineCounter: lines }), lines, place)
}

test('a place in a flow is told by the line and column of its file', () => {
  assert.equal(told('states[0].actions[1]'), ' at line 8, column 13')
  assert.equal(told('states[0].actions[0].sendResponse.messageBody'), ' at line 7, column 29')
  assert.equal(told('inboundShortMessage.name'), ' at line 2, column 3')
})

test('what is missing is told by where it should have been, and an empty file has no place', () => {
  assert.equal(told('states[0].actions[7]'), ' at line 6, column 9')
  const lines = new LineCounter()
  assert.equal(linesOf(parseDocument('', { lineCounter: lines }), lines, 'file'), '')
})
