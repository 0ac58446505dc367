import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { replaceSmartCharacters, segmentSms, smsCharactersMax } from './sms.ts'

/** The alphabets by code point, typed from the standard apart from the code under test. */
const basicCodes = [
  ...[0x0a, 0x0d, 0xa1, 0xa3, 0xa4, 0xa5, 0xa7, 0xbf, 0xc4, 0xc5, 0xc6, 0xc7, 0xc9, 0xd1, 0xd6],
  ...[0xd8, 0xdc, 0xdf, 0xe0, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xec, 0xf1, 0xf2, 0xf6, 0xf8],
  ...[0xf9, 0xfc, 0x393, 0x394, 0x398, 0x39b, 0x39e, 0x3a0, 0x3a3, 0x3a6, 0x3a8, 0x3a9],
  ...Array.from({ length: 0x7f - 0x20 }, (_, index) => 0x20 + index).filter(
    (code) => ![0x5b, 0x5c, 0x5d, 0x5e, 0x60, 0x7b, 0x7c, 0x7d, 0x7e].includes(code),
  ),
]
const extensionCodes = [0x0c, 0x5b, 0x5c, 0x5d, 0x5e, 0x7b, 0x7c, 0x7d, 0x7e, 0x20ac]
const gsmCharacters = String.fromCharCode(...basicCodes, ...extensionCodes)
const extensionCharacters = String.fromCharCode(...extensionCodes)

const partMax = { 'GSM-7': 153, 'UCS-2': 67 }
const singleMax = { 'GSM-7': 160, 'UCS-2': 70 }

function unitsOf(text: string, encoding: 'GSM-7' | 'UCS-2'): number {
  if (encoding === 'UCS-2') return text.length
  return [...text].reduce((sum, it) => sum + (extensionCharacters.includes(it) ? 2 : 1), 0)
}

const gsmText = fc.string({
  unit: fc.oneof(fc.constantFrom(...gsmCharacters), fc.constantFrom(...extensionCharacters)),
  maxLength: 500,
  size: 'max',
})
const unicodeText = fc.string({
  unit: fc.oneof(
    fc.constantFrom('a', '€', 'я', '😀', '\ud83d', '\ude00'),
    fc.string({ unit: 'grapheme' }),
  ),
  maxLength: 300,
  size: 'max',
})
const anyText = fc.oneof(gsmText, unicodeText)

const vectors: readonly (readonly [string, number, number])[] = [
  ['a', 160, 1],
  ['a', 161, 2],
  ['a', 306, 2],
  ['a', 307, 3],
  ['€', 80, 1],
  ['€', 81, 2],
  ['€', 152, 2],
  ['€', 153, 3],
  ['я', 70, 1],
  ['я', 71, 2],
  ['я', 134, 2],
  ['я', 135, 3],
  ['😀', 35, 1],
  ['😀', 36, 2],
  ['😀', 66, 2],
  ['😀', 67, 3],
]

for (const [character, count, parts] of vectors) {
  test(`${count} × ${character} goes out as ${parts} part${parts === 1 ? '' : 's'}`, () => {
    assert.equal(segmentSms(character.repeat(count)).segments.length, parts)
  })
}

test('exactly the 128 basic characters cost one septet, the 10 extension characters two', () => {
  assert.deepEqual([basicCodes.length, extensionCodes.length], [128, 10])
  for (let code = 0; code <= 0xffff; code += 1) {
    const { encoding, units } = segmentSms(String.fromCharCode(code))
    const expected = basicCodes.includes(code) ? 1 : extensionCodes.includes(code) ? 2 : 0
    assert.equal(encoding === 'GSM-7' ? units : 0, expected, `U+${code.toString(16)}`)
  }
})

test('capital and small c with cedilla are both one septet', () => {
  assert.deepEqual(
    [segmentSms('Ç').encoding, segmentSms('ç').encoding, segmentSms('Çç').units],
    ['GSM-7', 'GSM-7', 2],
  )
})

test('a part holds 76 euro signs, since 153 septets are odd', () => {
  const { segments, units, unitsLeft } = segmentSms('€'.repeat(81))
  assert.deepEqual(segments, ['€'.repeat(76), '€'.repeat(5)])
  assert.deepEqual([units, unitsLeft], [162, 143])
})

test('a part holds 33 emoji, since 67 units are odd', () => {
  const { segments, units, unitsLeft } = segmentSms('😀'.repeat(36))
  assert.deepEqual(segments, ['😀'.repeat(33), '😀'.repeat(3)])
  assert.deepEqual([units, unitsLeft], [72, 61])
})

test('the empty text is one empty part with all its room left', () => {
  assert.deepEqual(segmentSms(''), {
    encoding: 'GSM-7',
    units: 0,
    segments: [''],
    unitsLeft: 160,
    unicodeCharacters: [],
  })
})

test('the longest text of the Platform API fills five parts', () => {
  const { segments, unitsLeft } = segmentSms('a'.repeat(smsCharactersMax))
  assert.deepEqual([segments.length, unitsLeft], [5, 0])
})

test('the characters that forced UCS-2 are named once each, in order', () => {
  const { encoding, unicodeCharacters } = segmentSms('“Hi” 😀 “again” 😀 \ud800')
  assert.equal(encoding, 'UCS-2')
  assert.deepEqual(unicodeCharacters, ['“', '”', '😀', '\ud800'])
})

test('the segments join to the text, and none holds more than its limit', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const { encoding, segments, units, unitsLeft } = segmentSms(text)
      assert.equal(segments.join(''), text)
      assert.equal(units, unitsOf(text, encoding))
      const limit = segments.length === 1 ? singleMax[encoding] : partMax[encoding]
      for (const segment of segments) assert.ok(unitsOf(segment, encoding) <= limit)
      assert.equal(unitsLeft, limit - unitsOf(segments.at(-1) ?? '', encoding))
    }),
  )
})

test('a text is UCS-2 exactly when it names a character that GSM-7 lacks', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const outside = [...new Set(text)].filter((it) => !gsmCharacters.includes(it))
      const { encoding, unicodeCharacters } = segmentSms(text)
      assert.deepEqual(unicodeCharacters, outside)
      assert.equal(encoding, outside.length === 0 ? 'GSM-7' : 'UCS-2')
    }),
  )
})

test('no surrogate pair is cut in two', () => {
  fc.assert(
    fc.property(unicodeText, (text) => {
      const { segments } = segmentSms(text)
      assert.deepEqual(
        segments.flatMap((it) => [...it]),
        [...text],
      )
    }),
  )
})

test('a part ends only where the next character no longer fits', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const { encoding, segments } = segmentSms(text)
      assert.equal(segments.length === 1, unitsOf(text, encoding) <= singleMax[encoding])
      for (const [index, next] of segments.slice(1).entries()) {
        const [first = ''] = next
        const filled = `${segments[index]}${first}`
        assert.ok(unitsOf(filled, encoding) > partMax[encoding])
      }
    }),
  )
})

test('adding a character never lowers the number of parts', () => {
  const addition = fc.oneof(fc.constantFrom(...gsmCharacters), fc.constantFrom('я', '😀', '\ude00'))
  fc.assert(
    fc.property(anyText, addition, fc.nat(), (text, added, place) => {
      const characters = [...text]
      const at = place % (characters.length + 1)
      const longer = [...characters.slice(0, at), added, ...characters.slice(at)].join('')
      const before = segmentSms(text).segments.length
      assert.ok(segmentSms(longer).segments.length >= before)
      assert.ok(segmentSms(text + added).segments.length >= before)
    }),
  )
})

test('curly quotes, dashes, the ellipsis, hard spaces and backticks become plain', () => {
  assert.equal(
    replaceSmartCharacters(
      '\u201cIt\u2019s\u00a0on\u201d \u2013 wait\u2026 \u0060x\u0060\u200b\tnow',
    ),
    "\"It's on\" - wait... 'x' now",
  )
})

test('a letter typed with a separate accent becomes the one of the alphabet', () => {
  const decomposed = 'Cafe\u0301 u\u0308ber'
  assert.equal(segmentSms(decomposed).encoding, 'UCS-2')
  assert.equal(replaceSmartCharacters(decomposed), 'Café über')
})

test('a text that stays UCS-2 anyway keeps its typography', () => {
  for (const text of ['«Привет» — мир…', '\u201cHi\u201d 😀', 'e\u0301 и\u0306']) {
    assert.equal(replaceSmartCharacters(text), text)
  }
})

test('the result is either GSM-7 or the very text, and a second pass changes nothing', () => {
  const smart = fc.string({
    unit: fc.constantFrom(...gsmCharacters, '\u2018', '\u201d', '\u2014', '\u2026', '\u00a0', '`'),
    maxLength: 200,
    size: 'max',
  })
  fc.assert(
    fc.property(fc.oneof(smart, anyText), (text) => {
      const plain = replaceSmartCharacters(text)
      assert.ok(plain === text || segmentSms(plain).encoding === 'GSM-7')
      assert.equal(replaceSmartCharacters(plain), plain)
    }),
  )
  fc.assert(
    fc.property(smart, (text) => {
      assert.equal(segmentSms(replaceSmartCharacters(text)).encoding, 'GSM-7')
    }),
  )
})
