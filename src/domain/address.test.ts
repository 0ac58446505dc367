import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  formatRelayAddress,
  isAlphanumericSender,
  isShortCode,
  normalizeNumber,
  parseRelayAddress,
  sameAddress,
} from './address.ts'

function isPhoneLibraryLoaded(): boolean {
  const { cache } = createRequire(import.meta.url)
  return Object.keys(cache).some((file) => file.includes('libphonenumber-js'))
}

// First, since the tests below load the library.
test('the number tables are loaded only when a national number must be completed', () => {
  parseRelayAddress('16504661149:+16504661150')
  normalizeNumber('+1 650 466 1149', 'US')
  normalizeNumber('24273', 'US')
  assert.equal(isPhoneLibraryLoaded(), false)
  normalizeNumber('6504661149', 'US')
  assert.equal(isPhoneLibraryLoaded(), true)
})

test('the calling codes are those that the phone number library knows', async () => {
  const { default: metadata } = await import('libphonenumber-js/min/metadata')
  const assigned = new Set([
    ...Object.keys(metadata.country_calling_codes),
    ...Object.keys(metadata.nonGeographic),
  ])
  assert.ok(assigned.size > 200)
  for (let three = 100; three < 1000; three += 1) {
    const digits = String(three)
    const expected = [1, 2, 3].some((length) => assigned.has(digits.slice(0, length)))
    assert.equal(normalizeNumber(`+${digits}5550123`) !== undefined, expected, `+${digits}`)
  }
})

const numberCases: readonly (readonly [string, string | undefined, string | undefined])[] = [
  ['+16504661149', undefined, '+16504661149'],
  ['16504661149', undefined, '+16504661149'],
  ['  +1 (650) 466-1149 ', undefined, '+16504661149'],
  ['+1.650.466.1149', undefined, '+16504661149'],
  ['+15550001234', undefined, '+15550001234'], // a test number, not valid anywhere
  ['+4930123456', undefined, '+4930123456'],
  ['+1234567', undefined, '+1234567'],
  ['+123456', undefined, undefined],
  ['+123456789012345', undefined, '+123456789012345'],
  ['+1234567890123456', undefined, undefined],
  ['+0123456789', undefined, undefined],
  ['+2105550123', undefined, undefined], // 210 is not assigned
  ['012345678901', undefined, undefined],
  ['24273', undefined, '24273'],
  ['911', undefined, '911'],
  ['12345678', undefined, '12345678'],
  ['12', undefined, undefined],
  ['24-273', undefined, undefined],
  ['466-1149', undefined, undefined], // a local number, not a Swedish one
  ['6504661149', 'US', '+16504661149'],
  ['(650) 466-1149', 'US', '+16504661149'],
  ['5550001234', 'US', '+15550001234'],
  ['16504661149', 'US', '+16504661149'],
  ['447911123456', 'US', '+447911123456'],
  ['24273', 'US', '24273'],
  ['6504661', 'US', '6504661'],
  ['07911123456', 'GB', '+447911123456'],
  ['00447911123456', 'GB', '+447911123456'],
  ['4915112345678', 'DE', '+4915112345678'],
  ['3921234567', 'IT', '+393921234567'], // begins with 39, yet is a whole national number
  ['47123456', 'NO', '+4747123456'],
  ['6504661149', 'XX', '+6504661149'],
  ['+6504661149', 'US', '+6504661149'],
  ['+123xxxxx901', undefined, undefined],
  ['123xxxxx901', undefined, undefined],
  ['+', undefined, undefined],
  ['()', undefined, undefined],
  ['', undefined, undefined],
  ['++16504661149', undefined, undefined],
  ['1650+4661149', undefined, undefined],
  ['+１６５０４６６１１４９', undefined, undefined],
  ['6504661149 ext 5', 'US', undefined],
]

for (const [text, country, expected] of numberCases) {
  const where = country === undefined ? '' : ` in ${country}`
  test(`"${text}"${where} is ${expected ?? 'no number'}`, () => {
    assert.equal(normalizeNumber(text, country), expected)
  })
}

test('a sender is recognized with and without plus, and as a national number', () => {
  assert.ok(sameAddress('16504661149', '+16504661149'))
  assert.ok(sameAddress('6504661149', '+16504661149', 'US'))
  assert.ok(sameAddress(' ACME', 'ACME'))
  assert.ok(sameAddress('24273', '24273', 'US'))
})

test('different senders are told apart', () => {
  assert.ok(!sameAddress('1650466114', '+16504661149'))
  assert.ok(!sameAddress('1650466114', '+16504661149', 'US'))
  assert.ok(!sameAddress('6504661149', '+16504661149'))
  assert.ok(!sameAddress('24273', '+24273', 'US'))
  assert.ok(!sameAddress('ACME', 'Acme'))
})

test('a short code is 3 to 8 digits', () => {
  for (const text of ['911', '24273', '242733', '12345678']) assert.ok(isShortCode(text), text)
  for (const text of ['12', '123456789', '+24273', '24 273', 'A1234', '24273\n', '']) {
    assert.ok(!isShortCode(text), text)
  }
})

test('an alphanumeric sender has a letter and at most 11 characters', () => {
  for (const text of ['ACME', 'A', '7Eleven', 'Max Muster', 'A&B-C_D.E F', '5x5']) {
    assert.ok(isAlphanumericSender(text), text)
  }
  const refused = [
    '',
    '12345',
    'TwelveLetter',
    ' ACME',
    'ACME ',
    'A:B',
    '+ACME',
    'Ünal',
    'A\n',
    '😀a',
  ]
  for (const text of refused) assert.ok(!isAlphanumericSender(text), text)
})

test('a masked number from a manual is not an alphanumeric sender', () => {
  for (const text of ['189xxxxx55', '+189xxxxx55', '189XXXXX55', '189-xxx-55']) {
    assert.ok(!isAlphanumericSender(text), text)
  }
})

const relayCases: readonly (readonly [string, string, string | undefined])[] = [
  ['12345678901:18912345655', '+12345678901', '+18912345655'],
  ['+12345678901:+18912345655', '+12345678901', '+18912345655'],
  [' +12345678901 : +18912345655 ', '+12345678901', '+18912345655'],
  ['+12345678901', '+12345678901', undefined],
  ['+12345678901:', '+12345678901', undefined],
  ['+12345678901: ', '+12345678901', undefined],
  ['+12345678901:24273', '+12345678901', '24273'],
  ['24273:+18912345655', '24273', '+18912345655'],
  ['12345678901: ACME 24 ', '+12345678901', 'ACME 24'],
]

for (const [text, to, from] of relayCases) {
  test(`"${text}" goes to ${to} from ${from ?? 'no sender of its own'}`, () => {
    const expected = from === undefined ? { ok: true, to } : { ok: true, to, from }
    assert.deepEqual(parseRelayAddress(text), expected)
  })
}

const refusedAddresses: readonly (readonly [string, string, RegExp])[] = [
  ['', 'InvalidDestination', /destination is missing/],
  [':+18912345655', 'InvalidDestination', /destination is missing/],
  ['+123xxxxx901', 'InvalidDestination', /not a phone number/],
  ['123xxxxx901:189xxxxx55', 'InvalidDestination', /not a phone number/],
  ['ACME:+18912345655', 'InvalidDestination', /not a phone number/],
  ['alice@example.net', 'InvalidDestination', /not a phone number/],
  ['+12345678901:+18912345655:', 'InvalidDestination', /more than one colon/],
  ['tel:+12345678901:24273', 'InvalidDestination', /more than one colon/],
  ['+12345678901:+189xxxxx55', 'MessageNotAllowed', /sender after the colon/],
  ['+12345678901:189xxxxx55', 'MessageNotAllowed', /sender after the colon/],
  ['+12345678901:TwelveLetter', 'MessageNotAllowed', /sender after the colon/],
  ['+12345678901:12', 'MessageNotAllowed', /sender after the colon/],
]

for (const [text, reason, message] of refusedAddresses) {
  test(`"${text}" is refused as ${reason}`, () => {
    const address = parseRelayAddress(text)
    assert.ok(!address.ok)
    assert.equal(address.reason, reason)
    assert.match(address.message, message)
  })
}

test('the messages show addresses that would be taken', () => {
  for (const text of ['', '+12345678901:12']) {
    const address = parseRelayAddress(text)
    assert.ok(!address.ok)
    const shown = address.message.match(/\+\d+(?::\+\d+)?/g) ?? []
    assert.ok(shown.length > 0)
    for (const example of shown) assert.ok(parseRelayAddress(example).ok, example)
  }
})

const digits = fc.constantFrom(...'0123456789')
const number = fc
  .tuple(
    fc.constantFrom('+1', '+44', '+49', '+353', '+7', '+883'),
    fc.string({ unit: digits, minLength: 6, maxLength: 11 }),
  )
  .map((parts) => parts.join(''))
const shortCode = fc.string({ unit: digits, minLength: 3, maxLength: 8 })
const alphanumeric = fc
  .string({ unit: fc.constantFrom(...'ABXxyz019 -&_.'), minLength: 1, maxLength: 11 })
  .filter(isAlphanumericSender)
const to = fc.oneof(number, shortCode)
const from = fc.option(fc.oneof(number, shortCode, alphanumeric), { nil: undefined })

/** Texts near the border between taken and refused, which plain random strings never come to. */
const nearlyAnAddress = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'0123456789+: x().-A'), maxLength: 30, size: 'max' }),
  fc.string({ unit: 'binary' }),
  fc.tuple(to, from).map((parts) => parts.join(':')),
  fc.constantFrom(':'.repeat(100_000), '+'.repeat(100_000), '1'.repeat(100_000)),
)
const country = fc.constantFrom(undefined, 'US', 'GB', 'DE', 'IT', 'NO', 'AR', 'XX', '')

test('an address that was written is read back as it was', () => {
  fc.assert(
    fc.property(to, from, (destination, sender) => {
      const address = { to: destination, ...(sender === undefined ? {} : { from: sender }) }
      assert.deepEqual(parseRelayAddress(formatRelayAddress(address)), { ok: true, ...address })
    }),
  )
})

test('reading never throws, and what was read reads the same once written', () => {
  fc.assert(
    fc.property(nearlyAnAddress, (text) => {
      const address = parseRelayAddress(text)
      if (address.ok) assert.deepEqual(parseRelayAddress(formatRelayAddress(address)), address)
    }),
    { numRuns: 300 },
  )
})

test('a normalized number is its own normal form, with every default country', () => {
  const text = fc.oneof(
    nearlyAnAddress,
    shortCode,
    fc.string({ unit: digits, maxLength: 22, size: 'max' }),
  )
  fc.assert(
    fc.property(text, country, (written, defaultCountry) => {
      const normal = normalizeNumber(written, defaultCountry)
      if (normal === undefined) return
      assert.match(normal, /^(?:\+[1-9]\d{6,14}|\d{3,8})$/)
      assert.equal(normalizeNumber(normal, defaultCountry), normal)
      assert.ok(sameAddress(written, normal, defaultCountry))
    }),
    { numRuns: 500 },
  )
})
