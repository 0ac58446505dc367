import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Locator, Page, WebSocketRoute } from 'playwright-core'
import { haveConsole } from '../../scripts/console.ts'
import { openBrowser, signIn } from '../browser.ts'
import { eventually, startHouse } from '../house.ts'
import { aTextFrom, atConsole, carrierReports, onQueue } from './scene.ts'

before(haveConsole)

const customer = '+12025550117'

/** Presses Tab until the element has the focus: it can be reached without a mouse. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    if (await wanted.evaluate((element) => element.matches(':focus'))) return
    await page.keyboard.press('Tab')
  }
  assert.fail('Sixty presses of Tab do not lead there.')
}

/** Single keys work where no field has the focus. */
async function outOfFields(page: Page): Promise<void> {
  await page.keyboard.press('Escape')
  assert.equal(await page.evaluate('document.activeElement.tagName'), 'BODY')
}

test('the whole desk goes by keyboard, from signing in to wrapping up', async (t) => {
  const house = await startHouse()
  t.after(() => house.close())
  const queue = await house.call('GET', `/api/v2/routing/queues/${house.credentials.queue.id}`)
  await house.call('PUT', `/api/v2/routing/queues/${house.credentials.queue.id}`, {
    body: { ...queue.body, acwSettings: { wrapupPrompt: 'MANDATORY_TIMEOUT', timeoutMs: 60_000 } },
  })
  const browser = await openBrowser()
  t.after(() => browser.close())
  const { page } = browser
  const ada = house.credentials.users[0]

  await page.goto(house.url)
  await page.getByRole('button', { name: 'Sign in' }).waitFor()
  await tabTo(page, page.getByRole('button', { name: 'Sign in' }))
  await page.keyboard.press('Enter')
  await page.getByLabel('E-mail address').waitFor()
  await page.keyboard.type(ada?.email ?? '')
  await page.keyboard.press('Tab')
  await page.keyboard.type(ada?.password ?? '')
  await page.keyboard.press('Enter')

  await page.getByRole('heading', { name: 'Interactions', exact: true }).waitFor()
  await page.getByText('Live', { exact: true }).waitFor()
  await page.keyboard.press('q')
  await page.getByText('On queue', { exact: true }).waitFor()
  await aTextFrom(house, customer, 'Where is my order?')
  await page.getByText('Alerting').first().waitFor()
  assert.match(await page.title(), /^\(\d+\) Alerting/)
  await page.keyboard.press('j')
  await page.getByRole('button', { name: 'Answer' }).waitFor()
  await page.keyboard.press('a')
  await page.getByLabel(`Answer to ${customer}`).waitFor()
  await page.keyboard.press('r')
  await page.keyboard.type('It left today, dear customer – 😀')
  await page.getByText(/UCS-2/).first().waitFor()
  await page.keyboard.press('Enter')
  const thread = page.getByRole('log', { name: 'Messages' })
  await thread.getByText('Delivered', { exact: true }).waitFor()
  await outOfFields(page)
  await page.keyboard.press('e')
  const code = page.getByLabel('Wrap-up code')
  await code.waitFor()
  await page.getByRole('timer').getByText(/left/).waitFor()
  await page.keyboard.press('w')
  assert.ok(await code.evaluate((element) => element.matches(':focus')))
  await page.keyboard.press('Tab')
  await page.keyboard.type('Told where it is.')
  await page.keyboard.press('Enter')
  await page.getByText('You are on queue').waitFor()
  assert.deepEqual(browser.complaints, [])
})

test('a failed text says why, and a retry sends it once more and only once', async (t) => {
  const { house, page } = await atConsole(t)
  await carrierReports(house, 'failed', '34')
  await signIn(page, house, 0)
  await onQueue(page)
  await aTextFrom(house, customer, 'Hello')
  await page.getByRole('button', { name: new RegExp(`\\${customer}`) }).click()
  await page.getByRole('button', { name: 'Answer' }).click()
  await page.getByLabel(/^Answer to/).fill('Never arrives')
  await page.keyboard.press('Enter')
  const thread = page.getByRole('log', { name: 'Messages' })
  await thread.getByText('Failed', { exact: true }).waitFor()
  await thread.getByText(/34/).waitFor()

  await carrierReports(house, 'delivered')
  await thread.getByRole('button', { name: 'Retry' }).dblclick()
  await thread.getByText('Delivered', { exact: true }).waitFor()
  const texts = await house.call('GET', `/api/signalbox/handset/messages?handset=%2B12025550117`)
  const arrived = texts.body.entities.filter(
    (one: { text: string }) => one.text === 'Never arrives',
  )
  assert.ok(arrived.length >= 1)
  const deliveries = await house.call('GET', '/api/signalbox/deliveries')
  const [delivery] = deliveries.body.entities
  assert.equal(deliveries.body.entities.length, 1, 'a retry is the same delivery')
  assert.equal(delivery.attemptCount, 2, 'one attempt more, whatever is pressed twice')
})

test('what happens while the line is down is there once, as soon as it is up', async (t) => {
  const house = await startHouse()
  t.after(() => house.close())
  const browser = await openBrowser()
  t.after(() => browser.close())
  const { page, context } = browser
  const sockets: WebSocketRoute[] = []
  await page.routeWebSocket(/.*/, (socket) => {
    socket.connectToServer()
    sockets.push(socket)
  })
  await signIn(page, house, 0)
  await onQueue(page)
  await aTextFrom(house, customer, 'before')
  await page.getByRole('button', { name: new RegExp(`\\${customer}`) }).click()
  await page.getByRole('button', { name: 'Answer' }).click()
  const thread = page.getByRole('log', { name: 'Messages' })
  await thread.getByText('before').waitFor()

  await context.setOffline(true)
  for (const socket of sockets) await socket.close({ code: 1001, reason: 'The line is down.' })
  await page.getByText(/Not live/).waitFor()
  for (const text of ['during 1', 'during 2', 'during 3']) await aTextFrom(house, customer, text)
  assert.equal(await thread.locator('.bubble.in').count(), 1, 'nothing can have come')
  await context.setOffline(false)
  for (const text of ['after 1', 'after 2']) await aTextFrom(house, customer, text)
  const all = ['before', 'during 1', 'during 2', 'during 3', 'after 1', 'after 2']
  await eventually(
    'every text is there',
    async () => (await thread.locator('.bubble.in').count()) >= all.length,
    20_000,
  )
  await page.waitForTimeout(500)
  assert.deepEqual(await thread.locator('.bubble.in .text').allTextContents(), all)
})

test('an agent sees no page that is not for his role', async (t) => {
  const house = await startHouse()
  t.after(() => house.close())
  const browser = await openBrowser({ width: 320, height: 640 })
  t.after(() => browser.close())
  const { page } = browser
  await signIn(page, house, 0)
  await page.getByRole('heading', { name: 'Interactions', exact: true }).waitFor()
  const widthPx = await page.evaluate('document.documentElement.scrollWidth')
  assert.ok(Number(widthPx) <= 320, `the page is ${widthPx} px wide on a screen of 320`)
  await page.getByRole('button', { name: 'Menu' }).click()
  await page.getByRole('link', { name: 'Desk' }).waitFor()
  assert.equal(await page.getByRole('link', { name: 'Inspector' }).count(), 0)
  await page.goto(`${house.url}/inspector/requests`)
  await page.getByText('This page is not for your role').waitFor()
})

test('who opted out is not written to: the composer says why, until START', async (t) => {
  const { house, page } = await atConsole(t, 0)
  await onQueue(page)
  await aTextFrom(house, customer, 'Hello')
  await page.getByRole('button', { name: new RegExp(`\\${customer}`) }).click()
  await page.getByRole('button', { name: 'Answer' }).click()
  await page.getByLabel(/^Answer to/).waitFor()
  await aTextFrom(house, customer, 'STOP')
  await page.getByText('This customer opted out').waitFor()
  assert.equal(await page.getByLabel(/^Answer to/).count(), 0)
  await aTextFrom(house, customer, 'START')
  await page.getByLabel(/^Answer to/).waitFor()
})
