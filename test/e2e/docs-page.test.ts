import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import chromium from '@sparticuz/chromium'
import { chromium as browsers } from 'playwright-core'
import { type House, startHouse } from '../house.ts'

let house: House
before(async () => {
  house = await startHouse()
})
after(() => house.close())

test('the page and all that it is made of come from this server, under a strict policy', async () => {
  const page = await house.call('GET', '/docs', { token: '' })
  assert.equal(page.status, 200)
  const policy = page.headers.get('content-security-policy') ?? ''
  assert.match(policy, /default-src 'none'/)
  assert.doesNotMatch(policy, /unsafe|https?:/)
  const text = String(page.body)
  assert.doesNotMatch(text, /<script>|<style|\bon\w+=/)
  const parts = [...text.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path = '']) => path)
  assert.ok(parts.length >= 4)
  for (const path of parts) {
    const part = await house.call('GET', path, { token: '' })
    assert.equal(part.status, 200, path)
    assert.match(part.headers.get('content-security-policy') ?? '', /default-src 'none'/)
  }
  const { body } = await house.call('GET', '/docs/openapi.json', { token: '' })
  assert.deepEqual(body.servers, [{ url: '/', description: 'This server' }])
})

test('a browser shows the operations, asks nobody else and breaks no rule of the policy', async (t) => {
  const browser = await browsers.launch({
    args: chromium.args,
    executablePath: await chromium.executablePath(),
    headless: true,
  })
  t.after(() => browser.close())
  const page = await browser.newPage()
  const asked: string[] = []
  const complaints: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(`${house.url}/docs`)
  await page.locator('#operations-tag-users').click({ timeout: 30_000 })
  await page.getByText('getUsersMe', { exact: true }).waitFor({ timeout: 30_000 })
  const outside = asked.filter((url) => !url.startsWith(house.url) && !url.startsWith('data:'))
  assert.deepEqual(outside, [])
  assert.deepEqual(complaints, [])
})
