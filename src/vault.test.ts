import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { loadOrCreateKey, openVault } from './vault.ts'

const vault = openVault(Buffer.alloc(32, 1))

test('every text comes back under its own context', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, context) => {
      assert.equal(vault.open(vault.seal(text, context), context), text)
    }),
  )
})

test('the same text is sealed differently each time, and never shows', () => {
  const [first, second] = [vault.seal('secret'), vault.seal('secret')]
  assert.notEqual(first, second)
  assert.match(first, /^v1\.[\w-]+$/)
  assert.ok(!Buffer.from(first.slice(3), 'base64url').includes('secret'))
})

test('another key or another context opens nothing', () => {
  const sealed = vault.seal('secret', 'here')
  assert.throws(() => openVault(Buffer.alloc(32, 2)).open(sealed, 'here'), /cannot be decrypted/)
  assert.throws(() => vault.open(sealed, 'there'), /cannot be decrypted/)
})

test('a changed, cut or foreign text is refused', () => {
  const sealed = vault.seal('a secret')
  const bytes = Buffer.from(sealed.slice(3), 'base64url')
  for (let index = 0; index < bytes.length; index += 1) {
    const changed = Buffer.from(bytes)
    changed.writeUInt8(changed.readUInt8(index) ^ 1, index)
    assert.throws(() => vault.open(`v1.${changed.toString('base64url')}`), /cannot be decrypted/)
  }
  assert.throws(() => vault.open(sealed.slice(0, -4)), /cannot be decrypted/)
  for (const foreign of ['', 'v1.', 'v1.AAAA', `v2.${sealed.slice(3)}`]) {
    assert.throws(() => vault.open(foreign), /does not know/)
  }
})

test('a key of another length is refused', () => {
  assert.throws(() => openVault(Buffer.alloc(16)), /has 16 bytes/)
})

test('the key file is made once, for its owner only', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-key-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'key')
  const key = loadOrCreateKey(file)
  assert.equal(key.length, 32)
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.deepEqual(loadOrCreateKey(file), key)
  assert.deepEqual(readdirSync(folder), ['key'])
  assert.notDeepEqual(loadOrCreateKey(join(folder, 'other')), key)
})

test('a file that is no key is refused and left alone', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-key-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'key')
  writeFileSync(file, 'short')
  assert.throws(() => loadOrCreateKey(file), /5 bytes/)
  assert.equal(statSync(file).size, 5)
})
