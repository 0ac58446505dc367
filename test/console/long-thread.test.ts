import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { haveConsole } from '../../scripts/console.ts'
import { signIn } from '../browser.ts'
import { eventually, type House } from '../house.ts'
import { fillThread } from './long-thread.ts'
import { aTextFrom, atConsole, onQueue } from './scene.ts'

before(haveConsole)

const customer = '+12025550117'

/** Ada in a conversation whose thread has so many lines before the customer's last text. */
async function inLongThread(page: Page, house: House, lines: number): Promise<Locator> {
  await signIn(page, house, 0)
  await onQueue(page)
  await aTextFrom(house, customer, 'The newest of all')
  const token = await house.userToken(0)
  const desk = await eventually('the customer alerts', async () => {
    const { body } = await house.call('GET', '/api/signalbox/desk', { token })
    return body.entities.length === 1 && body.entities
  })
  await fillThread(house, desk[0].conversation.id, lines)
  await page.getByRole('button', { name: new RegExp(`\\${customer}`) }).click()
  await page.getByRole('button', { name: 'Answer' }).click()
  await page.getByLabel(/^Answer to/).waitFor()
  const thread = page.getByRole('log', { name: 'Messages' })
  await thread.getByText('The newest of all').waitFor()
  return thread
}

const rowsDrawn = (thread: Locator) => thread.locator('.thread-row').count()

/** Where a row is on the screen, rounded; undefined when it is not drawn. */
async function topOf(thread: Locator, text: string): Promise<number | undefined> {
  const box = await thread.getByText(text, { exact: true }).boundingBox()
  return box === null ? undefined : Math.round(box.y)
}

test('a thread of 10 000 messages is read by pages and drawn by the screen, from its end to its beginning', async (t) => {
  const { house, browser, page } = await atConsole(t)
  const thread = await inLongThread(page, house, 10_000)
  await thread.getByText('Line 10000', { exact: false }).waitFor()
  assert.ok((await rowsDrawn(thread)) < 60, 'only what is seen is drawn')

  let pages = 0
  page.on('request', (request) => {
    if (/conversations\/[^/]+\/messages\?/.test(request.url())) pages += 1
  })
  await thread.evaluate((element) => {
    element.scrollTop = 0
  })
  await eventually('an older page is read', async () => pages > 0)
  // the wheel is turned until the first line is there: each page that is reached asks for the one before it
  await eventually(
    'the first line is there',
    async () => {
      await thread.evaluate((element) => {
        element.scrollTop = 0
      })
      return (await thread.getByText('Line 1 of a long talk', { exact: true }).count()) === 1
    },
    90_000,
  )
  assert.ok(pages >= 99, `${pages} pages were read`)
  assert.ok((await rowsDrawn(thread)) < 60, 'only what is seen is drawn')

  await thread.press('End')
  await thread.getByText('The newest of all').waitFor()
  await thread.evaluate((element) => {
    element.scrollTop = 0
  })
  await page.getByRole('button', { name: 'Newest', exact: true }).waitFor()
  await aTextFrom(house, customer, 'Are you still there?')
  await page.getByRole('button', { name: '1 new message' }).click()
  await thread.getByText('Are you still there?').waitFor()
  await page.getByRole('button', { name: '1 new message' }).waitFor({ state: 'detached' })
  assert.deepEqual(browser.complaints, [])
})

test('what is read stays where it is when older messages are put before it and newer ones behind it', async (t) => {
  const { house, page } = await atConsole(t)
  // pages wait until the test lets them come
  const waiting: (() => void)[] = []
  await page.route(/conversations\/[^/]+\/messages\?.*before=/, async (route) => {
    await new Promise<void>((resolve) => waiting.push(resolve))
    await route.continue()
  })
  const thread = await inLongThread(page, house, 500)
  await thread.evaluate((element) => {
    element.scrollTop = 400
  })
  await eventually('the page before is asked for', async () => waiting.length === 1)
  const seen = await eventually('rows have come to rest', async () => {
    const text = await thread.evaluate((element) => {
      const frame = element.getBoundingClientRect()
      const inSight = [...element.querySelectorAll('.bubble .text')].filter(
        (one) => one.getBoundingClientRect().top > frame.top + 100,
      )
      return inSight[0]?.textContent ?? ''
    })
    const first = await topOf(thread, text)
    await page.waitForTimeout(200)
    return text !== '' && first !== undefined && first === (await topOf(thread, text)) && text
  })
  const topPx = await topOf(thread, seen)
  for (const letGo of waiting) letGo()
  await eventually('the older page is there', async () =>
    thread.evaluate((element) => element.scrollTop > 2000),
  )
  await page.waitForTimeout(300)
  assert.equal(await topOf(thread, seen), topPx, 'older ones came')

  await aTextFrom(house, customer, 'One more')
  await page.getByRole('button', { name: '1 new message' }).waitFor()
  assert.ok(Math.abs(Number(await topOf(thread, seen)) - Number(topPx)) <= 2, 'a newer one came')
})
