import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fillIn, missingValues, placesOf, renderTemplate, type Template } from './template.ts'

const order: Template = {
  id: 't1',
  language: 'en_US',
  header: { type: 'Text', text: 'Order {{number}}' },
  body: 'Hi {{ name }}, it left on {{day}}. {{name}}!',
  buttons: [
    { type: 'Url', text: 'Track', content: 'https://track.example/{{code}}' },
    { type: 'QuickReply', text: 'Stop', content: 'stop' },
    { type: 'PhoneNumber', text: 'Call', content: '+12025550101' },
  ],
  footer: 'Shop',
}
const values = {
  header: [{ name: 'number', text: '777' }],
  body: [
    { name: 'name', text: 'Ann' },
    { name: 'day', text: 'Friday' },
    { name: 'unused', text: 'x' },
  ],
  buttonUrl: [{ name: 'code', text: 'abc' }],
}

test('a template goes out as it is written, with what fills it beside it', () => {
  const { text, content } = renderTemplate(order, values)
  assert.equal(text, 'Hi Ann, it left on Friday. Ann!')
  assert.deepEqual(content, [
    {
      contentType: 'Notification',
      template: {
        id: 't1',
        language: 'en_US',
        header: {
          type: 'Text',
          text: 'Order {{number}}',
          parameters: [{ name: 'number', text: '777' }],
        },
        body: {
          text: 'Hi {{ name }}, it left on {{day}}. {{name}}!',
          parameters: [
            { name: 'name', text: 'Ann' },
            { name: 'day', text: 'Friday' },
          ],
        },
        buttons: [
          {
            type: 'Url',
            index: 0,
            text: 'Track',
            url: 'https://track.example/{{code}}',
            parameters: [{ name: 'code', text: 'abc' }],
          },
          { type: 'QuickReply', index: 1, text: 'Stop', payload: 'stop' },
          { type: 'PhoneNumber', index: 2, text: 'Call', phoneNumber: '+12025550101' },
        ],
        footer: { text: 'Shop' },
      },
    },
  ])
})

test('what is not filled in is named', () => {
  const bare = { header: [], body: [], buttonUrl: [] }
  assert.deepEqual(missingValues(order, bare), ['number', 'name', 'day', 'code'])
  assert.deepEqual(missingValues(order, values), [])
})

test('a value is put in as it stands, even when it looks like a place', () => {
  const name = fc.stringMatching(/^[a-z]{1,5}$/)
  fc.assert(
    fc.property(name, fc.string(), fc.string(), (name, before, value) => {
      fc.pre(!/[{}]/.test(before))
      const text = `${before}{{${name}}}`
      assert.deepEqual(placesOf(text), [name])
      assert.equal(fillIn(text, [{ name, text: value }]), before + value)
    }),
  )
})
