import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bodyBytesMax, createRedactor, isSecretName, secretMask } from './redact.ts'

const planted = 'pl4nted-S3cret'
const redactor = createRedactor()

test('secret headers are masked and the others stay', () => {
  const names = [
    'Authorization',
    'api-key',
    'X-API-Key',
    'x-hub-signature',
    'X-Hub-Signature-256',
    'cookie',
    'set-cookie',
    'proxy-authorization',
    'x-callback-token',
    'x-amz-security-token',
  ]
  const headers = Object.fromEntries(names.map((name) => [name, planted]))
  const masked = redactor.headers({ ...headers, 'content-type': 'text/plain', host: 'h' })
  assert.deepEqual(Object.keys(masked), [...names, 'content-type', 'host'])
  for (const name of names) assert.equal(masked[name], secretMask)
  assert.equal(masked['content-type'], 'text/plain')
})

test('names that only resemble secret ones are not masked', () => {
  for (const name of ['keyword', 'tokens_used', 'author', 'to', 'monkey', 'Retry-After', 'keyId']) {
    assert.ok(!isSecretName(name), name)
  }
  for (const name of ['key', 'API_KEY', 'client_secret', 'accessToken', 'Password', 'apikey']) {
    assert.ok(isSecretName(name), name)
  }
})

test('secret query parameters and passwords in a URL are masked, the rest is as it came', () => {
  assert.equal(
    redactor.url(`https://h/p?a=1&api-key=${planted}&b=%20x&API%5FKEY=${planted}&empty=&token=`),
    `https://h/p?a=1&api-key=${secretMask}&b=%20x&API%5FKEY=${secretMask}&empty=&token=`,
  )
  assert.equal(redactor.url(`https://user:${planted}@h/x`), `https://user:${secretMask}@h/x`)
  assert.equal(redactor.url('https://h/p'), 'https://h/p')
  const { location } = redactor.headers({ location: `https://h/?token=${planted}&x=1` })
  assert.equal(location, `https://h/?token=${secretMask}&x=1`)
})

test('form members are masked with and without a content type', () => {
  const form = `to=%2B4917&password=${planted}&text=a+b`
  const expected = `to=%2B4917&password=${secretMask}&text=a+b`
  assert.equal(redactor.body(form, 'application/x-www-form-urlencoded'), expected)
  assert.equal(redactor.body(form), expected)
})

test('JSON members are masked at any depth and everything else stays as written', () => {
  const json = `{ "id": 12345678901234567890, "login":{"clientSecret" : "${planted}\\"x", "user":"u"},
  "list": [{"token":"${planted}"}, "token", 1.50], "pin": 4711, "password": 1234, "key": null,
  "credentials": {"a": ["${planted}", {"b": 77}], "c": true}, "after": "kept", "\\u0074oken": "${planted}" }`
  const masked = redactor.body(json, 'application/json')
  assert.ok(!masked.includes(planted))
  assert.equal(
    masked,
    `{ "id": 12345678901234567890, "login":{"clientSecret" : "${secretMask}", "user":"u"},
  "list": [{"token":"${secretMask}"}, "token", 1.50], "pin": 4711, "password": "${secretMask}", "key": null,
  "credentials": {"a": ["${secretMask}", {"b": "${secretMask}"}], "c": true}, "after": "kept", "\\u0074oken": "${secretMask}" }`,
  )
})

test('one secret name is enough, however it is spelled', () => {
  for (const name of ['token', '\\u0074oken', 'a\\"token', 'a\\\\token', ':token']) {
    const masked = redactor.body(`{"a":"b:c","${name}" \n: "${planted}"}`, 'application/json')
    assert.equal(masked, `{"a":"b:c","${name}" \n: "${secretMask}"}`)
  }
  for (const name of ['a=1&token', 'a?token', 'a#token', 'a=b?c&t%6Fken', 'to+k&api-key']) {
    const masked = redactor.body(`${name}=${planted}&b=2`, 'application/x-www-form-urlencoded')
    assert.equal(masked, `${name}=${secretMask}&b=2`)
  }
})

test('JSON that breaks off is masked as far as it goes', () => {
  assert.equal(redactor.body(`{"a":1,"secret":"${planted}`), `{"a":1,"secret":"${secretMask}"`)
  assert.equal(redactor.body(`{"secret":"a ${planted}\\`), `{"secret":"${secretMask}"`)
  assert.equal(redactor.body(`[{"secret":{"x":"${planted}`), `[{"secret":{"x":"${secretMask}"`)
})

test('XML elements and attributes are masked', () => {
  const xml = `<sms password="${planted}" to="+49"><Password>${planted}</Password><text>hi</text></sms>`
  const masked = redactor.body(xml, 'text/xml')
  assert.equal(
    masked,
    `<sms password="${secretMask}" to="+49"><Password>${secretMask}</Password><text>hi</text></sms>`,
  )
})

test('known secrets are masked wherever they stand, in every spelling', () => {
  const secret = 'p"ä s/+&=$1'
  const own = createRedactor([secret, 'abc', ''])
  const spellings = [
    secret,
    JSON.stringify({ note: secret }),
    `note=${encodeURIComponent(secret)}`,
    new URLSearchParams({ note: secret }).toString(),
    `x ${Buffer.from(secret).toString('base64')} y`,
  ]
  for (const text of spellings) {
    const masked = own.body(text)
    assert.ok(masked.includes(secretMask), text)
    assert.ok(!masked.includes('s/+') && !masked.includes('%2B'), masked)
    assert.equal(own.text(`<${text}>`).includes(secretMask), true)
  }
  assert.equal(own.url(`https://h/${encodeURIComponent(secret)}/x`), `https://h/${secretMask}/x`)
  assert.equal(
    own.text('abc stays: too short to be told from words'),
    'abc stays: too short to be told from words',
  )
})

test('a secret that holds another is masked whole', () => {
  assert.equal(createRedactor(['inner', 'inner-outer']).text('inner-outer'), secretMask)
})

test('bearer tokens inside a text are masked', () => {
  assert.equal(redactor.text(`sent Bearer ${planted}== twice`), `sent Bearer ${secretMask} twice`)
})

test('no planted secret survives in JSON of any shape', () => {
  const leaf = fc.oneof(
    fc.string(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
  )
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(fc.string(), tie('tree'), { maxKeys: 3 }),
      fc.tuple(fc.constantFrom('token', 'api-key', 'Secret'), tie('tree')).map(([name, inner]) => ({
        before: 'x',
        [name]: [planted, { deep: planted, inner }],
        after: inner,
      })),
    ),
  }))
  fc.assert(
    fc.property(tree, fc.constantFrom(0, 2), (value, indent) => {
      const masked = redactor.body(JSON.stringify({ value }, undefined, indent), 'application/json')
      assert.ok(!masked.includes(planted))
      JSON.parse(masked)
    }),
    { numRuns: 200 },
  )
})

test('JSON without secrets comes out as it went in', () => {
  const harmless = fc.jsonValue().filter((value) => {
    return !/"[^"]*(key|pass|pwd|auth|sig|token|secret|credential|cookie|sessionid)/i.test(
      JSON.stringify(value),
    )
  })
  fc.assert(
    fc.property(harmless, (value) => {
      const json = JSON.stringify({ value })
      fc.pre(!/bearer|basic|\\u0000/i.test(json))
      assert.equal(redactor.body(json, 'application/json'), json)
    }),
    { numRuns: 200 },
  )
})

test('a long body is cut at a character and marked with its length', () => {
  const body = `x${'ä'.repeat(bodyBytesMax)}`
  const kept = redactor.body(body, 'text/plain')
  const [text = '', mark] = kept.split('… ')
  assert.ok(Buffer.byteLength(text) <= bodyBytesMax)
  assert.ok(body.startsWith(text))
  assert.equal(mark, `[cut: ${Buffer.byteLength(body)} bytes]`)
  assert.equal(redactor.body('x'.repeat(bodyBytesMax)).length, bodyBytesMax)
})

test('a secret across the cut is masked before it is cut', () => {
  const body = `{"a":"${'x'.repeat(bodyBytesMax - 20)}","secret":"${planted.repeat(10)}"}`
  assert.ok(!redactor.body(body).includes('pl4n'))
})

test('binary bodies become a note', () => {
  assert.equal(redactor.body('GIF', 'image/gif'), '[3 bytes of image/gif, not kept]')
  assert.equal(redactor.body(Buffer.from([0xff, 0xfe, 1])), '[3 bytes of binary data, not kept]')
  assert.equal(redactor.body(Buffer.from('grün')), 'grün')
  assert.equal(redactor.body('', 'image/gif'), '')
})

test('a megabyte of hostile text is masked without running away', () => {
  const megabyte = 1_048_576
  const hostile = [
    'a',
    '<a',
    '{',
    '"',
    'a=',
    '\\',
    '"\\',
    'bearer ',
    '<a b="',
    "a='",
    '&a',
    '["token":',
  ]
  for (const piece of hostile) {
    const body = piece.repeat(megabyte / piece.length)
    for (const type of ['application/json', 'text/xml', 'application/x-www-form-urlencoded', '']) {
      const started = performance.now()
      createRedactor(['known-secret']).body(body, type)
      assert.ok(performance.now() - started < 2000, `${piece} as ${type}`)
    }
  }
})
