import assert from 'node:assert/strict'
import { globSync, readFileSync, statSync } from 'node:fs'
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { haveConsole } from '../../scripts/console.ts'
import { startHouse } from '../house.ts'

before(haveConsole)

const dist = fileURLToPath(new URL('../../console/dist/', import.meta.url))

test('the script that the first page needs is under 250 kB compressed, and all of it under 450', () => {
  const page = readFileSync(`${dist}index.html`, 'utf8')
  const first = [...page.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(([, path]) => path)
  assert.ok(first.length > 0)
  const bytesOf = (paths: readonly (string | undefined)[]) =>
    paths.reduce((sum, path) => sum + statSync(`${dist}${path}.br`).size, 0)
  assert.ok(bytesOf(first) < 250_000, `${bytesOf(first)} bytes`)
  const all = globSync('assets/*.js', { cwd: dist })
  assert.ok(bytesOf(all) < 450_000, `${bytesOf(all)} bytes`)
})

test('the page is asked for anew, its files are kept for a year, and no script but its own may run', async (t) => {
  const house = await startHouse()
  t.after(() => house.close())
  const page = await fetch(`${house.url}/desk/some-conversation`)
  assert.equal(page.status, 200)
  assert.equal(page.headers.get('cache-control'), 'no-cache')
  const policy = page.headers.get('content-security-policy') ?? ''
  assert.match(policy, /script-src 'self'(;|$)/)
  assert.match(policy, /default-src 'none'/)
  assert.doesNotMatch(policy, /unsafe/)
  const html = await page.text()
  assert.doesNotMatch(html, /<script(?![^>]*src=)/)
  const script = /src="(\/assets\/[^"]+)"/.exec(html)?.[1] ?? ''
  const asset = await fetch(house.url + script, { headers: { 'accept-encoding': 'br' } })
  assert.equal(asset.headers.get('cache-control'), 'public, max-age=31536000, immutable')
  assert.equal(asset.headers.get('content-encoding'), 'br')
  const plain = await fetch(house.url + script, { headers: { 'accept-encoding': 'identity' } })
  assert.equal(plain.headers.get('content-encoding'), null)
})

test('what is none of the console stays what it was', async (t) => {
  const house = await startHouse()
  t.after(() => house.close())
  for (const path of ['/nothing', '/api/v2/nothing', '/assets/nothing.js']) {
    const reply = await fetch(house.url + path)
    assert.ok(reply.status === 404 || reply.status === 501, `${path}: ${reply.status}`)
    assert.match(reply.headers.get('content-type') ?? '', /json/)
  }
})
