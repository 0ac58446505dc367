import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { haveConsole } from '../../scripts/console.ts'
import { openBrowser, signIn } from '../browser.ts'
import { eventually, type House, startHouse } from '../house.ts'
import { aTextFrom, atConsole, onQueue } from './scene.ts'

before(haveConsole)

const customer = '+12025550117'

/** An agent in a conversation with a customer who wrote `before`. */
async function inConversation(page: Page, house: House): Promise<Locator> {
  await signIn(page, house, 0)
  await onQueue(page)
  await aTextFrom(house, customer, 'before')
  await page.getByRole('button', { name: new RegExp(`\\${customer}`) }).click()
  await page.getByRole('button', { name: 'Answer', exact: true }).click()
  await page.getByLabel(/^Answer to/).waitFor()
  const thread = page.getByRole('log', { name: 'Messages' })
  await thread.getByText('before', { exact: true }).waitFor()
  return thread
}

test('a server that is started again is followed again, with nothing missed or doubled', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'signalbox-'))
  t.after(() => rmSync(dataDir, { recursive: true, force: true }))
  const first = await startHouse({ dataDir })
  const browser = await openBrowser()
  t.after(() => browser.close())
  const { page } = browser
  const thread = await inConversation(page, first)
  await first.close()
  await page.getByText(/Not live: last news \d+ \w+ ago/).waitFor()

  const argv = ['--port', new URL(first.url).port]
  const second = await startHouse({ dataDir, argv })
  t.after(() => second.close())
  await aTextFrom(second, customer, 'after it started')
  await thread.getByText('after it started').waitFor({ timeout: 30_000 })
  await page.getByText('Live', { exact: true }).waitFor()
  await aTextFrom(second, customer, 'and now')
  await thread.getByText('and now').waitFor()
  assert.deepEqual(await thread.locator('.bubble.in .text').allTextContents(), [
    'before',
    'after it started',
    'and now',
  ])
})

test('who is asked to wait sees for how long, and what he wrote is still there', async (t) => {
  const { house, page } = await atConsole(t)
  const thread = await inConversation(page, house)
  const sending = /communications\/[^/]+\/messages$/
  await page.route(sending, (route) =>
    route.fulfill({
      status: 429,
      headers: { 'retry-after': '3', 'content-type': 'application/json' },
      body: JSON.stringify({ message: 'Too many requests.', code: 'too.many.requests' }),
    }),
  )
  const composer = page.getByLabel(/^Answer to/)
  await composer.fill('Patience')
  await page.keyboard.press('Enter')
  await page.getByText(/You can go on in \d s\./).waitFor()
  const again = page.getByRole('button', { name: 'Try again' })
  assert.ok(await again.isDisabled(), 'not before the time is over')
  assert.equal(await composer.inputValue(), 'Patience')
  await page.unroute(sending)
  await page.getByText('You can go on now.').waitFor()
  await again.click()
  await thread.getByText('Patience').waitFor()
  await eventually('nothing is left to send', async () => (await composer.inputValue()) === '')
  assert.equal(await thread.locator('.bubble.out').count(), 1)
})

test('a file leaves before the words that were written with it', async (t) => {
  const { house, page } = await atConsole(t)
  const thread = await inConversation(page, house)
  const buffer = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M/wHwAEBgIApD5fRAAAAABJRU5ErkJggg==',
    'base64',
  )
  await page
    .getByLabel('File to attach')
    .setInputFiles({ name: 'map.png', mimeType: 'image/png', buffer })
  await page.getByText('map.png').waitFor()
  await page.getByLabel(/^Answer to/).fill('Here is the way.')
  await page.keyboard.press('Enter')
  await thread.getByText('Here is the way.').waitFor()
  const out = thread.locator('.bubble.out')
  assert.equal(await out.count(), 2)
  await eventually('the picture is drawn in the thread', () =>
    out
      .first()
      .getByAltText('map.png')
      .evaluate((element) => Reflect.get(element, 'naturalWidth') === 1),
  )
})
