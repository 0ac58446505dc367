import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashPassword, isPassword, passwordCharactersMax } from './passwords.ts'

test('a password is recognized by what was kept of it, and no other one is', async () => {
  const kept = await hashPassword('correct horse')
  assert.match(kept, /^[\w-]{22}:[\w-]{43}$/)
  assert.equal(await isPassword('correct horse', kept), true)
  assert.equal(await isPassword('correct horsf', kept), false)
})

test('the same password is kept differently each time', async () => {
  assert.notEqual(await hashPassword('twice'), await hashPassword('twice'))
})

test('nobody logs in where no password was kept, or what was kept is damaged', async () => {
  assert.equal(await isPassword('', undefined), false)
  assert.equal(await isPassword('anything', undefined), false)
  assert.equal(await isPassword('anything', ''), false)
})

test('a letter typed as one sign or as two is the same password', async () => {
  const kept = await hashPassword('caf\u00e9')
  assert.equal(await isPassword('cafe\u0301', kept), true)
})

test('an overlong password is refused without working on it', async () => {
  const long = 'x'.repeat(passwordCharactersMax + 1)
  assert.equal(await isPassword(long, await hashPassword(long)), false)
})
